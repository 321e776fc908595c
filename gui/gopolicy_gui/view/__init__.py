"""What the window looks like: a state drawn onto any surface, and what lies where.

``layout``, ``controls`` and ``treeview`` say where, without pygame; the others draw. It
changes no state and asks no network. ``app`` comes in, and whoever wants a picture of a
board.
"""

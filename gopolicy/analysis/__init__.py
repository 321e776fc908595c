"""Analysis of positions, and KataGo's protocol for it.

``lines``, ``limits`` and ``values`` think: moves, what follows them, what they are
worth; the GTP engine shares them. ``memory`` keeps the numbers of a game steady.
``requests`` knows JSON but no Go, ``positions`` finds the Go in it, ``jobs`` knows
neither: whose turn it is to be worked at. ``work`` is one such piece of work,
``answers`` writes what it found, and ``engine`` holds all of them together for the
command ``analysis``. Nothing here knows GTP or windows.
"""

"""The running window: the loop, the thread that thinks, sounds, and snapshots.

Here events of pygame become those of ``model`` and tasks are done. ``gopolicy play``
comes in, and the tools that draw the window.
"""

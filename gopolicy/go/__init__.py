"""Go itself: points, rules, ladders, positions, playouts, and the 48 feature planes.

Arrays and kernels. It knows no file, no text format and no network; nothing of ours is
imported here but ``errors`` and ``config``. Everybody may come in: ``Position`` is the
checked door, ``features.encode`` the way to the planes. ``jit`` says how kernels are
compiled.
"""

"""Analysis of positions, and KataGo's protocol for it.

``lines`` and ``limits`` think: moves, what follows them, what they are worth; the GTP
engine shares them. ``requests`` knows JSON but no Go, ``jobs`` knows neither: whose
turn it is to be worked at. ``answers`` writes what was found out, and ``engine`` holds
all of them together for the command ``analysis``. Nothing here knows GTP or windows.
"""

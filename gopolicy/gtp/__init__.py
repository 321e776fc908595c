"""The GTP engine: ``protocol`` knows lines but no Go, ``state`` knows Go but no text.

``commands`` stands between them and gives each command of GTP version 2, and those of
the programs people use, its meaning; ``analysis`` thinks while nobody asks, ``formats``
writes what it found as Leela Zero, KataGo and GoGui do.
"""

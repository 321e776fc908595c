"""Matches between two players, one of them perhaps another program over GTP.

``game`` plays one, ``client`` talks to the other program, ``tally`` counts, ``folder``
keeps what was played so that a match goes on where it was cut. It knows players and
records, but no network. The command comes in.
"""

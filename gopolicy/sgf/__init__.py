"""Game records: bytes to text, text to trees, trees to games whose moves are legal.

``sources`` finds the files (also in archives), ``formats`` makes SGF text of those of
other programs, ``encodings`` and ``parse`` read them, ``gameinfo`` understands their
headers; ``line`` says how far a line is legal and whose turn it is, ``record`` gives
the game, and ``collection`` all games of many files. It knows Go's rules, but no
dataset, plane or network; whoever has or makes a record may come in.
"""

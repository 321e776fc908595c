"""What is drawn of a study: the graph under the board, numbers, territory, marks.

As all of ``view`` it draws onto any surface and changes nothing.
"""

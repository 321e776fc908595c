"""Networks trained on equal terms and compared by cross-validation over games.

It knows how to train and to measure, but not how figures are shown: the command does
that, and ``plots.comparison``.
"""

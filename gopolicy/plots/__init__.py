"""Pictures with matplotlib: of datasets, training, evaluations, comparisons, reviews.

One file a picture; ``figure`` is what they share; ``palette`` has the colors, and
``cjkfonts`` the fonts for Chinese names, of these and of the window. matplotlib is
loaded when the first one is drawn. It measures nothing. Commands and tools come in; the
window only for colors and fonts.
"""

"""How well a predictor of moves predicts: figures, their intervals, baselines.

It asks any ``Predict`` and knows neither networks nor how they were trained.
``resampling`` has the intervals, ``phases`` the parts of a game. Training looks in
here at its held-out games; so do ``compare``, ``review`` and ``export``.
"""

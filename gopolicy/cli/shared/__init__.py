"""What several commands share: options, how results are printed, which game is meant.

Only ``gopolicy.cli`` comes in.
"""

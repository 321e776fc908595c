"""What can be studied in a game: its review, who is ahead, marks and words.

All of it is kept beside the game and shown while it grows. Pure, as all of ``model``.
"""

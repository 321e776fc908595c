"""The window without a screen: the game, what is shown and asked, what an event does.

``update.update(state, event)`` is the heart of it: a new state and perhaps tasks for
the worker. All of it can be tested without pygame, which is never imported here; nor
does it know where anything is drawn.
"""

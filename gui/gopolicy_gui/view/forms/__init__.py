"""Text fields, scroll bars and borders: how they look, and what dragging them means.

Knows where things are and what a pointer or a key does to them, as events for
``model``; it changes nothing itself.
"""

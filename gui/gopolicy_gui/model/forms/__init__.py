"""Text fields: what keys, the pointer and an input method make of them. Pure.

A field is a value; ``dialogs`` holds them, ``view.forms`` draws them and finds the
letter under the pointer.
"""

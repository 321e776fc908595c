"""The version, read by the build and by what is saved; imports nothing.

The build looks for a line ``__version__ = "..."``: an annotation would hide it.
"""

__version__ = "0.2.0"

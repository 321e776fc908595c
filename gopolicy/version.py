"""The version, read by the build and by what is saved; imports nothing."""

from typing import Final

__version__: Final = "0.2.0"

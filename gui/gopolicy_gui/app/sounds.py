"""The click of a stone, made here; silent until it is switched on."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import pygame
from numpy.typing import NDArray

_RATE: Final = 44_100  # samples a second
_SECONDS: Final = 0.09


def stone_samples(*, captures: bool) -> NDArray[np.int16]:
    """A short knock on wood, int16 [samples, 2]; with ``captures`` a few of them."""
    rng = np.random.default_rng(19)
    time = np.arange(int(_RATE * _SECONDS)) / _RATE
    tone = sum(
        weight * np.sin(2 * np.pi * frequency * time)
        for frequency, weight in ((1150, 0.5), (2380, 0.3), (3900, 0.2))
    )
    knock = np.exp(-time * 75) * (tone + 0.35 * rng.standard_normal(len(time)))
    if captures:
        parts = [knock * volume for volume in (1.0, 0.7, 0.8)]
        gap = np.zeros(int(_RATE * 0.03))
        knock = np.concatenate([piece for part in parts for piece in (part, gap)])
    samples = np.clip(knock * 0.4, -1, 1) * 32_000
    return np.repeat(samples.astype(np.int16)[:, None], 2, axis=1)


def play_stone(*, captures: bool) -> None:
    """Sounds a stone.

    Raises: pygame.error where no sound can be played.
    """
    _make_sound(captures).play()


@lru_cache(maxsize=2)
def _make_sound(captures: bool) -> pygame.mixer.Sound:
    if not pygame.mixer.get_init():
        pygame.mixer.init(_RATE, -16, 2, 512)
    return pygame.mixer.Sound(buffer=stone_samples(captures=captures).tobytes())

"""A piece of the demo collection: its tags, and the function that composes and plays it."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SAMPLE_RATE_HZ = 48_000

Audio = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Piece:
    """One track.

    Args:
        play: composes and plays the piece; returns float64, shape (n_samples, 2).
        extension: format of the file, "opus", "ogg", "mp3" or "m4a".
    """

    manner: str
    project: str
    album: str
    year: int
    track_number: int
    title: str
    play: Callable[[np.random.Generator], Audio]
    extension: str = "opus"


def seeded(piece: Piece) -> np.random.Generator:
    """The random generator of a piece, which depends on its project and title only."""
    return np.random.default_rng(zlib.crc32(f"{piece.project}/{piece.title}".encode()))

"""Stretches of an open file: decoded, averaged to mono and resampled, each sample in its place."""

from dataclasses import dataclass

import numpy as np

from audio_model.container import AudioFile
from audio_model.pieces import FloatArray, pieces


@dataclass(slots=True, eq=False)
class Stretch:
    """Part of a file.

    samples: float32, shape (n_samples,), mono; zero where nothing could be decoded.
    n_decoded: how many of them were decoded.
    n_reached: where the last decoded one ends.
    """

    samples: FloatArray
    n_decoded: int = 0
    n_reached: int = 0


def read_stretch(file: AudioFile, start: int, n_samples: int, rate_hz: int) -> Stretch:
    """The stretch of `n_samples` at `rate_hz` that begins `start` samples into the file."""
    stretch = Stretch(np.zeros(n_samples, dtype=np.float32))
    start_s, end_s = start / rate_hz, (start + n_samples) / rate_hz
    for piece in pieces(file, start_s, end_s, rate_hz=rate_hz, mix=_mean):
        low, high = max(piece.first - start, 0), min(piece.end - start, n_samples)
        if low < high:
            offset = start - piece.first
            stretch.samples[low:high] = piece.samples[0, low + offset : high + offset]
            stretch.n_decoded += high - low
            stretch.n_reached = max(stretch.n_reached, high)
    return stretch


def _mean(channels: FloatArray, _names: tuple[str, ...]) -> FloatArray:
    """The mean of a file's channels; float32, shape (1, n_samples)."""
    mean: FloatArray = channels.mean(axis=0, keepdims=True, dtype=np.float32)
    return mean

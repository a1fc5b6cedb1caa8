"""The outline of a whole file: how loud it is at each of some hundred places along it."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from audio_model.audio import MAX_PEAK
from audio_model.container import open_audio
from audio_model.errors import DecodeError
from audio_model.pieces import FloatArray, Piece, pieces
from audio_model.sound import Waveform

N_COLUMNS = 800


def read_waveform(path: bytes, n_columns: int = N_COLUMNS) -> Waveform:
    """The outline of a file, from the louder of its channels at each moment.

    What cannot be decoded, and what is out of all bounds, is flat.

    Raises:
        DecodeError: the file cannot be read, or nothing in it can be decoded.
        NoAudio: it holds no audio stream, or an empty one.
    """
    peaks = np.zeros(n_columns, dtype=np.float32)
    energies = np.zeros(n_columns)
    counts = np.zeros(n_columns)
    with open_audio(path) as file:
        duration_s = file.real_duration_s()
        rate_hz = file.sample_rate_hz
        n_samples = max(round(duration_s * rate_hz), 1)
        found = pieces(file, 0.0, duration_s, rate_hz=rate_hz, mix=_loudest)
        for columns, starts, sound in _by_column(found, n_samples, n_columns):
            peaks[columns] = np.maximum(peaks[columns], np.maximum.reduceat(sound, starts))
            energies[columns] += np.add.reduceat(np.square(sound, dtype=np.float64), starts)
            counts[columns] += np.diff([*starts, sound.size])
    if not counts.any():
        raise DecodeError(path, "it is damaged: nothing in it can be decoded")
    levels = np.sqrt(energies / np.maximum(counts, 1))
    return Waveform(np.minimum(peaks, 1.0), np.minimum(levels, 1.0).astype(np.float32), duration_s)


def _by_column(
    found: Iterator[Piece], n_samples: int, n_columns: int
) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], FloatArray]]:
    """Per piece the columns that it lies in, where in it each of them begins, and its samples."""
    for piece in found:
        sound = piece.samples[0, max(-piece.first, 0) : max(n_samples - piece.first, 0)]
        if sound.size:
            first = max(piece.first, 0)
            columns = np.arange(first, first + sound.size) * n_columns // n_samples
            distinct, starts = np.unique(columns, return_index=True)
            yield distinct, starts, sound


def _loudest(channels: FloatArray, _names: tuple[str, ...]) -> FloatArray:
    """float32, shape (1, n_samples): the highest level at each moment."""
    loudest: FloatArray = np.abs(channels).max(axis=0, keepdims=True)
    return np.where(loudest <= MAX_PEAK, loudest, np.float32(0))

"""A file as sound for the ears: stereo at one rate, sample by sample from any place on.

Unlike the windows that the model hears, nothing is averaged away, and what is damaged is not
refused but silent: noise out of all bounds would hurt. The channels are mixed here, since FFmpeg's
mixer would play mono 3 dB too low and let the loud moments of 5.1 clip.

Source:
    Gains of centre and surround channels (-3 dB): ITU-R BS.775-3, annex 4; here divided by their
    sum, so that nothing can clip.
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from audio_model.audio import MAX_PEAK
from audio_model.container import open_audio
from audio_model.errors import DecodeError
from audio_model.pieces import FloatArray, Piece, pieces
from audio_model.sound import N_CHANNELS, Chunk, PcmArray

_SIDE_GAIN = 0.5**0.5
_LOUDEST = 32767
# A file that states so much more than could be decoded holds no sound that is worth the wait.
_MOST_UNDECODED_S = 1.0


def chunks(path: bytes, start: int, *, n_samples: int, rate_hz: int) -> Iterator[Chunk]:
    """A file's sound from sample `start` on, in chunks that follow each other without a gap.

    The file stays open between two chunks; of its sound, no more than a few seconds are in memory.

    Args:
        path: of any file.
        start: counted at `rate_hz`.
        n_samples: length of every chunk but the last, which may be empty.
        rate_hz: sampling rate of the chunks.

    Raises:
        DecodeError: the file cannot be read, or nothing from `start` on can be decoded.
        NoAudio: it holds no audio stream, or an empty one.
    """
    with open_audio(path) as file:
        duration_s = file.real_duration_s()
        found = pieces(file, start / rate_hz, float("inf"), rate_hz=rate_hz, mix=stereo)
        end = round(duration_s * rate_hz)
        waiting = np.empty((0, N_CHANNELS), dtype=np.int16)
        is_decoded = False
        for block in _in_place(found, start, end, rate_hz):
            is_decoded = True
            waiting = np.concatenate([waiting, block])
            while len(waiting) > n_samples:
                yield Chunk(waiting[:n_samples], start, duration_s, is_last=False)
                start, waiting = start + n_samples, waiting[n_samples:]
        if not is_decoded and end - start > _MOST_UNDECODED_S * rate_hz:
            raise DecodeError(path, "it is damaged: nothing in it can be decoded")
        yield Chunk(waiting, start, duration_s, is_last=True)


def _in_place(found: Iterator[Piece], start: int, end: int, rate_hz: int) -> Iterator[PcmArray]:
    """The pieces from `start` on, with silence where something is missing.

    Time stamps beyond the file's end are not believed: what has them follows what came before.
    """
    position = start
    disbelieved = 0
    for piece in found:
        first = piece.first - disbelieved
        if first > position:
            n_missing = max(min(first, end) - position, 0)
            disbelieved += first - position - n_missing
            for n_silent in _steps(n_missing, rate_hz):
                yield np.zeros((n_silent, N_CHANNELS), dtype=np.int16)
            first = position = position + n_missing
        samples = piece.samples[:, max(position - first, 0) :]
        position += samples.shape[1]
        if samples.size:
            yield _pcm(samples)


def _steps(total: int, most: int) -> Iterator[int]:
    for done in range(0, total, most):
        yield min(most, total - done)


def _pcm(samples: FloatArray) -> PcmArray:
    """int16, shape (n_samples, 2), of float32, shape (2, n_samples)."""
    scaled = np.rint(samples.T * np.float32(_LOUDEST + 1))
    whole: PcmArray = np.clip(scaled, -_LOUDEST - 1, _LOUDEST).astype(np.int16)
    return whole


def stereo(channels: FloatArray, names: tuple[str, ...]) -> FloatArray:
    """Left and right of any channels, never louder than the loudest of them.

    Args:
        channels: float32, shape (n_channels, n_samples).
        names: FFmpeg's names of the channels.

    Returns:
        float32, shape (2, n_samples); silence where the sound is out of all bounds.
    """
    n_samples = channels.shape[1]
    with np.errstate(invalid="ignore"):
        is_sound = n_samples > 0 and bool(np.abs(channels).max() <= MAX_PEAK)
    if not is_sound:
        return np.zeros((N_CHANNELS, n_samples), dtype=np.float32)
    if len(names) == N_CHANNELS:
        return channels
    mixed: FloatArray = _gains(names) @ channels
    return mixed


@lru_cache(maxsize=32)
def _gains(names: tuple[str, ...]) -> FloatArray:
    """float32, shape (2, n_channels): how much of every channel goes to the left and the right."""
    gains = np.array([_gains_of(name) for name in names], dtype=np.float32).T
    loudest = gains.sum(axis=1).max()
    if loudest == 0.0:  # nothing but low-frequency effects
        return np.full_like(gains, 1 / len(names))
    scaled: FloatArray = gains / loudest
    return scaled


def _gains_of(name: str) -> tuple[float, float]:
    if name.startswith("LFE"):
        return 0.0, 0.0
    gain = 1.0 if name in ("FL", "FR") else _SIDE_GAIN
    if name.removesuffix("C").endswith("L"):
        return gain, 0.0
    if name.removesuffix("C").endswith("R"):
        return 0.0, gain
    return _SIDE_GAIN, _SIDE_GAIN

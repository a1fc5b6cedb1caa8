"""Audio files as mono windows at the model's rate, decoded by seeking.

Only what is analysed is decoded: the first and last moments, to find where the sound begins and
ends, and the windows. The channels of a file are averaged here: asked for a layout, FFmpeg's
mixer would change the level by 3 dB. Every time is in seconds from the first sample.

A damaged file gives the windows that can be had. It is refused when fewer than half of them can.
"""

import math
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from audio_model.config import DEFAULT_WINDOWS, WindowConfig
from audio_model.container import AudioFile, open_audio
from audio_model.errors import DecodeError, Silent, TooShort
from audio_model.sound import Windows
from audio_model.stretches import read_stretch

FloatArray = npt.NDArray[np.float32]

# A window of which less was decoded, or that is louder, is damaged.
MIN_DECODED_SHARE = 0.9
MAX_PEAK = 8.0
# Quieter than -60 dB relative to full scale is silence.
SILENCE_RMS = 1e-3
SILENCE_FRAME_S = 0.05
# Spans searched for the first and the last sound, from the file's ends inwards; beyond them,
# that many seconds spread over the file.
SILENCE_SPANS_S = (1.0, 2.0, 4.0, 8.0, 16.0)
N_SILENCE_PROBES = 48


def read_windows(path: bytes, config: WindowConfig = DEFAULT_WINDOWS) -> Windows:
    """Windows spread evenly over the sounding part of a file.

    There are as many as the sounding part holds, at most `config.n_windows`, centred at
    (2i + 1) / 2n of it; a part shorter than one window gives one window of its whole length.

    Raises:
        DecodeError: the file cannot be read, or most of its windows are damaged.
        NoAudio: it holds no audio stream, or an empty one.
        TooShort: its sounding part is shorter than `config.min_window_s`.
        Silent: it holds nothing but silence.
    """
    rate_hz = config.sample_rate_hz
    with open_audio(path) as file:
        duration_s = file.real_duration_s()
        if duration_s < config.min_window_s:
            raise TooShort.of(path, duration_s, config.min_window_s)
        first_s, last_s = _sounding_part(file, duration_s, rate_hz)
        if last_s - first_s < config.min_window_s:
            raise TooShort.of(path, last_s - first_s, config.min_window_s)
        starts_s, window_s = _placed(first_s, last_s, config)
        n_samples = round(window_s * rate_hz)
        heard = {}
        for start in (round(start_s * rate_hz) for start_s in starts_s):
            stretch = read_stretch(file, start, n_samples, rate_hz)
            if stretch.n_decoded >= MIN_DECODED_SHARE * n_samples and _is_sound(stretch.samples):
                heard[start] = stretch.samples
    if 2 * len(heard) < len(starts_s):
        reason = f"it is damaged: of {len(starts_s)} parts, {len(heard)} could be decoded"
        raise DecodeError(path, reason)
    starts = np.fromiter(heard, dtype=np.float32) / np.float32(rate_hz)
    return Windows(np.stack(list(heard.values())), starts, n_samples / rate_hz, duration_s)


def count_samples(path: bytes, config: WindowConfig = DEFAULT_WINDOWS) -> int:
    """How many samples of the model's rate a file has; it is decoded only where it must be.

    Raises:
        DecodeError, NoAudio: as `read_windows`.
        TooShort: it is shorter than `config.min_window_s`.
    """
    with open_audio(path) as file:
        duration_s = file.real_duration_s()
    if duration_s < config.min_window_s:
        raise TooShort.of(path, duration_s, config.min_window_s)
    return round(duration_s * config.sample_rate_hz)


def read_part(path: bytes, start: int, end: int, sample_rate_hz: int) -> FloatArray:
    """The samples of a file from `start` up to `end`, mono, at `sample_rate_hz`; float32.

    What cannot be decoded is zero.

    Raises:
        DecodeError: the file cannot be read, most of the part cannot be decoded, or what comes out
            is out of all bounds.
        NoAudio: the file holds no audio stream.
    """
    with open_audio(path) as file:
        stretch = read_stretch(file, start, end - start, sample_rate_hz)
    if 2 * stretch.n_decoded < end - start:
        reason = f"it is damaged {start / sample_rate_hz:.0f} s from its start"
        raise DecodeError(path, reason)
    if not _is_sound(stretch.samples):
        raise DecodeError(path, "it is damaged: its level is out of all bounds")
    return stretch.samples


def read_all(path: bytes, sample_rate_hz: int) -> FloatArray:
    """A whole file as mono samples: float32, shape (n_samples,), at `sample_rate_hz`.

    Sample i lies i / sample_rate_hz seconds after the file's first sample; what cannot be decoded
    in the middle of a file is zero.

    Raises:
        DecodeError: the file cannot be read, or what comes out of it is damaged.
        NoAudio: it holds no audio stream, or an empty one.
    """
    with open_audio(path) as file:
        n_samples = math.ceil((file.real_duration_s() + 1.0) * sample_rate_hz)
        stretch = read_stretch(file, 0, n_samples, sample_rate_hz)
    samples = stretch.samples[: stretch.n_reached]
    if not samples.size:
        raise DecodeError(path, "nothing in it can be decoded")
    if not _is_sound(samples):
        raise DecodeError(path, "it is damaged: its level is out of all bounds")
    return samples


def _sounding_part(file: AudioFile, duration_s: float, rate_hz: int) -> tuple[float, float]:
    """Where the sound begins and ends, found by decoding a bounded number of short spans."""
    spans_s = _searched_spans(duration_s)
    first_s = _first_sound(file, spans_s, rate_hz)
    for start_s, end_s in sorted(spans_s, key=lambda span_s: span_s[1], reverse=True):
        sounding_s, _ = _sounding_moments(file, start_s, end_s, rate_hz)
        if sounding_s:
            return first_s, min(sounding_s[-1] + SILENCE_FRAME_S, duration_s)
    return first_s, first_s


def _searched_spans(duration_s: float) -> list[tuple[float, float]]:
    """Spans, in seconds, that cover both ends of a file and sample its middle."""
    edges_s = np.minimum(np.cumsum((0.0, *SILENCE_SPANS_S)), duration_s).tolist()
    head_s = [(start_s, end_s) for start_s, end_s in pairwise(edges_s) if start_s < end_s]
    tail_s = [(duration_s - end_s, duration_s - start_s) for start_s, end_s in head_s]
    if duration_s <= edges_s[-1]:
        return head_s + tail_s
    probes_s = ((np.arange(N_SILENCE_PROBES) + 0.5) / N_SILENCE_PROBES * duration_s).tolist()
    return head_s + tail_s + [(start_s, min(start_s + 1.0, duration_s)) for start_s in probes_s]


def _first_sound(file: AudioFile, spans_s: list[tuple[float, float]], rate_hz: int) -> float:
    decoded_shares = []
    for start_s, end_s in sorted(spans_s):
        sounding_s, decoded_share = _sounding_moments(file, start_s, end_s, rate_hz)
        if sounding_s:
            return sounding_s[0]
        decoded_shares.append(decoded_share)
    if max(decoded_shares) < MIN_DECODED_SHARE:
        raise DecodeError(file.path, "it is damaged: nothing in it can be decoded")
    raise Silent(file.path, "it holds nothing but silence")


def _sounding_moments(
    file: AudioFile, start_s: float, end_s: float, rate_hz: int
) -> tuple[list[float], float]:
    """When the frames of a span begin that are not silent, and how much of it could be decoded.

    A constant offset is not sound. What is not a number is left for the windows to refuse.
    """
    n_samples = round(SILENCE_FRAME_S * rate_hz)
    n_frames = max(round((end_s - start_s) / SILENCE_FRAME_S), 1)
    stretch = read_stretch(file, round(start_s * rate_hz), n_frames * n_samples, rate_hz)
    frames = stretch.samples.reshape(n_frames, n_samples)
    with np.errstate(invalid="ignore"):
        sounding = np.flatnonzero(~(frames.std(axis=1) <= SILENCE_RMS))
    return (start_s + sounding * SILENCE_FRAME_S).tolist(), stretch.n_decoded / frames.size


def _placed(first_s: float, last_s: float, config: WindowConfig) -> tuple[list[float], float]:
    """Where the windows of a sounding part start, and how long each is; in seconds."""
    sounding_s = last_s - first_s
    n_windows = min(max(int(sounding_s / config.window_s), 1), config.n_windows)
    window_s = min(config.window_s, sounding_s)
    centres = (2 * np.arange(n_windows) + 1) / (2 * n_windows)
    return (first_s + centres * sounding_s - window_s / 2).tolist(), window_s


def _is_sound(samples: FloatArray) -> bool:
    return bool(np.isfinite(samples).all() and np.abs(samples).max() <= MAX_PEAK)

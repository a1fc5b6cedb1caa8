"""Oscillators, envelopes and filters of the electronic pieces, all as plain arrays.

Signals are float64, shape (n_samples,), at SAMPLE_RATE_HZ; a frequency is a number or one value
per sample, in hertz.
"""

import numpy as np
import numpy.typing as npt
from scipy import signal

from demo_composer.piece import SAMPLE_RATE_HZ

Signal = npt.NDArray[np.float64]
Curve = float | Signal


def n_samples(duration_s: float) -> int:
    return round(duration_s * SAMPLE_RATE_HZ)


def times(duration_s: float) -> Signal:
    """The time of each sample, in seconds."""
    return np.arange(n_samples(duration_s)) / SAMPLE_RATE_HZ


def hertz(pitch: float) -> float:
    """The frequency of a MIDI pitch (69 = 440 Hz)."""
    return float(440.0 * 2.0 ** ((pitch - 69.0) / 12.0))


def phase(frequency: Curve, duration_s: float, start: float = 0.0) -> Signal:
    """Cycles since the start, modulo 1."""
    step = np.broadcast_to(np.asarray(frequency) / SAMPLE_RATE_HZ, (n_samples(duration_s),))
    return np.asarray((start + np.cumsum(step) - step[:1]) % 1.0, dtype=np.float64)


def sine(frequency: Curve, duration_s: float, start: float = 0.0) -> Signal:
    return np.asarray(np.sin(2 * np.pi * phase(frequency, duration_s, start)), dtype=np.float64)


def saw(frequency: Curve, duration_s: float, start: float = 0.0) -> Signal:
    """Saw with its steps rounded over two samples, which keeps aliases low.

    Source:
        PolyBLEP: Välimäki and Huovilainen 2007, Antialiasing oscillators in subtractive synthesis.
    """
    place = phase(frequency, duration_s, start)
    step = np.broadcast_to(np.asarray(frequency) / SAMPLE_RATE_HZ, place.shape)
    return np.asarray(2 * place - 1 - _rounding(place, step), dtype=np.float64)


def pulse(frequency: Curve, duration_s: float, width: Curve = 0.5, start: float = 0.0) -> Signal:
    """Pulse wave without offset; `width` is the share of the cycle that is high."""
    place = phase(frequency, duration_s, start)
    step = np.broadcast_to(np.asarray(frequency) / SAMPLE_RATE_HZ, place.shape)
    edge = (place + 1 - np.asarray(width)) % 1.0
    wave = np.where(place < width, 1.0, -1.0) + _rounding(place, step) - _rounding(edge, step)
    return np.asarray(wave - (2 * np.asarray(width) - 1), dtype=np.float64)


def stepped_triangle(frequency: Curve, duration_s: float) -> Signal:
    """Triangle in 16 levels, as the sound chips of early consoles made it."""
    place = phase(frequency, duration_s)
    triangle = 1 - 4 * np.abs(place - 0.5)
    return np.asarray(np.round((triangle + 1) * 7.5) / 7.5 - 1, dtype=np.float64)


def noise(rng: np.random.Generator, duration_s: float) -> Signal:
    return rng.uniform(-1.0, 1.0, n_samples(duration_s))


def plucked(
    frequency: float, duration_s: float, *, n_partials: int, decay: float, damping: float
) -> Signal:
    """Saw-like tone whose partials fade (per second: `decay`, plus `damping` per partial)."""
    at = times(duration_s)
    wave = np.zeros_like(at)
    for partial in range(1, n_partials + 1):
        if partial * frequency < SAMPLE_RATE_HZ / 2.2:
            fading = np.exp(-at * (decay + damping * partial))
            wave += np.sin(2 * np.pi * partial * frequency * at) * fading / partial
    return wave * release(at, duration_s)


def electric_piano(frequency: float, duration_s: float, *, brightness: float) -> Signal:
    """Two-operator tine piano: a sine bent by another whose strength fades."""
    at = times(duration_s)
    tine = brightness * np.exp(-at * 6.0) * np.sin(2 * np.pi * frequency * 14 * at) * 0.05
    body = brightness * np.exp(-at * 2.5) * np.sin(2 * np.pi * frequency * at)
    wave = np.sin(2 * np.pi * frequency * at + body + tine)
    return np.asarray(wave * np.exp(-at * 1.6) * release(at, duration_s), dtype=np.float64)


def release(at: Signal, duration_s: float, release_s: float = 0.02) -> Signal:
    """Gain that starts without a click and ends at zero."""
    return np.clip(at / 0.002, 0, 1) * np.clip((duration_s - at) / release_s, 0, 1)


def envelope(
    duration_s: float, *, attack_s: float, decay_s: float, sustain: float, release_s: float
) -> Signal:
    """Attack, decay, sustain and release in [0, 1]; the release lies within the duration."""
    at = times(duration_s)
    rising = np.clip(at / max(attack_s, 1e-4), 0, 1)
    falling = sustain + (1 - sustain) * np.exp(-np.maximum(at - attack_s, 0) / max(decay_s, 1e-4))
    ending = np.clip((duration_s - at) / max(release_s, 1e-4), 0, 1)
    return np.asarray(rising * falling * ending, dtype=np.float64)


def low_pass(wave: Signal, cutoff_hz: float, order: int = 2) -> Signal:
    return _butterworth(wave, cutoff_hz, "lowpass", order)


def high_pass(wave: Signal, cutoff_hz: float, order: int = 2) -> Signal:
    return _butterworth(wave, cutoff_hz, "highpass", order)


def band_pass(wave: Signal, low_hz: float, high_hz: float, order: int = 2) -> Signal:
    return low_pass(high_pass(wave, low_hz, order), high_hz, order)


def swept_low_pass(wave: Signal, cutoff_hz: Signal, *, resonance: float = 0.0) -> Signal:
    """Low-pass of 24 dB per octave whose cutoff moves; one cutoff per sample, in hertz.

    `resonance` is the height of the peak at the cutoff, relative to the pass band. Works on short
    spectra, so it keeps phases and blurs attacks by some 10 ms.
    """
    window = 1024
    frequencies, starts_s, spectra = signal.stft(wave, SAMPLE_RATE_HZ, nperseg=window)
    places = np.clip((starts_s * SAMPLE_RATE_HZ).astype(int), 0, len(cutoff_hz) - 1)
    ratio = frequencies[:, None] / cutoff_hz[places][None, :]
    gain = 1 / (1 + ratio**4) + resonance * np.exp(-((np.log2(ratio + 1e-9) * 3) ** 2))
    _, filtered = signal.istft(spectra * gain, SAMPLE_RATE_HZ, nperseg=window)
    return np.asarray(filtered[: len(wave)], dtype=np.float64)


def _rounding(place: Signal, step: Signal) -> Signal:
    after = np.where(place < step, place / step, 1.0)
    before = np.where(place > 1 - step, (place - 1) / step, -1.0)
    rounding = (2 * after - after**2 - 1) + (before**2 + 2 * before + 1)
    return np.asarray(rounding, dtype=np.float64)


def _butterworth(wave: Signal, cutoff_hz: float, kind: str, order: int) -> Signal:
    sections = signal.butter(order, cutoff_hz, kind, fs=SAMPLE_RATE_HZ, output="sos")
    return np.asarray(signal.sosfilt(sections, wave, axis=0), dtype=np.float64)

"""Synthetic drums of the electronic pieces: each function returns one stroke, peak about 1."""

import numpy as np

from demo_composer.synth import Signal, band_pass, high_pass, noise, phase, sine, times


def kick(*, pitch_hz: float = 50.0, drop_hz: float = 180.0, length_s: float = 0.32) -> Signal:
    """Sine that falls from pitch + drop to pitch, with a click at its head."""
    at = times(length_s)
    body = np.sin(2 * np.pi * phase(pitch_hz + drop_hz * np.exp(-at * 38), length_s))
    click = np.exp(-at * 900) * 0.5
    fade = np.clip((length_s - at) / 0.03, 0, 1)
    return np.tanh(1.6 * (body * np.exp(-at * 7.5) + click)) * fade


def snare(
    rng: np.random.Generator, *, tone_hz: float = 190.0, length_s: float = 0.22, snap: float = 1.0
) -> Signal:
    at = times(length_s)
    tone = sine(tone_hz * (1 + 0.6 * np.exp(-at * 60)), length_s) * np.exp(-at * 26)
    wires = high_pass(noise(rng, length_s), 1500.0) * np.exp(-at * 19) * snap
    return np.tanh(1.5 * (0.9 * tone + wires)) * np.clip((length_s - at) / 0.02, 0, 1)


def clap(rng: np.random.Generator, *, length_s: float = 0.25) -> Signal:
    """Three quick bursts of noise and their tail."""
    at = times(length_s)
    bursts = sum(
        np.where(at >= start_s, np.exp(-np.maximum(at - start_s, 0) * rate), 0.0)
        for start_s, rate in ((0.0, 260.0), (0.011, 260.0), (0.023, 22.0))
    )
    return band_pass(noise(rng, length_s), 900.0, 6000.0) * bursts * 1.6


def hat(rng: np.random.Generator, *, length_s: float, cutoff_hz: float = 7500.0) -> Signal:
    """Closed (0.05 s) to open (0.3 s) hi-hat: six square waves and noise, high-passed."""
    at = times(length_s)
    metal = sum(
        np.sign(sine(ratio * 540.0, length_s, 0.1 * ratio))
        for ratio in (2.0, 3.0, 4.16, 5.43, 6.79, 8.21)
    )
    wave = high_pass(0.14 * metal + 0.6 * noise(rng, length_s), cutoff_hz, 4)
    return wave * np.exp(-at * 4.5 / length_s) * 1.6


def ride(rng: np.random.Generator, *, length_s: float = 0.5) -> Signal:
    at = times(length_s)
    bell = sum(sine(ratio * 410.0, length_s) / ratio for ratio in (8.0, 11.3, 13.7, 17.1))
    wash = high_pass(noise(rng, length_s), 6000.0) * 0.35
    return (bell * 1.5 + wash) * np.exp(-at * 9)


def crash(rng: np.random.Generator, *, length_s: float = 1.8) -> Signal:
    at = times(length_s)
    return high_pass(noise(rng, length_s), 3500.0) * np.exp(-at * 2.6) * 0.8


def shaker(rng: np.random.Generator, *, length_s: float = 0.09) -> Signal:
    at = times(length_s)
    swell = np.asarray(np.sin(np.pi * at / length_s) ** 2, dtype=np.float64)
    return band_pass(noise(rng, length_s), 5000.0, 12000.0) * swell


def riser(rng: np.random.Generator, *, length_s: float) -> Signal:
    """Noise that swells and brightens."""
    at = times(length_s)
    wave = noise(rng, length_s)
    bright, dark = high_pass(wave, 4000.0), band_pass(wave, 300.0, 2000.0)
    place = at / length_s
    return (bright * place + dark * (1 - place)) * place**2 * 0.7

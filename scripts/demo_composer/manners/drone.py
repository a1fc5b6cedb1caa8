"""Ambient drone: sums of slowly beating partials without a pulse, warm pads or bowed metal."""

from functools import partial

import numpy as np
from scipy import ndimage

from demo_composer.mixing import narrowed, place, reverberate, silence
from demo_composer.piece import Audio, Piece
from demo_composer.synth import (
    Signal,
    band_pass,
    hertz,
    low_pass,
    n_samples,
    noise,
    phase,
    sine,
    swept_low_pass,
    times,
)

MANNER = "Ambient drone"
LENGTH_S = 32.0


def _drift(rng: np.random.Generator, duration_s: float, slowness_s: float) -> Signal:
    """A smooth random curve in [-1, 1] that turns about every `slowness_s` seconds."""
    n_knots = int(duration_s / slowness_s) + 4
    knots = ndimage.zoom(rng.uniform(-1, 1, n_knots), 40, order=3, mode="nearest")
    at = np.linspace(0, len(knots) - 1, n_samples(duration_s))
    curve = np.clip(np.interp(at, np.arange(len(knots)), knots), -1, 1)
    return np.asarray(curve, dtype=np.float64)


def _voice(
    rng: np.random.Generator, pitch: float, partials: tuple[float, ...], *, rolloff: float
) -> Audio:
    """A tone of detuned pairs of partials, one of each pair on either side, each breathing."""
    voice = silence(LENGTH_S)
    for ratio in partials:
        frequency = hertz(pitch) * ratio
        if frequency > 9000:
            continue
        strength = ratio**-rolloff
        for side in range(2):
            detune = 2 ** (rng.normal(0, 3.0) / 1200)
            wander = 2 ** (_drift(rng, LENGTH_S, 5.0) * 3 / 1200)
            breath = 0.6 + 0.4 * _drift(rng, LENGTH_S, 3.5)
            start = float(rng.random())
            tone = np.sin(2 * np.pi * phase(frequency * detune * wander, LENGTH_S, start))
            voice[:, side] += strength * breath * tone
    return voice


def _span(enters_s: float, leaves_s: float, *, ramp_s: float = 5.0) -> Signal:
    """Gain of a voice: in and out over `ramp_s`."""
    at = times(LENGTH_S)
    rising = np.clip((at - enters_s + ramp_s) / ramp_s, 0, 1)
    falling = np.clip((leaves_s + ramp_s - at) / ramp_s, 0, 1)
    return np.asarray(np.sin(0.5 * np.pi * np.minimum(rising, falling)) ** 2, dtype=np.float64)


def _air(rng: np.random.Generator, low_hz: float, high_hz: float) -> Audio:
    """Breathing noise in a band, different on both sides."""
    sides = [
        band_pass(noise(rng, LENGTH_S), low_hz, high_hz) * (0.5 + 0.4 * _drift(rng, LENGTH_S, 4.0))
        for _ in range(2)
    ]
    return np.stack(sides, axis=1)


def _darkened(rng: np.random.Generator, mix: Audio, dark_hz: float, bright_hz: float) -> Audio:
    opening = 0.5 + 0.5 * np.sin(np.pi * times(LENGTH_S) / LENGTH_S * 1.4)
    opening = np.clip(opening + 0.2 * _drift(rng, LENGTH_S, 6.0), 0, 1)
    cutoff_hz = dark_hz * (bright_hz / dark_hz) ** opening
    sides = [swept_low_pass(mix[:, side], cutoff_hz) for side in range(2)]
    return np.stack(sides, axis=1)


def warm_drone(
    rng: np.random.Generator,
    *,
    root: float,
    first: tuple[int, ...],
    second: tuple[int, ...],
    bright_hz: float,
    shimmer: tuple[int, ...] = (),
) -> Audio:
    """A chord over a root that melts into another half way; intervals in semitones.

    `shimmer` lists high tones that come and go one by one.
    """
    mix = _voice(rng, root, (1, 2, 3, 4, 5, 6), rolloff=1.4) * 0.8
    halves = ((first, _span(0, 15)), (second, _span(20, LENGTH_S)))
    for intervals, gain in halves:
        for interval in intervals:
            tone = _voice(rng, root + interval, (1, 2, 3, 4, 5, 6, 7, 8), rolloff=1.2)
            mix += 0.4 * tone * gain[:, None]
    mix = _darkened(rng, mix, 500.0, 1.4 * bright_hz)
    for count, interval in enumerate(shimmer):
        enters_s = 4 + 24 * count / len(shimmer)
        glow = sine(hertz(root + interval), LENGTH_S) * _span(enters_s, enters_s + 2, ramp_s=2.5)
        mix += 0.2 * np.stack([glow, glow * 0.7], axis=1)
    mix += 0.06 * _air(rng, 400.0, 3000.0)
    return reverberate(narrowed(mix, 0.7), seconds=5.0, wet=0.9, tail_s=1.0)


def dark_drone(
    rng: np.random.Generator,
    *,
    root: float,
    partials: tuple[float, ...],
    above: tuple[float, ...],
    wind_hz: tuple[float, float],
    beating_hz: float,
) -> Audio:
    """Bowed metal: tones with partials off the harmonic series, over a beating sub and wind."""
    at = times(LENGTH_S)
    mix = _voice(rng, root, (1, 2, 3, 4, 6), rolloff=1.1)
    mix *= (0.75 + 0.25 * np.sin(2 * np.pi * beating_hz * at))[:, None]
    for count, interval in enumerate(above):
        enters_s = 3 + 20 * count / len(above)
        bowed = _voice(rng, root + interval, partials, rolloff=0.6)
        mix += 0.35 * bowed * _span(enters_s, enters_s + 9, ramp_s=4.0)[:, None]
    mix = _darkened(rng, mix, 450.0, 4000.0)
    mix += 0.20 * _air(rng, *wind_hz)
    low = low_pass(noise(rng, LENGTH_S), 70.0, 4) * (0.5 + 0.5 * _drift(rng, LENGTH_S, 3.0))
    place(mix, low, 0.0, 0.8)
    return reverberate(narrowed(mix, 0.7), seconds=6.0, wet=1.0, tail_s=1.0)


PARALLAX = partial(Piece, MANNER, "Moth Parallax", "Lamp Studies", 2019)
TIDEWRACK = partial(Piece, MANNER, "Tidewrack Observatory", "Instruments Left Outside", 2014)
BELL = (1.0, 2.0, 2.4, 3.0, 4.5, 5.33, 6.67)
PLATE = (1.0, 1.58, 2.24, 2.92, 3.46, 4.14, 5.1)
BAR = (1.0, 2.76, 5.4, 8.93)

PIECES = (
    PARALLAX(
        1,
        "Lamp Study, Amber",
        partial(
            warm_drone,
            root=38,
            first=(7, 12, 16, 19),
            second=(5, 12, 14, 21),
            bright_hz=2400.0,
            shimmer=(38, 43, 36, 40),
        ),
    ),
    PARALLAX(
        2,
        "The Room Breathes Out",
        partial(
            warm_drone,
            root=41,
            first=(7, 12, 14, 19),
            second=(3, 10, 15, 19),
            bright_hz=1700.0,
        ),
    ),
    PARALLAX(
        3,
        "Wingdust",
        partial(
            warm_drone,
            root=45,
            first=(7, 11, 16, 24),
            second=(9, 12, 16, 23),
            bright_hz=3200.0,
            shimmer=(31, 36, 40, 43, 35),
        ),
    ),
    PARALLAX(
        4,
        "Lamp Study, Paraffin",
        partial(
            warm_drone,
            root=36,
            first=(7, 15, 19, 22),
            second=(8, 12, 15, 24),
            bright_hz=2000.0,
            shimmer=(43, 46, 39),
        ),
        "ogg",
    ),
    TIDEWRACK(
        1,
        "Barometer, Falling",
        partial(
            dark_drone,
            root=33,
            partials=BELL,
            above=(12, 19, 26),
            wind_hz=(300.0, 1500.0),
            beating_hz=0.21,
        ),
    ),
    TIDEWRACK(
        2,
        "Anemometer at Rest",
        partial(
            dark_drone,
            root=36,
            partials=PLATE,
            above=(7, 14, 24),
            wind_hz=(500.0, 2500.0),
            beating_hz=0.13,
        ),
    ),
    TIDEWRACK(
        3,
        "Rust Survey",
        partial(
            dark_drone,
            root=33,
            partials=BAR,
            above=(12, 18, 25, 31),
            wind_hz=(200.0, 900.0),
            beating_hz=0.3,
        ),
    ),
    TIDEWRACK(
        4,
        "The Tide Gauge Dreams",
        partial(
            dark_drone,
            root=35,
            partials=PLATE,
            above=(12, 17, 24, 27),
            wind_hz=(400.0, 1800.0),
            beating_hz=0.17,
        ),
    ),
)

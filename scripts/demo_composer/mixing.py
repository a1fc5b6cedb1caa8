"""Mixing and mastering: places sounds in time and space, adds a room, sets one loudness for all."""

import numpy as np
from scipy import ndimage, signal

from demo_composer.piece import SAMPLE_RATE_HZ, Audio
from demo_composer.synth import Signal, low_pass, n_samples

LOUDNESS_LUFS = -17.0
PEAK_DB = -1.5
FADE_IN_S = 0.01
FADE_OUT_S = 2.2
LONGEST_S = 34.0


def silence(duration_s: float) -> Audio:
    return np.zeros((n_samples(duration_s), 2))


def place(mix: Audio, wave: Signal | Audio, at_s: float, gain: float, pan: float = 0.0) -> None:
    """Adds a sound to the mix from `at_s` on; what reaches beyond the mix is cut off."""
    start = n_samples(at_s)
    wave = wave[: max(0, len(mix) - start)]
    if wave.ndim == 1:
        angle = (pan + 1) * np.pi / 4
        wave = np.sqrt(2) * np.outer(wave, (np.cos(angle), np.sin(angle)))
    mix[start : start + len(wave)] += gain * wave


def narrowed(mix: Audio, width: float) -> Audio:
    """The mix with its stereo difference scaled: 0 is mono, 1 leaves it as it is."""
    middle = np.mean(mix, axis=1, keepdims=True)
    return np.asarray(middle + width * (mix - middle), dtype=np.float64)


def duck(mix: Audio, beats_s: list[float], *, depth: float, recovery_s: float) -> Audio:
    """The mix, pushed down at each beat and let up again, as by a compressor keyed to a kick."""
    at = np.arange(len(mix)) / SAMPLE_RATE_HZ
    last = np.searchsorted(beats_s, at, side="right") - 1
    since = np.where(last >= 0, at - np.asarray(beats_s)[np.maximum(last, 0)], np.inf)
    gain = 1 - depth * np.clip(1 - since / recovery_s, 0, 1) ** 1.5
    return np.asarray(mix * ndimage.uniform_filter1d(gain, 240)[:, None], dtype=np.float64)


def echo(mix: Audio, *, delay_s: float, feedback: float, wet: float) -> Audio:
    """Echoes that swap sides and darken."""
    out, tap = mix.copy(), mix
    for repeat in range(1, 6):
        tap = low_pass(tap[:, ::-1], 4500.0, 1)
        shift = n_samples(delay_s * repeat)
        if shift < len(mix):
            out[shift:] += wet * feedback ** (repeat - 1) * tap[: len(mix) - shift]
    return out


def reverberate(
    mix: Audio, *, seconds: float, wet: float, predelay_s: float = 0.015, tail_s: float = 0.0
) -> Audio:
    """Adds a room of exponentially fading noise; high tones fade sooner than low ones.

    Args:
        seconds: time until the low part of the room has fallen by 60 dB.
        wet: energy of the room relative to the dry sound.
        tail_s: how much longer than the mix the result is.
    """
    rng = np.random.default_rng(round(1000 * seconds))
    at = np.arange(n_samples(seconds)) / SAMPLE_RATE_HZ
    hiss = rng.normal(0.0, 1.0, (len(at), 2))
    dark = low_pass(hiss, 1200.0, 1) * np.exp(-6.9 * at / seconds)[:, None]
    bright = (hiss - low_pass(hiss, 1200.0, 1)) * np.exp(-13.0 * at / seconds)[:, None]
    room = dark + 0.5 * bright
    room *= wet / np.sqrt(np.sum(room**2, axis=0))
    room = np.concatenate([np.zeros((n_samples(predelay_s), 2)), room])
    dry = np.concatenate([mix, np.zeros((n_samples(tail_s), 2))])
    # A little of each side goes into both sides of the room.
    send = 0.7 * dry + 0.3 * dry[:, ::-1]
    rung = signal.fftconvolve(send, room, axes=0)[: len(dry)]
    return np.asarray(dry + rung, dtype=np.float64)


def loudness_lufs(mix: Audio) -> float:
    """Integrated loudness with gates, in LUFS.

    Source:
        ITU-R BS.1770-4; filter coefficients for 48 kHz from its tables 1 and 2.
    """
    shelf = ([1.53512485958697, -2.69169618940638, 1.19839281085285],
             [1.0, -1.69065929318241, 0.73248077421585])  # fmt: skip
    rumble = ([1.0, -2.0, 1.0], [1.0, -1.99004745483398, 0.99007225036621])
    weighted = signal.lfilter(*rumble, signal.lfilter(*shelf, mix, axis=0), axis=0)
    hop = n_samples(0.1)
    power = np.array(
        [
            np.sum(np.mean(weighted[start : start + 4 * hop] ** 2, axis=0))
            for start in range(0, len(mix) - 4 * hop, hop)
        ]
    )
    block_lufs = -0.691 + 10 * np.log10(power + 1e-12)
    heard = block_lufs > -70.0
    gate_lufs = -0.691 + 10 * np.log10(np.mean(power[heard])) - 10.0
    return float(-0.691 + 10 * np.log10(np.mean(power[block_lufs > max(gate_lufs, -70.0)])))


def master(mix: Audio) -> Audio:
    """The finished piece: cut and faded out at its end, at the common loudness, no clipping."""
    mix = mix - np.mean(mix, axis=0)
    mix = mix[: n_samples(min(_sounding_s(mix), LONGEST_S))]
    at = np.arange(len(mix)) / SAMPLE_RATE_HZ
    fade_out = np.sin(0.5 * np.pi * np.clip((at[-1] - at) / FADE_OUT_S, 0, 1)) ** 2
    mix = mix * (np.clip(at / FADE_IN_S, 0, 1) * fade_out)[:, None]
    for _ in range(3):
        gain_db = LOUDNESS_LUFS - loudness_lufs(mix)
        mix = _limit(mix * 10 ** (gain_db / 20))
    return mix


def _sounding_s(mix: Audio) -> float:
    """When the level falls for good to 26 dB below that of the whole."""
    hop = n_samples(0.1)
    n_blocks = len(mix) // hop
    level = np.sqrt(np.mean(mix[: n_blocks * hop].reshape(n_blocks, -1) ** 2, axis=1))
    loud = np.flatnonzero(level > np.sqrt(np.mean(mix**2)) * 10 ** (-26 / 20))
    return float((loud[-1] + 1) * 0.1)


def _limit(mix: Audio) -> Audio:
    """Keeps peaks below PEAK_DB by a gain that looks 5 ms ahead and recovers over 80 ms."""
    ceiling = 10 ** (PEAK_DB / 20)
    ahead = n_samples(0.005)
    peaks = ndimage.maximum_filter1d(np.max(np.abs(mix), axis=1), 2 * ahead + 1)
    wanted = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    held = ndimage.minimum_filter1d(wanted, n_samples(0.08))
    gain = np.minimum(wanted, ndimage.uniform_filter1d(held, n_samples(0.04)))
    gain = np.minimum(ndimage.uniform_filter1d(gain, ahead), wanted)
    limited = mix * gain[:, None]
    return np.asarray(np.clip(limited, -ceiling, ceiling), dtype=np.float64)

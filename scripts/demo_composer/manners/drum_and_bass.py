"""Drum and bass: broken beats at some 170 a minute over a sub, soft keys or a growling bass."""

from functools import partial

import numpy as np

from demo_composer import drums
from demo_composer.mixing import duck, echo, place, reverberate, silence
from demo_composer.piece import Audio, Piece
from demo_composer.score import bars_lasting
from demo_composer.synth import (
    Signal,
    electric_piano,
    envelope,
    hertz,
    saw,
    sine,
    swept_low_pass,
    times,
)
from demo_composer.theory import Chord, key, lead_voices, nearest_pitch

MANNER = "Drum and bass"
BAR_BEATS = 4


def _break(
    rng: np.random.Generator,
    n_bars: int,
    beat_s: float,
    *,
    patterns: tuple[str, ...],
    hard: bool,
    thin: range,
) -> Audio:
    """A break of two alternating bars: k kick, s snare, g ghost snare, one letter a sixteenth.

    Hats run in eighths and the ride comes in half way; in the thin bars the kick is silent.
    """
    mix = silence((BAR_BEATS * n_bars + 4) * beat_s)
    kick = drums.kick(pitch_hz=55, drop_hz=240, length_s=0.2)
    snare = drums.snare(rng, tone_hz=215 if hard else 190, snap=1.2 if hard else 0.9)
    hat, open_hat, ride = (
        drums.hat(rng, length_s=0.05),
        drums.hat(rng, length_s=0.16),
        drums.ride(rng),
    )
    for bar in range(n_bars):
        fills = bar % 8 == 7
        pattern = patterns[bar % 2][:8] + "s.gks.sg" if fills else patterns[bar % 2]
        for sixteenth, letter in enumerate(pattern):
            at_s = (BAR_BEATS * bar + sixteenth / 4) * beat_s
            at_s += float(rng.normal(0, 0.002)) if sixteenth else 0.0
            if letter == "k" and bar not in thin:
                place(mix, kick, at_s, 0.8)
            elif letter in "sg" and (bar >= 2 or letter == "g"):
                place(mix, snare, at_s, 0.72 if letter == "s" else 0.2, 0.05)
            if sixteenth % 2 == 0 or rng.random() < 0.3:
                gain = 0.34 if sixteenth % 4 == 2 else 0.22
                place(mix, hat, at_s, gain * rng.uniform(0.7, 1.1), -0.2)
        if bar % 2:
            place(mix, open_hat, (BAR_BEATS * bar + 3.5) * beat_s, 0.36, -0.2)
        if bar >= 4:
            for beat in range(BAR_BEATS):
                place(mix, ride, (BAR_BEATS * bar + beat) * beat_s, 0.16, 0.35)
    for bar in (thin.stop, n_bars):
        place(mix, drums.crash(rng), BAR_BEATS * bar * beat_s, 0.25)
    place(mix, kick, BAR_BEATS * n_bars * beat_s, 0.8)
    # A small room pressed hard: the sound of a break sampled from a record.
    driven = np.tanh((2.2 if hard else 1.6) * reverberate(mix, seconds=0.35, wet=0.4))
    return np.asarray(driven / 1.5, dtype=np.float64)


def _sub(pitch: int, duration_s: float) -> Signal:
    gain = envelope(duration_s, attack_s=0.01, decay_s=2.0, sustain=0.8, release_s=0.05)
    wave = sine(hertz(pitch), duration_s)
    return np.tanh(1.6 * wave) * gain


def _reese(pitch: int, duration_s: float, *, growl_hz: float, phase_at: float) -> Signal:
    """Three saws a little apart through a moving low-pass, driven hard, over a sine."""
    wave = sum(
        saw(hertz(pitch + 12 + cents / 100), duration_s, 0.3 * n)
        for n, cents in enumerate((-16, 0, 19))
    )
    at = times(duration_s)
    cutoff_hz = 500 * 2 ** (1.6 * np.sin(2 * np.pi * (growl_hz * at + phase_at)))
    growl = np.tanh(1.2 * swept_low_pass(np.asarray(wave), cutoff_hz, resonance=1.5))
    gain = envelope(duration_s, attack_s=0.008, decay_s=2.0, sustain=0.9, release_s=0.03)
    return (0.6 * growl + 0.7 * sine(hertz(pitch), duration_s)) * gain


def _pad(
    rng: np.random.Generator, voicing: list[int], duration_s: float, bright_hz: float
) -> Audio:
    """Detuned saws, darkened, with soft edges; a little longer than asked so that pads overlap."""
    length_s = duration_s * 1.15
    wide = silence(length_s)
    for pitch in voicing:
        for side in (-0.8, 0.0, 0.8):
            tone = saw(hertz(pitch + 0.07 * side), length_s, float(rng.random()))
            place(wide, tone, 0.0, 0.12, side)
    gain = envelope(
        length_s, attack_s=0.25 * duration_s, decay_s=9, sustain=1, release_s=0.25 * duration_s
    )
    cutoff_hz = bright_hz * (0.6 + 0.4 * np.sin(np.pi * times(length_s) / length_s))
    sides = [swept_low_pass(wide[:, side], cutoff_hz) * gain for side in range(2)]
    return np.stack(sides, axis=1)


def _bass_notes(chords: list[Chord], pattern: str, from_bar: int) -> list[tuple[float, float, int]]:
    """(beat, length in beats, pitch) of a two-bar pattern; a letter holds until the next one."""
    intervals = {"r": 0, "8": 12, "5": 7, "7": 10, "3": 3, "2": 1}
    notes = []
    for bar in range(from_bar, len(chords)):
        shape = pattern[16 * (bar % 2) : 16 * (bar % 2) + 16]
        for sixteenth, letter in enumerate(shape):
            if letter in intervals:
                rest = shape[sixteenth + 1 :]
                held = next((i for i, other in enumerate(rest) if other != "-"), len(rest))
                pitch = nearest_pitch(chords[bar].root, 31) + intervals[letter]
                notes.append((BAR_BEATS * bar + sixteenth / 4, (held + 1) / 4, pitch))
    return notes


def liquid(
    rng: np.random.Generator,
    *,
    key_name: str,
    bpm: float,
    numerals: str,
    patterns: tuple[str, ...],
    bass: str,
    keys: str,
) -> Audio:
    """Warm pads and electric piano over a clean break and a sine sub."""
    home, beat_s = key(key_name), 60 / bpm
    n_bars = bars_lasting(31, bpm, BAR_BEATS)
    chords = [chord for chord in home.chords(numerals) for _ in range(2)]
    chords = (chords * n_bars)[:n_bars]
    thin = range(n_bars // 2, n_bars // 2 + 2)
    beats = _break(rng, n_bars, beat_s, patterns=patterns, hard=False, thin=thin)
    music, low = np.zeros_like(beats), np.zeros_like(beats)
    voicings = lead_voices(chords, 4, 57, 76)
    for bar in range(0, n_bars, 2):
        pad = _pad(rng, voicings[bar], 2 * BAR_BEATS * beat_s, 2200.0)
        place(music, pad, BAR_BEATS * bar * beat_s, 0.5)
    for bar in range(2, n_bars):
        shape = keys[16 * (bar % 2) : 16 * (bar % 2) + 16]
        for sixteenth, letter in enumerate(shape):
            if letter.isdigit():
                tone = electric_piano(
                    hertz(voicings[bar][int(letter) % 4] + 12 * (int(letter) // 4)),
                    1.5 * beat_s,
                    brightness=1.5,
                )
                place(music, tone, (BAR_BEATS * bar + sixteenth / 4) * beat_s, 0.17, 0.25)
    for beat, length, pitch in _bass_notes(chords, bass, 4):
        place(low, _sub(pitch, length * beat_s), beat * beat_s, 0.32)
    end_s = BAR_BEATS * n_bars * beat_s
    place(music, _pad(rng, voicings[0], 3 * beat_s, 2200.0), end_s, 0.5)
    place(low, _sub(nearest_pitch(chords[0].root, 31), 2 * beat_s), end_s, 0.32)
    music = echo(music, delay_s=0.75 * beat_s, feedback=0.4, wet=0.22)
    return reverberate(beats + 0.6 * music + low, seconds=1.6, wet=0.16, tail_s=1.5)


def growling(
    rng: np.random.Generator,
    *,
    key_name: str,
    bpm: float,
    numerals: str,
    patterns: tuple[str, ...],
    bass: str,
    growl_hz: float,
) -> Audio:
    """A driven break and a growling bass riff under a thin, dark pad."""
    home, beat_s = key(key_name), 60 / bpm
    n_bars = bars_lasting(31, bpm, BAR_BEATS)
    chords = [chord for chord in home.chords(numerals) for _ in range(2)]
    chords = (chords * n_bars)[:n_bars]
    thin = range(n_bars // 2, n_bars // 2 + 2)
    beats = _break(rng, n_bars, beat_s, patterns=patterns, hard=True, thin=thin)
    music, low = np.zeros_like(beats), np.zeros_like(beats)
    voicings = lead_voices(chords, 3, 55, 72)
    for bar in range(0, n_bars, 2):
        pad = _pad(rng, voicings[bar], 2 * BAR_BEATS * beat_s, 1600.0)
        place(music, pad, BAR_BEATS * bar * beat_s, 0.42)
    for number, (beat, length, pitch) in enumerate(_bass_notes(chords, bass, 4)):
        wave = _reese(pitch, length * beat_s, growl_hz=growl_hz, phase_at=0.17 * (number % 5))
        place(low, wave, beat * beat_s, 0.3)
    for bar in range(6, n_bars, 4):
        stab = _pad(rng, [pitch + 12 for pitch in voicings[bar]], 0.6 * beat_s, 3000.0)
        place(music, stab, (BAR_BEATS * bar + 2.5) * beat_s, 0.5)
    end_s = BAR_BEATS * n_bars * beat_s
    last = _reese(nearest_pitch(chords[0].root, 31), 3 * beat_s, growl_hz=growl_hz, phase_at=0.0)
    place(low, last, end_s, 0.3)
    music = echo(music, delay_s=0.75 * beat_s, feedback=0.5, wet=0.3)
    snares_s = [(BAR_BEATS * bar + beat) * beat_s for bar in range(n_bars) for beat in (1, 3)]
    low = duck(low, snares_s, depth=0.4, recovery_s=0.12)
    return reverberate(beats + music + low, seconds=1.2, wet=0.13, tail_s=1.5)


KESTREL = partial(Piece, MANNER, "Kestrel Subframe", "Thermals", 2006)
OXIDE = partial(Piece, MANNER, "Oxide Ravine", "Load-Bearing", 2001)

PIECES = (
    KESTREL(
        1,
        "Hover and Drop",
        partial(
            liquid,
            key_name="F minor",
            bpm=174,
            numerals="i9 bVImaj7 bIIImaj7 bVII",
            patterns=("k...s..g..k.s..g", "k...s..g.gk.s.g."),
            bass="r-----..r---....r-----..5---8-..",
            keys="..2..1..3.......5..2..1.........",
        ),
    ),
    KESTREL(
        2,
        "Motorway Verge",
        partial(
            liquid,
            key_name="D dorian",
            bpm=172,
            numerals="i9 IV9 i9 bVIImaj7",
            patterns=("k.k.s..g.gk.s..g", "k...s.gk..k.s..g"),
            bass="r---r-......7---r-------..8-..r-",
            keys="3..2..1...2.....5..4..3...1.....",
        ),
        "ogg",
    ),
    KESTREL(
        3,
        "Small Mammal Weather",
        partial(
            liquid,
            key_name="A minor",
            bpm=176,
            numerals="bVImaj7 bVII iadd9 v7",
            patterns=("k...s....kk.s...", "k.g.s..g..k.s.gg"),
            bass="r-------....r---r---..8-r---..5-",
            keys="1.......2...3...1.....5...4.....",
        ),
    ),
    KESTREL(
        4,
        "Updraught over Ashford Junction",
        partial(
            liquid,
            key_name="Bb minor",
            bpm=170,
            numerals="i7 iv9 bVImaj7 v7",
            patterns=("k..gs..k..k.s..g", "k...s..g.kk.s.g."),
            bass="r-....r-..r---..r-....8-..7-5-..",
            keys="..3...2...1...5...3...2.........",
        ),
    ),
    OXIDE(
        1,
        "Load-Bearing",
        partial(
            growling,
            key_name="E phrygian",
            bpm=174,
            numerals="i i bII i",
            patterns=("k...s.gk..k.s..g", "k.k.s..g.gk.s.k."),
            bass="r---..r-3---....r---..r-2-------",
            growl_hz=2.9,
        ),
    ),
    OXIDE(
        2,
        "Shear Stress",
        partial(
            growling,
            key_name="F# minor",
            bpm=178,
            numerals="i i bVI bVII",
            patterns=("k..ks..g.kk.s..g", "k...s.gk.g.ks..g"),
            bass="r-----r-..7-r---r-----8-..5---..",
            growl_hz=1.5,
        ),
    ),
    OXIDE(
        3,
        "Cold Rivet",
        partial(
            growling,
            key_name="C phrygian",
            bpm=172,
            numerals="i bII i v",
            patterns=("k.k.s..gk.k.s..g", "k...s..k..gks.g."),
            bass="r-r-..3---..2-..r-r-..7---..r---",
            growl_hz=5.8,
        ),
        "mp3",
    ),
    OXIDE(
        4,
        "Tunnel Boring for Beginners",
        partial(
            growling,
            key_name="G minor",
            bpm=175,
            numerals="i i iv bVI",
            patterns=("k...s....kk.s..g", "k.g.s.gk..k.s..s"),
            bass="r-------7---5---r---....r-8-r-3-",
            growl_hz=0.73,
        ),
    ),
)

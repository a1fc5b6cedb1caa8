"""Chiptune: pulse waves, a stepped triangle and sampled-and-held noise, as early consoles had."""

from collections.abc import Callable
from functools import partial

import numpy as np

from demo_composer.mixing import place, silence
from demo_composer.piece import Audio, Piece
from demo_composer.score import Note, bars_lasting
from demo_composer.synth import (
    Signal,
    envelope,
    hertz,
    high_pass,
    noise,
    pulse,
    release,
    saw,
    stepped_triangle,
    swept_low_pass,
    times,
)
from demo_composer.theory import (
    Chord,
    key,
    lead_voices,
    make_motif,
    motif_bars,
    nearest_pitch,
    sing,
)

MANNER = "Chiptune"
FRAME_S = 1 / 60
RHYTHMS = (
    (0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1),
    (0.75, 0.75, 0.5, 0.75, 0.75, 0.5),
    (1, 0.5, 0.5, 1, 1),
    (0.25, 0.25, 0.5, 0.25, 0.25, 0.5, 1, 1),
    (1.5, 0.5, 0.5, 0.5, 1),
    (0.5, 0.25, 0.25, 1, 0.5, 0.5, 1),
)


def _lead(pitch: int, duration_s: float, *, width: float) -> Signal:
    """A pulse with delayed vibrato whose level falls in the steps of a four-bit counter."""
    at = times(duration_s)
    vibrato = 1 + 0.006 * np.sin(2 * np.pi * 6.0 * at) * np.clip((at - 0.12) / 0.1, 0, 1)
    level = np.ceil(15 * (0.35 + 0.65 * np.exp(-at * 3.5))) / 15
    return pulse(hertz(pitch) * vibrato, duration_s, width) * level * release(at, duration_s, 0.004)


def _swept_lead(pitch: int, duration_s: float, *, width: float) -> Signal:
    """A pulse whose width wanders, as home computers did, slid into from just below."""
    at = times(duration_s)
    slide = 2 ** (-np.exp(-at * 60) / 12)
    vibrato = 1 + 0.007 * np.sin(2 * np.pi * 5.2 * at) * np.clip((at - 0.15) / 0.1, 0, 1)
    widths = width + 0.22 * np.sin(2 * np.pi * 0.7 * at)
    level = envelope(duration_s, attack_s=0.004, decay_s=0.2, sustain=0.6, release_s=0.02)
    return pulse(hertz(pitch) * slide * vibrato, duration_s, widths) * level


def _arpeggio(voicing: list[int], duration_s: float, *, frames: int, width: float) -> Signal:
    """One voice that hurries through the notes of a chord, some frames of 1/60 s each."""
    at = times(duration_s)
    turn = (at / (frames * FRAME_S)).astype(int) % len(voicing)
    frequencies = np.array([hertz(pitch) for pitch in voicing])[turn]
    level = 0.45 + 0.55 * np.exp(-at * 5)
    return pulse(frequencies, duration_s, width) * level * release(at, duration_s, 0.004)


def _held_noise(rng: np.random.Generator, duration_s: float, rate_hz: float) -> Signal:
    """Noise that changes its value `rate_hz` times a second."""
    steps = np.sign(noise(rng, duration_s))
    kept = (times(duration_s) * rate_hz).astype(int)
    return np.asarray(steps[np.minimum(kept, len(steps) - 1)], dtype=np.float64)


def _chip_drums(rng: np.random.Generator, *, deep: bool) -> dict[str, Signal]:
    at = times(0.14)
    boom = stepped_triangle(48 + 220 * np.exp(-at * 40), 0.14) * np.exp(-at * 12)
    crack = _held_noise(rng, 0.14, 9000.0 if deep else 14000.0) * np.exp(-at * 24)
    tick = high_pass(_held_noise(rng, 0.04, 22000.0), 4000.0) * np.exp(-times(0.04) * 90)
    thump = pulse(180 * np.exp(-at * 14) + 60, 0.14) * np.exp(-at * 26) if deep else 0.4 * boom
    return {
        "k": boom * 1.3,
        "s": 0.8 * crack + 0.6 * thump,
        "h": 0.5 * tick,
    }


def _bass(chord: Chord, bar: int, *, bouncing: bool) -> list[Note]:
    root = nearest_pitch(chord.root, 40)
    if bouncing:
        return [Note(4 * bar + i / 2, 0.45, root + 12 * (i % 2), 100) for i in range(8)]
    pattern = ((0, 0), (0.75, 0), (1.5, 12), (2, 7), (2.75, 0), (3.5, 12))
    return [Note(4 * bar + beat, 0.5, root + up, 100) for beat, up in pattern]


def chiptune(
    rng: np.random.Generator,
    *,
    key_name: str,
    bpm: float,
    numerals: str,
    start: int,
    width: float,
    beat: str,
    frames: int = 2,
    bouncing: bool = True,
    home_computer: bool = False,
) -> Audio:
    """Two pulses, bass and noise: bass and arpeggio first, then the tune and its echo."""
    home = key(key_name)
    beat_s = 60 / bpm
    n_bars = bars_lasting(30, bpm, 4)
    chords = (home.chords(numerals) * n_bars)[:n_bars]
    voicings = lead_voices(chords, 3, 60, 79)
    mix = silence((4 * n_bars + 2) * beat_s + 0.5)
    intro = 2
    order = rng.permutation(len(RHYTHMS))
    motifs = {name: make_motif(rng, RHYTHMS[order[i]]) for i, name in enumerate("abcd")}
    form = ("abac" + "abad" + "cbcd" + "abac" * 4)[: n_bars - intro]
    tune = sing(
        home.pitches(start - 7, start + 16),
        motif_bars(form, motifs, chords[intro:]),
        beats_per_bar=4,
        start=start,
        velocity=100,
        arch=3,
    )
    voice = _swept_lead if home_computer else _lead
    _play_tune(mix, tune, beat_s, offset=4 * intro, voice=partial(voice, width=width))
    for bar, (chord, voicing) in enumerate(zip(chords, voicings, strict=True)):
        for half in (0, 2):
            notes = _arpeggio(
                voicing, 1.9 * beat_s, frames=frames, width=0.125 if bar % 8 < 4 else 0.25
            )
            place(mix, notes, (4 * bar + half) * beat_s, 0.16)
        for note in _bass(chord, bar, bouncing=bouncing):
            wave = _bass_wave(note, beat_s, home_computer=home_computer)
            place(mix, wave, note.start * beat_s, 0.42)
    _play_drums(mix, _chip_drums(rng, deep=home_computer), beat, beat_s, n_bars)
    tonic = nearest_pitch(home.tonic, start)
    place(mix, voice(tonic, 1.8 * beat_s, width=width), 4 * n_bars * beat_s, 0.3)
    place(mix, stepped_triangle(hertz(tonic - 24), 1.8 * beat_s), 4 * n_bars * beat_s, 0.3)
    return mix


def _bass_wave(note: Note, beat_s: float, *, home_computer: bool) -> Signal:
    duration_s = note.length * beat_s
    if not home_computer:
        return stepped_triangle(hertz(note.pitch), duration_s) * release(
            times(duration_s), duration_s, 0.004
        )
    at = times(duration_s)
    wave = 0.6 * saw(hertz(note.pitch), duration_s) * release(at, duration_s)
    return swept_low_pass(wave, 200 + 2200 * np.exp(-at * 12), resonance=0.8)


def _play_tune(
    mix: Audio,
    tune: list[Note],
    beat_s: float,
    *,
    offset: float,
    voice: Callable[[int, float], Signal],
) -> None:
    for note in tune:
        wave = voice(note.pitch, note.length * beat_s * 0.92)
        at_s = (note.start + offset) * beat_s
        place(mix, wave, at_s, 0.30)
        # The second pulse repeats the tune a dotted eighth later, as there was no reverb.
        place(mix, wave, at_s + 0.75 * beat_s, 0.09)


def _play_drums(
    mix: Audio, drums: dict[str, Signal], beat: str, beat_s: float, n_bars: int
) -> None:
    """One letter a sixteenth; each fourth bar ends in a roll."""
    for bar in range(1, n_bars):
        pattern = beat[:12] + "ssks" if bar % 4 == 3 else beat
        for place_in_bar, letter in enumerate(pattern):
            if letter in drums:
                at_s = (4 * bar + place_in_bar / 4) * beat_s
                place(mix, drums[letter], at_s, 0.5)


MARROW = partial(Piece, MANNER, "Bitmarrow", "Insert Lantern", 1990)
CUTLERY = partial(Piece, MANNER, "Sprite Cutlery", "Load and Run", 1988)
console = partial(chiptune, home_computer=False)
computer = partial(chiptune, home_computer=True, bouncing=False)

PIECES = (
    MARROW(
        1,
        "Title Screen, Rain",
        partial(
            console,
            key_name="C major",
            bpm=150,
            numerals="I V vi IV I V IV V",
            start=76,
            width=0.5,
            beat="k.h.s.h.k.k.s.h.",
        ),
    ),
    MARROW(
        2,
        "Moth Boss",
        partial(
            console,
            key_name="D minor",
            bpm=176,
            numerals="i bVI bVII i i bVI V7 V7",
            start=74,
            width=0.25,
            beat="k.hks.h.k.hks.hh",
        ),
    ),
    MARROW(
        3,
        "The Shop Is Always Open",
        partial(
            console,
            key_name="F major",
            bpm=132,
            numerals="I vi ii7 V7 iii vi ii V",
            start=77,
            width=0.25,
            beat="k.h.s.h.kkh.s.h.",
            frames=3,
            bouncing=False,
        ),
    ),
    MARROW(
        4,
        "Eleven Lives Left",
        partial(
            console,
            key_name="G mixolydian",
            bpm=160,
            numerals="I bVII IV I vi bVII IV V",
            start=79,
            width=0.5,
            beat="k.hhs.hhk.k.s.hh",
        ),
    ),
    CUTLERY(
        1,
        "Cassette Weather",
        partial(
            computer,
            key_name="A minor",
            bpm=126,
            numerals="i bVII bVI bVII i bVII bVI V",
            start=72,
            width=0.4,
            beat="k.h.s.hkk.h.s.h.",
        ),
    ),
    CUTLERY(
        2,
        "Border Flicker",
        partial(
            computer,
            key_name="E minor",
            bpm=142,
            numerals="i bIII bVII iv i bIII bVI V7",
            start=71,
            width=0.3,
            beat="k.k.s.h.k.k.s.hs",
        ),
        "mp3",
    ),
    CUTLERY(
        3,
        "Forks in Orbit",
        partial(
            computer,
            key_name="C dorian",
            bpm=136,
            numerals="i IV bVII IV i IV bIII bVII",
            start=72,
            width=0.5,
            beat="k.h.s.h.k.hks.h.",
            frames=1,
        ),
    ),
    CUTLERY(
        4,
        "Please Rewind Side B",
        partial(
            computer,
            key_name="G minor",
            bpm=118,
            numerals="i bVI bIII bVII iv i bVI V",
            start=74,
            width=0.35,
            beat="k.h.s.h.k.h.s.h.",
        ),
    ),
)

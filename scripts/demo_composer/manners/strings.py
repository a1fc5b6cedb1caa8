"""String adagio: chorales with suspensions, for a quartet and for a string orchestra."""

from functools import partial
from itertools import pairwise

import numpy as np

from demo_composer.fluid import play_score
from demo_composer.mixing import narrowed, reverberate
from demo_composer.piece import Audio, Piece
from demo_composer.score import (
    Note,
    Part,
    Score,
    bars_lasting,
    humanise,
    rubato,
    swells,
    transpose,
)
from demo_composer.theory import Chord, key, lead_voices

MANNER = "String adagio"
VIOLIN, VIOLA, CELLO, CONTRABASS, ENSEMBLE, SLOW_ENSEMBLE = 40, 41, 42, 43, 48, 49


def _voice(
    pitches: list[int], scale: list[int], chord_beats: float, *, suspends: bool, velocity: int
) -> list[Note]:
    """One voice of the chorale: common tones tied, falling steps suspended, leaps filled in."""
    notes: list[Note] = []
    for place, (pitch, after) in enumerate(pairwise([*pitches, pitches[-1]])):
        start, length = place * chord_beats, chord_beats
        falls = suspends and notes and 0 < notes[-1].pitch - pitch <= 2 and place % 2 == 0
        if notes and notes[-1].pitch == pitch and place % 4:
            notes[-1] = Note(notes[-1].start, notes[-1].length + length, pitch, velocity)
            continue
        if falls:
            held = notes[-1]
            delay = chord_beats / 2
            notes[-1] = Note(held.start, held.length + delay, held.pitch, velocity)
            start, length = start + delay, length - delay
        between = [step for step in scale if min(pitch, after) < step < max(pitch, after)]
        if len(between) in (1, 2) and length >= 1.5:
            passing = between if after > pitch else between[::-1]
            left = length - 0.5 * len(passing)
            notes.append(Note(start, left, pitch, velocity))
            notes += [
                Note(start + left + 0.5 * count, 0.5, step, velocity - 6)
                for count, step in enumerate(passing)
            ]
        else:
            notes.append(Note(start, length, pitch, velocity))
    return notes


def _arches(n_chords: int, low: int, high: int) -> list[float]:
    """A line that rises and falls in each phrase of four chords, highest two thirds through."""
    whole = np.arange(n_chords) / n_chords
    phrase = (np.arange(n_chords) % 4 + 0.5) / 4
    height = (
        0.45 + 0.3 * np.sin(np.pi * phrase) + 0.25 * np.sin(np.pi * np.clip(whole * 0.75, 0, 1))
    )
    return [float(low + (high - low) * share) for share in np.clip(height, 0, 1)]


def _voices(
    chords: list[Chord], scale: list[int], chord_beats: float, *, low: int, high: int
) -> list[list[Note]]:
    """Four voices, from the top down; the lowest takes the roots."""
    upper = lead_voices(chords, 3, low, high, top_line=_arches(len(chords), low, high))
    bass = lead_voices([Chord(chord.root, (chord.root,)) for chord in chords], 1, 36, 52)
    lines = [[voicing[place] for voicing in upper] for place in (2, 1, 0)]
    lines.append([voicing[0] for voicing in bass])
    return [
        _voice(line, scale, chord_beats, suspends=place < 3, velocity=84 - 6 * (place in (1, 2)))
        for place, line in enumerate(lines)
    ]


def adagio(
    rng: np.random.Generator,
    *,
    key_name: str,
    bpm: float,
    numerals: str,
    low: int,
    high: int,
    chord_beats: float,
    orchestra: bool,
    entries: tuple[int, int, int, int] = (0, 0, 0, 0),
) -> Audio:
    """A chorale that swells phrase by phrase; voices may enter after `entries` chords."""
    home = key(key_name)
    n_chords = bars_lasting(28, bpm, chord_beats)
    listed = home.chords(numerals)
    chords = [*(listed * n_chords)[:n_chords], listed[0]]
    scale = home.pitches(30, 96)
    lines = _voices(chords, scale, chord_beats, low=low, high=high)
    beats = len(chords) * chord_beats
    phrase = 4 * chord_beats
    spans = [
        (start, min(start + phrase, beats)) for start in np.arange(0.0, beats, phrase).tolist()
    ]
    parts = []
    seating = (-0.5, -0.2, 0.25, 0.5)
    for line, entry, program, pan in zip(
        lines, entries, (VIOLIN, VIOLIN, VIOLA, CELLO), seating, strict=True
    ):
        heard = [note for note in line if note.start >= entry * chord_beats]
        peak = int(rng.integers(108, 122))
        controls = swells(spans, low=62, high=peak)
        notes = humanise(rng, heard, timing_beats=0.02, velocity=3)
        parts.append(
            Part(
                program=SLOW_ENSEMBLE if orchestra else program,
                notes=notes,
                level=104 if orchestra else 92,
                pan=pan,
                controls=controls,
            )
        )
        if not orchestra:
            parts.append(Part(ENSEMBLE, notes, level=54, pan=pan, controls=controls))
    if orchestra:
        deep = transpose(parts[3].notes, -12)
        parts.append(Part(CONTRABASS, tuple(deep), level=84, pan=0.6, controls=parts[3].controls))
        parts.append(Part(ENSEMBLE, parts[0].notes, level=84, pan=-0.4, controls=parts[0].controls))
    tempi = rubato(bpm, int(beats), phrase_beats=int(phrase), depth=0.05, slowing_beats=6)
    dry = narrowed(play_score(Score(bpm, tuple(parts), tempi)), 0.7)
    return reverberate(dry, seconds=3.4 if orchestra else 2.4, wet=0.55 if orchestra else 0.4)


LINDENFELL = partial(Piece, MANNER, "The Lindenfell Quartet", "Four Winters", 2009)
HALVENMOOR = partial(Piece, MANNER, "Halvenmoor Camerata", "Music for an Empty Nave", 2013)

PIECES = (
    LINDENFELL(
        1,
        "First Winter, Bare Elms",
        partial(
            adagio,
            key_name="D minor",
            bpm=54,
            numerals="i iv V7 i bVI iv V V7 i bVII bIII bVI ii7b5 V7",
            low=57,
            high=79,
            chord_beats=2,
            orchestra=False,
        ),
    ),
    LINDENFELL(
        2,
        "Second Winter, the Frozen Weir",
        partial(
            adagio,
            key_name="G minor",
            bpm=48,
            numerals="i bVI iv6 V i7 iv7 bVII7 bIIImaj7",
            low=55,
            high=76,
            chord_beats=2,
            orchestra=False,
            entries=(4, 2, 0, 0),
        ),
    ),
    LINDENFELL(
        3,
        "Third Winter, Candlemas",
        partial(
            adagio,
            key_name="Eb major",
            bpm=60,
            numerals="I V vi iii IV I IV Vsus4 V vi ii7 V7",
            low=58,
            high=82,
            chord_beats=2,
            orchestra=False,
        ),
        "ogg",
    ),
    LINDENFELL(
        4,
        "Fourth Winter, Thaw",
        partial(
            adagio,
            key_name="A major",
            bpm=52,
            numerals="I IVmaj7 ii7 V7 vi IV I Vsus4",
            low=57,
            high=81,
            chord_beats=2,
            orchestra=False,
            entries=(2, 0, 0, 0),
        ),
    ),
    HALVENMOOR(
        1,
        "Introit for Dust",
        partial(
            adagio,
            key_name="C minor",
            bpm=46,
            numerals="i bVI bIII bVII iv i ii7b5 V",
            low=55,
            high=77,
            chord_beats=2,
            orchestra=True,
        ),
    ),
    HALVENMOOR(
        2,
        "The Long Window",
        partial(
            adagio,
            key_name="F major",
            bpm=50,
            numerals="I iii vi IV ii7 V I6 Vsus4",
            low=57,
            high=81,
            chord_beats=2,
            orchestra=True,
            entries=(2, 1, 0, 0),
        ),
    ),
    HALVENMOOR(
        3,
        "Ashlar",
        partial(
            adagio,
            key_name="B minor",
            bpm=60,
            numerals="i v bVI iv i bVII bVI V7",
            low=54,
            high=78,
            chord_beats=3,
            orchestra=True,
        ),
    ),
    HALVENMOOR(
        4,
        "Last Light, North Aisle",
        partial(
            adagio,
            key_name="E minor",
            bpm=44,
            numerals="i iv bVII bIII bVImaj7 iv6 V7 i",
            low=52,
            high=76,
            chord_beats=2,
            orchestra=True,
            entries=(3, 2, 1, 0),
        ),
    ),
)

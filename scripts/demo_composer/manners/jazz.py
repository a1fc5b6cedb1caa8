"""Swing combo: walking bass, ride cymbal, and a vibraphone or a guitar over II-V-I."""

from functools import partial

import numpy as np

from demo_composer.fluid import play_score
from demo_composer.mixing import reverberate
from demo_composer.piece import Audio, Piece
from demo_composer.score import Note, Part, Score, bars_lasting, humanise, shift, swing, transpose
from demo_composer.theory import (
    Chord,
    key,
    lead_voices,
    make_motif,
    motif_bars,
    nearest_pitch,
    sing,
)

MANNER = "Swing combo"
PIANO, VIBRAPHONE, JAZZ_GUITAR, BASS = 0, 11, 26, 32
JAZZ_KIT, BRUSH_KIT = 32, 40
KICK, SNARE, SIDE_STICK, PEDAL_HAT, RIDE, CRASH = 36, 38, 37, 44, 51, 49
# Lengths in beats; negative ones are rests.
RHYTHMS = (
    (0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5),
    (-0.5, 0.5, 0.5, 0.5, 1, -1),
    (1, 0.5, 0.5, -0.5, 1.5),
    (-1, 0.5, 0.5, 0.5, 0.5, -0.5, 0.5),
    (1.5, 0.5, 0.5, 0.5, -1),
    (0.5, 1, 0.5, 0.5, 0.5, -1),
)
COMPING = ((0.0, 1.5), (0.5, 2.5), (1.5, 3.5), (0.0, 2.5), (1.5, 2.5))


def _walk(rng: np.random.Generator, chords: list[Chord]) -> list[Note]:
    """Four to the bar: the root, two tones of the chord, and a half step into the next root."""
    notes = []
    root = nearest_pitch(chords[0].root, 38)
    for bar, chord in enumerate(chords):
        after = nearest_pitch(chords[(bar + 1) % len(chords)].root, 38)
        direction = 1 if after >= root else -1
        second = nearest_pitch(chord.tones[1], root + 3 * direction)
        third = nearest_pitch(chord.tones[2], root + 6 * direction)
        approach = after + int(rng.choice([-1, 1]))
        for beat, pitch in enumerate((root, second, third, approach)):
            velocity = 92 if beat % 2 else 84
            notes.append(Note(4 * bar + beat, 0.92, int(np.clip(pitch, 28, 55)), velocity))
        root = after
    return notes


def _ride(rng: np.random.Generator, n_bars: int, *, brushes: bool) -> list[Note]:
    """The swing figure on the ride, hi-hat on two and four; brushed on the snare at first."""
    notes = []
    for bar in range(n_bars):
        brushed = brushes and bar < n_bars // 2
        cymbal = SNARE if brushed else RIDE
        for place, velocity in ((0, 76), (1, 88), (1.5, 60), (2, 74), (3, 88), (3.5, 62)):
            notes.append(Note(4 * bar + place, 0.4, cymbal, velocity - (24 if brushed else 0)))
        notes += [Note(4 * bar + beat, 0.2, PEDAL_HAT, 78) for beat in (1, 3)]
        notes += [Note(4 * bar + beat, 0.2, KICK, 40) for beat in (0, 2)]
        if rng.random() < 0.45:
            place = float(rng.choice([0.5, 1.5, 2.5, 3.5]))
            notes.append(Note(4 * bar + place, 0.2, SIDE_STICK if brushes else SNARE, 58))
    return notes


def _comping(rng: np.random.Generator, voicings: list[list[int]]) -> list[Note]:
    notes = []
    for bar, voicing in enumerate(voicings):
        first, second = COMPING[int(rng.integers(len(COMPING)))]
        for place, length in ((first, 0.4), (second, 0.8)):
            notes += [Note(4 * bar + place, length, pitch, 62) for pitch in voicing]
    return notes


def combo(
    rng: np.random.Generator,
    *,
    key_name: str,
    bpm: float,
    numerals: str,
    lead: int,
    second: int,
    comping: int,
    start: int,
    brushes: bool = False,
    swing_share: float = 0.64,
) -> Audio:
    """A head over the rhythm section; for its second half another instrument joins below."""
    home = key(key_name)
    n_bars = bars_lasting(30, bpm, 4)
    chords = (home.chords(numerals) * n_bars)[:n_bars]
    intro = 2
    order = rng.permutation(len(RHYTHMS))
    motifs = {
        name: make_motif(rng, RHYTHMS[order[i]], leap_share=0.3) for i, name in enumerate("abcdef")
    }
    bars = motif_bars(("abacabad" + "efecefed" * 4)[: n_bars - intro], motifs, chords[intro:])
    scale = home.pitches(start - 9, start + 14)
    strong = (0.0, 2.0)
    head = sing(scale, bars, beats_per_bar=4, start=start, velocity=84, strong_beats=strong, arch=2)
    head = shift(head, 4 * intro)
    end = 4.0 * n_bars
    rootless = [Chord(chord.root, chord.tones[1:]) for chord in chords]
    voicings = lead_voices(rootless, 3, 52, 70)
    final = [*lead_voices([home.chord("i6" if "minor" in key_name else "I6")], 4, 50, 70)[0]]
    close = [Note(end, 3, pitch, 66) for pitch in final]
    joined = [note for note in transpose(head, -12) if note.start >= end / 2]
    drums = [*_ride(rng, n_bars, brushes=brushes), Note(end, 3, RIDE, 70)]
    lines = (
        (BASS, 112, -0.05, [*_walk(rng, chords), Note(end, 3, nearest_pitch(home.tonic, 36), 90)]),
        (comping, 84, -0.4, [*_comping(rng, voicings), *close]),
        (lead, 108, 0.25, [*head, Note(end, 3, nearest_pitch(home.tonic, start), 80)]),
        (second, 92, 0.4, joined),
    )
    kit = BRUSH_KIT if brushes else JAZZ_KIT
    parts = [Part(kit, _played(rng, drums, swing_share), level=112, pan=0.1, is_drums=True)]
    for program, level, pan, notes in lines:
        parts.append(Part(program, _played(rng, notes, swing_share), level=level, pan=pan))
    return reverberate(play_score(Score(bpm, tuple(parts))), seconds=1.0, wet=0.16)


def _played(rng: np.random.Generator, notes: list[Note], share: float) -> tuple[Note, ...]:
    return humanise(rng, swing(notes, share), timing_beats=0.012, velocity=5)


PELL = partial(Piece, MANNER, "The Norman Pell Four", "Upstairs at the Heron", 1961)
BRINDLE = partial(Piece, MANNER, "The Arlo Brindle Five", "Hat Check", 1987)
vibraphone = partial(combo, lead=VIBRAPHONE, second=JAZZ_GUITAR, comping=JAZZ_GUITAR)
guitar = partial(combo, lead=JAZZ_GUITAR, second=VIBRAPHONE, comping=PIANO)

PIECES = (
    PELL(
        1,
        "Upstairs at the Heron",
        partial(
            vibraphone,
            key_name="F major",
            bpm=168,
            numerals="Imaj7 VI7 ii7 V7 iii7 VI7 ii7 V9",
            start=72,
        ),
    ),
    PELL(
        2,
        "Two Olives, No Regrets",
        partial(
            vibraphone,
            key_name="C minor",
            bpm=144,
            numerals="i7 i7 iv7 bVII9 bIIImaj7 bVImaj7 ii7b5 V7b9",
            start=70,
        ),
    ),
    PELL(
        3,
        "Pell Mell",
        partial(
            vibraphone,
            key_name="Bb major",
            bpm=196,
            numerals="I6 VI7 ii7 V7 I7 IV7 iii7 V7",
            start=74,
            swing_share=0.61,
        ),
    ),
    PELL(
        4,
        "A Table Near the Stairs",
        partial(
            vibraphone,
            key_name="Eb major",
            bpm=126,
            numerals="Imaj7 iv7 iii7 VI7 ii7 V9 Imaj7 V7b9",
            start=72,
            swing_share=0.66,
        ),
    ),
    BRINDLE(
        1,
        "Hat Check Number Seven",
        partial(
            guitar,
            key_name="G major",
            bpm=160,
            numerals="Imaj7 Imaj7 ii7 V7 iii7 VI7 ii7 V7",
            start=67,
        ),
    ),
    BRINDLE(
        2,
        "Slow Elevator",
        partial(
            guitar,
            key_name="D minor",
            bpm=132,
            numerals="i6 bVI7 ii7b5 V7b9 i6 iv7 ii7b5 V7",
            start=66,
            swing_share=0.66,
            brushes=True,
        ),
    ),
    BRINDLE(
        3,
        "Brindle's Bounce",
        partial(
            guitar,
            key_name="Bb major",
            bpm=184,
            numerals="I7 IV7 I7 I7 IV7 IV7 I7 VI7 ii7 V7 iii7 V7",
            start=67,
            swing_share=0.62,
        ),
    ),
    BRINDLE(
        4,
        "The Umbrella Stand",
        partial(
            guitar,
            key_name="A minor",
            bpm=150,
            numerals="i7 IV9 i7 IV9 bVImaj7 V7b9 i7 V7",
            start=69,
        ),
        "m4a",
    ),
)

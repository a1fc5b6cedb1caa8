"""Acoustic waltz: accordion or fiddle and flute over guitar and double bass, in three."""

from functools import partial

import numpy as np

from demo_composer.fluid import play_score
from demo_composer.mixing import reverberate
from demo_composer.piece import Audio, Piece
from demo_composer.score import Note, Part, Score, bars_lasting, humanise, shift
from demo_composer.theory import (
    Chord,
    key,
    lead_voices,
    make_motif,
    motif_bars,
    nearest_pitch,
    sing,
)

MANNER = "Acoustic waltz"
ACCORDION, NYLON, STEEL, BASS, FIDDLE, FLUTE, CLARINET = 21, 24, 25, 32, 40, 73, 71
RHYTHMS = (
    (1, 1, 1),
    (2, 1),
    (0.5, 0.5, 0.5, 0.5, 1),
    (1.5, 0.5, 1),
    (1, 0.5, 0.5, 0.5, 0.5),
    (3,),
)


def _bass(chords: list[Chord]) -> list[Note]:
    """Root and fifth in turn on the first beat, with a step towards each new chord."""
    notes = []
    for bar, chord in enumerate(chords):
        root = nearest_pitch(chord.root, 40)
        fifth = nearest_pitch(chord.tones[2 % len(chord.tones)], 38)
        repeats = bar > 0 and chords[bar - 1] == chord
        notes.append(Note(3 * bar, 1.3, fifth if repeats else root, 88))
        if bar % 4 == 3:
            goal = nearest_pitch(chords[(bar + 1) % len(chords)].root, 40)
            notes.append(Note(3 * bar + 2, 0.9, goal + (2 if goal < root else -2), 70))
    return notes


def _strums(chords: list[Chord], voicings: list[list[int]]) -> list[Note]:
    """Chords on the second and third beat, rolled a little."""
    notes = []
    for bar in range(len(chords)):
        for beat, velocity in ((1, 66), (2, 58)):
            for string, pitch in enumerate(voicings[bar]):
                start = 3 * bar + beat + 0.02 * string
                notes.append(Note(start, 0.55, pitch, velocity - 2 * string))
    return notes


def _picking(voicings: list[list[int]]) -> list[Note]:
    """Broken chords in eighths, as a second guitar picks them."""
    return [
        Note(3 * bar + place / 2, 0.8, voicing[voice], 54)
        for bar, voicing in enumerate(voicings)
        for place, voice in enumerate((0, 1, 2, 3, 2, 1))
        if place > 0
    ]


def waltz(
    rng: np.random.Generator,
    *,
    key_name: str,
    bpm: float,
    numerals: str,
    leads: tuple[int, int],
    guitar: int,
    start: int,
    picked: bool,
    form: str = "abacabadefegabad",
) -> Audio:
    """Two leads take turns by eight bars and meet at the end, over bass and strums."""
    home = key(key_name)
    n_bars = bars_lasting(30, bpm, 3, multiple=4)
    chords = (home.chords(numerals) * n_bars)[:n_bars]
    intro = 2
    rhythms = rng.permutation(len(RHYTHMS) - 1)
    motifs = {
        name: make_motif(rng, RHYTHMS[rhythms[i % len(rhythms)]]) for i, name in enumerate("abcefg")
    }
    motifs["d"] = make_motif(rng, RHYTHMS[-1])
    bars = motif_bars((form * 4)[: n_bars - intro], motifs, chords[intro:])
    scale = home.pitches(start - 8, start + 15)
    melody = shift(sing(scale, bars, beats_per_bar=3, start=start, velocity=86, arch=2), 3 * intro)
    voicings = lead_voices(chords, 4, 52, 72)
    first, second = _shared_out(melody, n_bars)
    end = 3.0 * n_bars
    last = lead_voices([home.tonic_chord()], 4, 52, 72)[0]
    closing = [Note(end + 0.04 * i, 3, pitch, 64) for i, pitch in enumerate(last)]
    tonic = nearest_pitch(home.tonic, start)
    backing = [*_strums(chords, voicings), *closing]
    parts = [
        Part(BASS, humanise(rng, [*_bass(chords), Note(end, 3, _low(home.tonic), 84)]), level=104),
        Part(guitar, humanise(rng, backing, timing_beats=0.012), level=92, pan=-0.35),
        Part(leads[0], humanise(rng, [*first, Note(end, 2.6, tonic, 84)]), level=100, pan=0.15),
        Part(leads[1], humanise(rng, second), level=92, pan=0.35),
    ]
    if picked:
        parts.append(Part(NYLON, humanise(rng, _picking(voicings)), level=80, pan=0.5))
    return reverberate(play_score(Score(bpm, tuple(parts))), seconds=1.1, wet=0.2)


def _low(pitch_class: int) -> int:
    return nearest_pitch(pitch_class, 40)


def _shared_out(melody: list[Note], n_bars: int) -> tuple[list[Note], list[Note]]:
    """The first lead plays the outer thirds, the second the middle; at the end it joins below."""
    third = n_bars // 3 * 3
    first = [note for note in melody if not third <= note.start < 2 * third]
    second = [note for note in melody if third <= note.start < 2 * third]
    joined = [
        Note(note.start, note.length, note.pitch - 12, note.velocity - 12)
        for note in melody
        if note.start >= 2 * third
    ]
    return first, [*second, *joined]


COMPASS = partial(Piece, MANNER, "The Wicker Compass", "Ferry Days", 2012)
PLUM = partial(Piece, MANNER, "Plum & Lantern", "Orchard Street Dances", 2018)
accordion = partial(waltz, leads=(ACCORDION, ACCORDION), guitar=STEEL, picked=False)
fiddle = partial(waltz, leads=(FIDDLE, ACCORDION), guitar=STEEL, picked=False)
flute = partial(waltz, leads=(FLUTE, CLARINET), guitar=NYLON, picked=True)
clarinet = partial(waltz, leads=(CLARINET, ACCORDION), guitar=NYLON, picked=True)

PIECES = (
    COMPASS(
        1,
        "The Ticket Seller's Daughter",
        partial(
            accordion,
            key_name="A minor",
            bpm=148,
            numerals="i i V7 V7 iv6 V7 i i iv iv i i ii7b5 V7 i V7",
            start=72,
        ),
    ),
    COMPASS(
        2,
        "Eleven Oars",
        partial(
            fiddle,
            key_name="G major",
            bpm=136,
            numerals="I vi ii V7 I IV V7 I IV IV I vi II7 II7 V7 V7",
            start=74,
        ),
    ),
    COMPASS(
        3,
        "Brine and Marigolds",
        partial(
            accordion,
            key_name="D minor",
            bpm=164,
            numerals="i bVI iv V7 i bVII7 bIII V7",
            start=74,
        ),
        "mp3",
    ),
    COMPASS(
        4,
        "Last Boat, Lights Off",
        partial(
            fiddle,
            key_name="C major",
            bpm=120,
            numerals="I iii7 vi7 I7 IV iv6 I V7",
            start=72,
        ),
    ),
    PLUM(
        1,
        "Number Nine Has a Piano",
        partial(
            flute,
            key_name="F major",
            bpm=140,
            numerals="I I ii7 V7 ii7 V7 I V7 vi vi iii7 iii7 IV I V7 I",
            start=77,
        ),
    ),
    PLUM(
        2,
        "Under the Damson Tree",
        partial(
            clarinet,
            key_name="E minor",
            bpm=126,
            numerals="i iv V7 i bVI bIII iv V7",
            start=71,
        ),
    ),
    PLUM(
        3,
        "Paper Bunting",
        partial(
            flute,
            key_name="D major",
            bpm=156,
            numerals="I V7 V7 I I7 IV V7 I vi ii V7 vi II7 II7 V7 V7",
            start=76,
        ),
    ),
    PLUM(
        4,
        "A Waltz for the Lodger",
        partial(
            clarinet,
            key_name="Bb major",
            bpm=114,
            numerals="Imaj7 vi7 ii7 V7 iii7 VI7 ii7 V7",
            start=70,
        ),
    ),
)

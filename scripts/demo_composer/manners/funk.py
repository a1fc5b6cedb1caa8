"""Funk: sixteenth-note grooves on one or two chords, for a rhythm section with horns or organ."""

from functools import partial

import numpy as np

from demo_composer.fluid import play_score
from demo_composer.mixing import reverberate
from demo_composer.piece import Audio, Piece
from demo_composer.score import Note, Part, Score, bars_lasting, humanise, swing_sixteenths
from demo_composer.theory import SCALES, Chord, Key, key, lead_voices, nearest_pitch

MANNER = "Funk"
TINE_PIANO, CLAVINET, ORGAN, CLEAN_GUITAR, MUTED_GUITAR = 4, 7, 16, 27, 28
FINGER_BASS, SLAP_BASS, BRASS, TENOR = 33, 36, 61, 66
ROOM_KIT, POWER_KIT = 8, 16
KICK, SNARE, CLOSED_HAT, OPEN_HAT, CRASH, TAMBOURINE = 36, 38, 42, 46, 49, 54
CONGA_HIGH, CONGA_LOW = 62, 64
SIXTEENTH = 0.25


def _hits(pattern: str, pitch: int, bar: int, *, loud: int, soft: int) -> list[Note]:
    """One bar of strokes: x loud, o soft, anything else a rest, one letter a sixteenth."""
    levels = {"x": loud, "o": soft}
    return [
        Note(4 * bar + place * SIXTEENTH, 0.2, pitch, levels[letter])
        for place, letter in enumerate(pattern)
        if letter in levels
    ]


def _drums(kick: str, snare: str, n_bars: int, *, congas: bool) -> list[Note]:
    notes = [Note(0, 1, CRASH, 90), Note(4 * n_bars, 1, CRASH, 96), Note(4 * n_bars, 1, KICK, 110)]
    for bar in range(n_bars):
        fills = bar % 4 == 3
        notes += _hits(kick, KICK, bar, loud=112, soft=84)
        notes += _hits(snare[:12] + "xoxx" if fills else snare, SNARE, bar, loud=108, soft=42)
        hats = "x.o.x.oox.o.x..." if fills else "xoxoxoxoxoxoxoxo"
        notes += _hits(hats, CLOSED_HAT, bar, loud=78, soft=52)
        if fills:
            notes += _hits("..............x.", OPEN_HAT, bar, loud=88, soft=60)
        if bar >= n_bars // 2:
            notes += _hits("....x.......x...", TAMBOURINE, bar, loud=72, soft=50)
        if congas:
            notes += _hits("..x...oo..x...o.", CONGA_HIGH, bar, loud=76, soft=54)
            notes += _hits("x......x......oo", CONGA_LOW, bar, loud=68, soft=54)
    return notes


def _bass_line(
    rng: np.random.Generator, home: Key, chords: list[Chord], pattern: str
) -> list[Note]:
    """A riff of a two-bar shape: roots on the one, octaves, sevenths, and steps into the next bar.

    Letters of the pattern: r root, 8 octave, 7 the step below the octave, 5 fifth, m a dead note,
    s a scale tone drawn once for the piece.
    """
    scale = SCALES[home.mode]
    drawn = [int(step) for step in rng.choice(scale[1:5], size=4)]
    notes = []
    for bar, chord in enumerate(chords):
        root = nearest_pitch(chord.root, 33)
        root = root + 12 if root < 28 else root
        shape = pattern[16 * (bar % 2) : 16 * (bar % 2) + 16]
        for place, letter in enumerate(shape):
            intervals = {"r": 0, "8": 12, "7": 10, "5": 7, "m": 0, "s": drawn[place % 4]}
            if letter in intervals:
                length = 0.08 if letter == "m" else 0.22 if shape[(place + 1) % 16] != "-" else 0.45
                velocity = {"r": 112, "8": 106, "m": 58}.get(letter, 94)
                start = 4 * bar + place * SIXTEENTH
                notes.append(Note(start, length, root + intervals[letter], velocity))
    return notes


def _chops(voicings: list[list[int]], pattern: str, *, loud: int, soft: int) -> list[Note]:
    """Short chords on the pattern's sixteenths; soft ones are scratched."""
    notes = []
    for bar, voicing in enumerate(voicings):
        for place, letter in enumerate(pattern):
            if letter in "xo":
                length = 0.2 if letter == "x" else 0.07
                velocity = loud if letter == "x" else soft
                start = 4 * bar + place * SIXTEENTH
                notes += [
                    Note(start + 0.008 * string, length, pitch, velocity)
                    for string, pitch in enumerate(voicing)
                ]
    return notes


def _riff(
    rng: np.random.Generator, home: Key, n_bars: int, *, low: int, pattern: str
) -> list[Note]:
    """A single-line riff over two bars, the same each time but for its last notes."""
    scale = home.pitches(low, low + 16)
    walk = rng.choice([-2, -1, -1, 1, 1, 2], size=64)
    notes = []
    for bar in range(n_bars):
        index = len(scale) // 2
        offset = 16 * (bar % 2)
        for place in range(16):
            if pattern[offset + place] == "x":
                step = int(walk[offset + place + (32 if bar % 8 == 7 else 0)])
                index = int(np.clip(index + step, 0, len(scale) - 1))
                notes.append(Note(4 * bar + place * SIXTEENTH, 0.2, scale[index], 88))
    return notes


def _stabs(voicings: list[list[int]], pattern: str, *, from_bar: int) -> list[Note]:
    """Horn chords on every second bar, the last of them held and falling off."""
    notes = []
    for bar in range(from_bar, len(voicings)):
        shape = pattern[16 * (bar % 2) : 16 * (bar % 2) + 16]
        for place, letter in enumerate(shape):
            if letter in "x-":
                length = 0.22 if letter == "x" else 1.0
                start = 4 * bar + place * SIXTEENTH
                notes += [Note(start, length, pitch, 104) for pitch in voicings[bar]]
    return notes


def groove(
    rng: np.random.Generator,
    *,
    key_name: str,
    bpm: float,
    numerals: str,
    kick: str,
    snare: str,
    bass: str,
    chop: str,
    stab: str,
    riff: str,
    horns: bool,
    kit: int = ROOM_KIT,
    swing: float = 0.54,
) -> Audio:
    """Drums and bass start; guitar, keys, then horns or organ join by fours of bars."""
    home = key(key_name)
    n_bars = bars_lasting(30, bpm, 4)
    chords = (home.chords(numerals) * n_bars)[:n_bars]
    guitar = lead_voices(chords, 3, 58, 76)
    keys = lead_voices(chords, 4, 50, 68)
    high = lead_voices(chords, 3, 62, 81)
    end = 4.0 * n_bars
    hit = [Note(end, 0.3, pitch, 100) for pitch in guitar[0]]
    drums = _drums(kick, snare, n_bars, congas=not horns)
    root = nearest_pitch(chords[0].root, 33)
    low_end = [*_bass_line(rng, home, chords, bass), Note(end, 0.4, root, 112)]
    chops = [*_from(2, _chops(guitar, chop, loud=86, soft=44)), *hit]
    lines = {
        (SLAP_BASS if horns else FINGER_BASS, 112, 0.0): low_end,
        (CLEAN_GUITAR, 80, -0.6): chops,
        (MUTED_GUITAR, 84, 0.55): _from(4, _riff(rng, home, n_bars, low=52, pattern=riff)),
        (CLAVINET if horns else TINE_PIANO, 78 if horns else 100, 0.35): _from(
            4, _chops(keys, stab[16:] + stab[:16] if horns else stab[:16], loud=84, soft=56)
        ),
    }
    if horns:
        lines[BRASS, 96, 0.1] = [*_stabs(high, stab, from_bar=4), *hit]
        lines[TENOR, 88, -0.2] = _stabs([voicing[:1] for voicing in high], stab, from_bar=4)
    else:
        lines[ORGAN, 72, -0.25] = [*_organ(high, from_bar=n_bars // 2), *hit]
    parts = [Part(kit, _played(rng, drums, swing), level=112, is_drums=True)]
    for (program, level, pan), notes in lines.items():
        parts.append(Part(program, _played(rng, notes, swing), level=level, pan=pan))
    return reverberate(play_score(Score(bpm, tuple(parts))), seconds=0.7, wet=0.12)


def _organ(voicings: list[list[int]], *, from_bar: int) -> list[Note]:
    return [
        Note(4 * bar + 0.5, 2.9, pitch, 74)
        for bar, voicing in enumerate(voicings)
        if bar >= from_bar
        for pitch in voicing
    ]


def _from(bar: int, notes: list[Note]) -> list[Note]:
    return [note for note in notes if note.start >= 4 * bar]


def _played(rng: np.random.Generator, notes: list[Note], share: float) -> tuple[Note, ...]:
    return humanise(rng, swing_sixteenths(notes, share), timing_beats=0.006, velocity=4)


TURNSTILE = partial(Piece, MANNER, "The Velvet Turnstile", "Exact Change Only", 1998)
BRISKET = partial(Piece, MANNER, "Uncle Brisket's Engine", "Grease Almanac", 2004)

PIECES = (
    TURNSTILE(
        1,
        "Exact Change Only",
        partial(
            groove,
            key_name="E dorian",
            bpm=104,
            numerals="i9 i9 i9 IV9",
            kick="x..o..x...x..o..",
            snare="....x..o.o..x..o",
            bass="r..8.m7.r..s.m5.r..8.m.7s.5.m.r8",
            chop="..x.o.xo..x.o.x.",
            stab="..x..x........x.............x-..",
            riff="x.xx..x..x.x....x.xx..x.x.......",
            horns=True,
        ),
    ),
    TURNSTILE(
        2,
        "Elbows on the Counter",
        partial(
            groove,
            key_name="A mixolydian",
            bpm=98,
            numerals="I9 I9 IV9 I9",
            kick="x.....xo..x.....",
            snare="....x..o.o.ox...",
            bass="r.m8..7.m.5.r.8.r.m8..s.s.5.7.8.",
            chop="o.x.o.x.o.xoo.x.",
            stab="x-............x...x..x..........",
            riff="..x.x.xx........x.x.x...x.xx....",
            horns=True,
            swing=0.57,
        ),
    ),
    TURNSTILE(
        3,
        "Night Bus Strut",
        partial(
            groove,
            key_name="D dorian",
            bpm=110,
            numerals="i7 i7 bVII9 IV9",
            kick="x.x...o..xx.....",
            snare="....x..o....x.oo",
            bass="rr.8..r7..5.m.8.rr.8..m.s.s.5.7.",
            chop="xo.xo.xo..xo.ox.",
            stab="......x..x........x...x.......x-",
            riff="x..x..x...x.x...x..x..x.....xx..",
            horns=True,
        ),
    ),
    TURNSTILE(
        4,
        "Pay the Drummer First",
        partial(
            groove,
            key_name="G dorian",
            bpm=93,
            numerals="i9 IV13 i9 IV13",
            kick="x..x..x.o.x.....",
            snare="....x.oo.o..x..o",
            bass="r-.m8.7.r..r.s5.r-.m8..7.5.s.m8.",
            chop="..xoo.x...xoo.xo",
            stab="..........x.x-....x..x....x.....",
            riff="x.x..x.x....x...x.x..x.xx.......",
            horns=True,
            swing=0.58,
        ),
    ),
    BRISKET(
        1,
        "Low Gear, High Collar",
        partial(
            groove,
            key_name="C dorian",
            bpm=100,
            numerals="i7 i7 i7 iv9",
            kick="x..o...x..x.....",
            snare="....x..o.o..x...",
            bass="r-.r..8.m7..5.s.r-.r..8.m.s.s.5.",
            chop="..x...xo..x...xo",
            stab="x..x..x...x.o...................",
            riff="x.x.xx....x.x...x.x.xx..x.......",
            horns=False,
        ),
    ),
    BRISKET(
        2,
        "Spanner Soup",
        partial(
            groove,
            key_name="F mixolydian",
            bpm=112,
            numerals="I9 I9 bVII9 IV9",
            kick="x...o.x..ox.....",
            snare="....x..o....x.o.",
            bass="r.r.m8.7..5.m.s.r.r.m8.s..5.7.8.",
            chop="o.xoo.x.o.xoo.x.",
            stab="..x..x....x..x..................",
            riff="..xx..x.x.....x...xx..x...x.x...",
            horns=False,
            kit=POWER_KIT,
        ),
    ),
    BRISKET(
        3,
        "The Foreman's Cousin",
        partial(
            groove,
            key_name="Bb dorian",
            bpm=94,
            numerals="i9 bVII9 i9 IV9",
            kick="x.....x..xx..o..",
            snare="....x.o..o..x..o",
            bass="r..m8..7r.5.m.s.r..m8..s.s5.7.m8",
            chop="..x.o.x.o.x...xo",
            stab="x.....x.o...x.o.................",
            riff="x...x.xx....x...x...x.xx..x.x...",
            horns=False,
            swing=0.58,
        ),
    ),
    BRISKET(
        4,
        "Oil Change Sermon",
        partial(
            groove,
            key_name="Eb mixolydian",
            bpm=106,
            numerals="I7 I7 IV9 bVII9",
            kick="x..x....o.x..x..",
            snare="....x..o.o..x.oo",
            bass="r.8.m.r7..5.r.s.r.8.m.s.5.s.7.8.",
            chop="xo.xo...xo.xo.x.",
            stab="....x..x..x...o.................",
            riff="x.xx....x.x.x...x.xx....x..x....",
            horns=False,
        ),
    ),
)

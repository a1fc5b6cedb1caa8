"""Solo piano: nocturnes (a singing line over wide broken chords) and patterns that slowly turn."""

from functools import partial

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
    pedal,
    rubato,
    shift,
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

MANNER = "Solo piano"
GRAND = 0
RHYTHMS = ((1.5, 0.5, 1, 1), (1, 1, 1.5, 0.5), (2, 0.5, 0.5, 1), (1, 0.5, 0.5, 2))
WALTZ_RHYTHMS = ((1.5, 0.5, 1), (2, 1), (1, 0.5, 0.5, 1), (0.5, 0.5, 0.5, 0.5, 1))


def _broken_chord(chord: Chord, low: int) -> list[int]:
    """The root near `low` and the chord tones above it, over two octaves, without the low third."""
    root = nearest_pitch(chord.root, low)
    above = [pitch for pitch in range(root + 5, root + 29) if pitch % 12 in chord.tones[:4]]
    return [root, *above]


def _accompaniment(
    chords: list[Chord], *, low: int, figure: tuple[int, ...], beats_per_bar: int
) -> list[Note]:
    step = beats_per_bar / len(figure)
    notes = []
    for bar, chord in enumerate(chords):
        ladder = _broken_chord(chord, low)
        for place, rung in enumerate(figure):
            velocity = 52 if place == 0 else 38 + 2 * rung
            start = bar * beats_per_bar + place * step
            notes.append(Note(start, step * 1.2, ladder[min(rung, len(ladder) - 1)], velocity))
    return notes


def _closing(chord: Chord, start: float, *, low: int, high: int) -> list[Note]:
    """The last chord, rolled upwards."""
    ladder = [low_pitch for low_pitch in _broken_chord(chord, low) if low_pitch <= high]
    pitches = [*ladder[:4], chord.pitch(0, high)]
    return [Note(start + 0.12 * place, 4.0, pitch, 46) for place, pitch in enumerate(pitches)]


def nocturne(
    rng: np.random.Generator,
    *,
    key_name: str,
    bpm: float,
    numerals: str,
    figure: tuple[int, ...],
    low: int,
    start: int,
    beats_per_bar: int = 4,
    form: str = "abacabad",
) -> Audio:
    """A melody that sings over broken chords; the second half doubles it in sixths or octaves."""
    home = key(key_name)
    n_bars = bars_lasting(27, bpm, beats_per_bar)
    chords = (home.chords(numerals) * n_bars)[:n_bars]
    rhythms = RHYTHMS if beats_per_bar == 4 else WALTZ_RHYTHMS
    picked = rng.permutation(len(rhythms))
    motifs = {name: make_motif(rng, rhythms[picked[i]]) for i, name in enumerate("abcd")}
    scale = home.pitches(start - 9, start + 14)
    intro = 1
    bars = motif_bars((form * 4)[: n_bars - intro], motifs, chords[intro:])
    melody = sing(scale, bars, beats_per_bar=beats_per_bar, start=start, velocity=74, arch=4)
    melody = shift(melody, intro * beats_per_bar)
    half = n_bars * beats_per_bar / 2
    doubling = [
        Note(note.start, note.length, _below(scale, note.pitch), note.velocity - 16)
        for note in melody
        if note.start >= half and note.length >= 1
    ]
    accompaniment = _accompaniment(chords, low=low, figure=figure, beats_per_bar=beats_per_bar)
    end = n_bars * beats_per_bar
    closing = _closing(home.tonic_chord(), end, low=low, high=start)
    notes = humanise(rng, [*melody, *doubling, *accompaniment], timing_beats=0.018)
    part = Part(
        program=GRAND,
        notes=(*notes, *closing),
        controls=pedal([bar * beats_per_bar for bar in range(n_bars + 1)], end + 3),
    )
    tempi = rubato(bpm, end, phrase_beats=2 * beats_per_bar, depth=0.06)
    return reverberate(_recorded(Score(bpm, (part,), tempi)), seconds=2.2, wet=0.3)


def _recorded(score: Score) -> Audio:
    """The score as heard from some way off: the soundfont sits between the strings."""
    return narrowed(play_score(score), 0.55)


def _below(scale: list[int], pitch: int) -> int:
    """Five scale steps under a pitch of the scale (a sixth), or the octave near its lower end."""
    fitting = [step for step in scale if step <= pitch]
    return fitting[-6] if len(fitting) >= 6 else pitch - 12


def turning_pattern(
    rng: np.random.Generator,
    *,
    key_name: str,
    bpm: float,
    numerals: str,
    low: int,
    high: int,
    pattern: tuple[int, ...],
    accents: tuple[int, ...],
) -> Audio:
    """Even eighths or sixteenths round closely led chords; a slow line enters above them."""
    home = key(key_name)
    n_bars = bars_lasting(28, bpm, 4)
    chords = (home.chords(numerals) * n_bars)[:n_bars]
    voicings = lead_voices(chords, 4, low, high)
    step = 4 / len(pattern)
    notes = []
    for bar, voicing in enumerate(voicings):
        turn = tuple(reversed(pattern)) if bar % 4 == 3 else pattern
        loudness = 44 + 14 * np.sin(np.pi * bar / n_bars)
        for place, voice in enumerate(turn):
            velocity = int(loudness + (13 if place in accents else 0))
            notes.append(Note(4 * bar + place * step, step * 1.5, voicing[voice], velocity))
    bass = [
        Note(4 * bar + beat, 4 - beat, nearest_pitch(chord.root, low - 14) + octave, 50)
        for bar, chord in enumerate(chords)
        if bar >= 2
        for beat, octave in ((0, 0), (2.5, 12))
    ]
    top = _slow_line(rng, chords, high=high)
    played = humanise(rng, [*notes, *bass, *top], timing_beats=0.008, velocity=4)
    closing = _closing(home.tonic_chord(), 4 * n_bars, low=low - 12, high=high)
    controls = pedal([4 * bar for bar in range(n_bars + 1)], 4 * n_bars + 3)
    part = Part(program=GRAND, notes=(*played, *closing), controls=controls)
    tempi = rubato(bpm, 4 * n_bars, phrase_beats=16, depth=0.02)
    return reverberate(_recorded(Score(bpm, (part,), tempi)), seconds=1.6, wet=0.22)


def _slow_line(rng: np.random.Generator, chords: list[Chord], *, high: int) -> list[Note]:
    """One or two long notes a bar, from the fifth bar on, each near the one before."""
    notes, pitch = [], high + 9
    for bar, chord in enumerate(chords):
        if bar < 4 or bar % 4 == 3:
            continue
        for beat, length in ((0.0, 3.0), (3.0, 1.0)) if bar % 2 else ((0.0, 4.0),):
            tone = int(rng.integers(1, len(chord.tones)))
            pitch = nearest_pitch(chord.tones[tone], round(0.7 * pitch + 0.3 * (high + 9)))
            notes.append(Note(4 * bar + beat, length, pitch, 66))
    return notes


VARNHOLM = partial(Piece, MANNER, "Ilse Varnholm", "Letters to a Lighthouse", 2016)
ASHBECK = partial(Piece, MANNER, "Corin Ashbeck", "Slow Arithmetic", 2021)

PIECES = (
    VARNHOLM(
        1,
        "The Lamp Is Lit at Five",
        partial(
            nocturne,
            key_name="Db major",
            bpm=64,
            numerals="I vi7 ii7 V7 I iii7 IVmaj7 V7",
            figure=(0, 2, 3, 4, 3, 2, 3, 2),
            low=37,
            start=73,
        ),
    ),
    VARNHOLM(
        2,
        "Salt on the Window",
        partial(
            nocturne,
            key_name="C minor",
            bpm=58,
            numerals="i iv7 bVII7 bIIImaj7 bVImaj7 ii7b5 V7 i",
            figure=(0, 1, 3, 2, 4, 3),
            low=36,
            start=70,
        ),
    ),
    VARNHOLM(
        3,
        "Keeper's Letter, Unsent",
        partial(
            nocturne,
            key_name="A minor",
            bpm=88,
            numerals="i i iv iv V7 V7 i bVI iv6 V7 i V7",
            figure=(0, 2, 3, 4, 3, 2),
            low=40,
            start=76,
            beats_per_bar=3,
            form="aabcaabd",
        ),
    ),
    VARNHOLM(
        4,
        "Harbour, Seen from Above",
        partial(
            nocturne,
            key_name="F major",
            bpm=70,
            numerals="Imaj7 IVadd9 Imaj7 vi7 ii7 V7 iii7 vi",
            figure=(0, 2, 4, 5, 6, 5, 4, 2),
            low=41,
            start=77,
        ),
        "m4a",
    ),
    ASHBECK(
        1,
        "Counting Snow",
        partial(
            turning_pattern,
            key_name="E minor",
            bpm=96,
            numerals="iadd9 bVImaj7 bIIImaj7 bVIIadd9",
            low=55,
            high=74,
            pattern=(0, 2, 1, 3, 2, 1, 0, 2),
            accents=(0, 3, 6),
        ),
    ),
    ASHBECK(
        2,
        "Remainder Three",
        partial(
            turning_pattern,
            key_name="G major",
            bpm=76,
            numerals="Iadd9 Iadd9 vi7 vi7 IVmaj7 IVmaj7 Vsus4 V",
            low=59,
            high=78,
            pattern=(0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2, 1),
            accents=(0, 6),
        ),
    ),
    ASHBECK(
        3,
        "A Proof by Rain",
        partial(
            turning_pattern,
            key_name="Bb minor",
            bpm=84,
            numerals="i bVImaj7 iv7 Vsus4",
            low=53,
            high=72,
            pattern=(0, 1, 2, 3, 1, 2, 3, 2, 0, 1, 2, 3, 1, 2, 3, 2),
            accents=(0, 4, 8, 12),
        ),
    ),
    ASHBECK(
        4,
        "The Sum of Quiet Rooms",
        partial(
            turning_pattern,
            key_name="D major",
            bpm=108,
            numerals="Imaj7 iii7 IVmaj7 ivadd9",
            low=57,
            high=76,
            pattern=(0, 3, 1, 2, 3, 1, 2, 3),
            accents=(0, 3),
        ),
    ),
)

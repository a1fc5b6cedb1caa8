"""Keys, chords named by Roman numerals, voice leading, and melodies built from motifs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from demo_composer.score import Note

NOTE_NAMES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
MAJOR = (0, 2, 4, 5, 7, 9, 11)
SCALES = {
    "major": MAJOR,
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "minor pentatonic": (0, 3, 5, 7, 10),
    "major pentatonic": (0, 2, 4, 7, 9),
    "blues": (0, 3, 5, 6, 7, 10),
}
DEGREES = ("I", "II", "III", "IV", "V", "VI", "VII")
NUMERAL = re.compile(r"([b#]?)(VII|III|VI|IV|II|V|I)(.*)", re.IGNORECASE)
MAJOR_CHORDS = {
    "": (0, 4, 7),
    "5": (0, 7),
    "6": (0, 4, 7, 9),
    "7": (0, 4, 7, 10),
    "9": (0, 4, 7, 10, 14),
    "13": (0, 4, 10, 14, 21),
    "7b9": (0, 4, 7, 10, 13),
    "maj7": (0, 4, 7, 11),
    "maj9": (0, 4, 7, 11, 14),
    "add9": (0, 4, 7, 14),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
}
MINOR_CHORDS = {
    "": (0, 3, 7),
    "6": (0, 3, 7, 9),
    "7": (0, 3, 7, 10),
    "9": (0, 3, 7, 10, 14),
    "11": (0, 3, 7, 10, 17),
    "add9": (0, 3, 7, 14),
    "o": (0, 3, 6),
    "o7": (0, 3, 6, 9),
    "7b5": (0, 3, 6, 10),
}


@dataclass(frozen=True, slots=True)
class Chord:
    """Pitch classes (0 = C) from the root upwards."""

    root: int
    tones: tuple[int, ...]

    def pitch(self, tone: int, near: int) -> int:
        """The MIDI pitch of a tone (0 root, 1 third, 2 fifth, ...) closest to `near`."""
        return nearest_pitch(self.tones[tone % len(self.tones)], near)


@dataclass(frozen=True, slots=True)
class Key:
    tonic: int
    mode: str

    def chord(self, numeral: str) -> Chord:
        """The chord of a numeral such as "bVI", "ii7" or "V7b9"; roots count in the major scale."""
        match = NUMERAL.fullmatch(numeral)
        if match is None:
            raise ValueError(f"{numeral!r} is no Roman numeral")
        accidental, degree, kind = match.groups()
        shapes = MAJOR_CHORDS if degree.isupper() else MINOR_CHORDS
        shift = {"": 0, "b": -1, "#": 1}[accidental]
        root = self.tonic + MAJOR[DEGREES.index(degree.upper())] + shift
        return Chord(root % 12, tuple((root + interval) % 12 for interval in shapes[kind]))

    def chords(self, numerals: str) -> list[Chord]:
        """The chords of numerals parted by spaces."""
        return [self.chord(numeral) for numeral in numerals.split()]

    def tonic_chord(self) -> Chord:
        """The plain triad on the first step, minor where the scale has a minor third."""
        return self.chord("i" if 3 in SCALES[self.mode] else "I")

    def pitches(self, low: int, high: int) -> list[int]:
        """All MIDI pitches of the scale in [low, high]."""
        classes = {(self.tonic + step) % 12 for step in SCALES[self.mode]}
        return [pitch for pitch in range(low, high + 1) if pitch % 12 in classes]


def key(name: str) -> Key:
    """The key of a name such as "C# minor" or "Bb dorian"."""
    tonic, mode = name.split(" ", 1)
    shift = {"": 0, "b": -1, "#": 1}[tonic[1:]]
    if mode not in SCALES:
        raise ValueError(f"{mode!r} is no known scale")
    return Key((NOTE_NAMES[tonic[0]] + shift) % 12, mode)


def nearest_pitch(pitch_class: int, near: int) -> int:
    """The MIDI pitch of a pitch class that lies closest to `near`."""
    return near + (pitch_class - near + 6) % 12 - 6


def lead_voices(
    chords: Sequence[Chord],
    n_voices: int,
    low: int,
    high: int,
    *,
    top_line: Sequence[float] = (),
) -> list[list[int]]:
    """A voicing per chord, low to high, each as near as it can be to the one before.

    Every voicing sounds as many different chord tones as it has voices for; parallel fifths and
    octaves between outer voices and large gaps cost extra. `top_line` gives, chord by chord, the
    pitch that draws the highest voice; without it that voice moves as little as the others.
    """
    voicings: list[list[int]] = []
    for place, chord in enumerate(chords):
        pull = top_line[place] if place < len(top_line) else None

        def cost(option: list[int], pull: float | None = pull) -> float:
            drawn = 2.0 * abs(option[-1] - pull) if pull is not None else 0.0
            if voicings:
                return drawn + _movement(voicings[-1], option)
            return drawn + abs(float(np.mean(option)) - (low + high) / 2)

        voicings.append(min(_voicings(chord, n_voices, low, high), key=cost))
    return voicings


def _voicings(chord: Chord, n_voices: int, low: int, high: int) -> list[list[int]]:
    pitches = [pitch for pitch in range(low, high + 1) if pitch % 12 in chord.tones]
    wanted = min(n_voices, len(set(chord.tones)))
    options = [
        list(option)
        for option in combinations(pitches, n_voices)
        if len({pitch % 12 for pitch in option}) >= wanted
        and all(upper - lower <= 12 for lower, upper in pairwise(option))
    ]
    if not options:
        raise ValueError(f"no {n_voices} voices for {chord} between {low} and {high}")
    return options


def _movement(before: Sequence[int], after: Sequence[int]) -> float:
    cost = float(sum(abs(new - old) for old, new in zip(before, after, strict=True)))
    moved = before[0] != after[0]
    old_span, new_span = (before[-1] - before[0]) % 12, (after[-1] - after[0]) % 12
    if moved and old_span == new_span and new_span in (0, 7):
        cost += 8.0
    crowding = sum(1 for lower, upper in pairwise(after) if upper - lower < 3)
    return cost + 1.5 * crowding


@dataclass(frozen=True, slots=True)
class Motif:
    """One bar of melody: where notes start and last (in beats), and the scale steps between."""

    onsets: tuple[float, ...]
    lengths: tuple[float, ...]
    steps: tuple[int, ...]


def make_motif(
    rng: np.random.Generator, rhythm: Sequence[float], *, leap_share: float = 0.2
) -> Motif:
    """A motif over a rhythm: note lengths in beats, a rest where a length is negative.

    Steps are mostly by one scale degree; a leap is answered by a step back.
    """
    onsets, lengths, steps = [], [], []
    now, last = 0.0, 0
    for length in rhythm:
        if length > 0:
            if abs(last) > 2:
                last = -1 if last > 0 else 1
            elif rng.random() < leap_share:
                last = int(rng.choice([-4, -3, 3, 4]))
            else:
                last = int(rng.choice([-2, -1, -1, 1, 1, 2]))
            onsets.append(now)
            lengths.append(length)
            steps.append(last)
        now += abs(length)
    return Motif(tuple(onsets), tuple(lengths), tuple(steps))


def sing(
    scale: Sequence[int],
    bars: Sequence[tuple[Motif, Chord]],
    *,
    beats_per_bar: float,
    start: int,
    velocity: int,
    strong_beats: Sequence[float] = (0.0,),
    arch: float = 0.0,
) -> list[Note]:
    """A melody over the bars: motifs walk the scale, strong beats are drawn to chord tones.

    Args:
        scale: MIDI pitches that the melody may use, rising.
        bars: the motif and the chord of each bar.
        beats_per_bar: length of a bar.
        start: MIDI pitch near which each phrase begins.
        velocity: MIDI velocity, 1 to 127, at the average.
        strong_beats: beats of the bar where the note belongs to the chord.
        arch: how many scale steps the line climbs towards its middle.
    """
    notes: list[Note] = []
    home = _nearest_index(scale, start)
    index = home
    for number, (motif, chord) in enumerate(bars):
        lift = arch * np.sin(np.pi * (number + 0.5) / len(bars))
        steps_here = _bent_to(scale, chord)
        for onset, length, step in zip(motif.onsets, motif.lengths, motif.steps, strict=True):
            pull = int(np.sign(home + lift - index)) if abs(home + lift - index) > 4 else 0
            index = int(np.clip(index + step + pull, 0, len(scale) - 1))
            if onset in strong_beats or length >= beats_per_bar / 2:
                index = _nearest_chord_index(steps_here, chord, index)
            accent = 8 if onset in strong_beats else 0
            swell = 10 * (index - home) / max(len(scale), 1)
            loudness = int(np.clip(velocity + accent + swell, 1, 127))
            notes.append(Note(number * beats_per_bar + onset, length, steps_here[index], loudness))
    return notes


def motif_bars(
    form: str, motifs: Mapping[str, Motif], chords: Sequence[Chord]
) -> list[tuple[Motif, Chord]]:
    """Pairs each letter of a form such as "abac" with its motif and the chord of its bar."""
    return [(motifs[name], chords[bar % len(chords)]) for bar, name in enumerate(form)]


def _nearest_index(scale: Sequence[int], pitch: int) -> int:
    return min(range(len(scale)), key=lambda index: abs(scale[index] - pitch))


def _bent_to(scale: Sequence[int], chord: Chord) -> list[int]:
    """The scale, with a step raised or lowered where the chord has a tone foreign to it."""
    foreign = set(chord.tones) - {pitch % 12 for pitch in scale}
    bent = []
    for pitch in scale:
        moves = [move for move in (1, -1) if (pitch + move) % 12 in foreign]
        bent.append(pitch + moves[0] if moves and pitch % 12 not in chord.tones else pitch)
    return bent


def _nearest_chord_index(scale: Sequence[int], chord: Chord, index: int) -> int:
    fitting = [place for place, pitch in enumerate(scale) if pitch % 12 in chord.tones]
    return min(fitting, key=lambda place: abs(place - index)) if fitting else index

"""Scores for General MIDI instruments: notes in beats, parts, tempo, and the MIDI file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import mido
import numpy as np

TICKS_PER_BEAT = 480
DRUM_CHANNEL = 9
PAN, LEVEL, EXPRESSION, SUSTAIN = 10, 7, 11, 64


@dataclass(frozen=True, slots=True)
class Note:
    """A note: start and length in beats, MIDI pitch (60 = middle C) and velocity (1 to 127)."""

    start: float
    length: float
    pitch: int
    velocity: int


@dataclass(frozen=True, slots=True)
class Control:
    """A controller value (0 to 127) at a beat."""

    start: float
    controller: int
    value: int


@dataclass(frozen=True, slots=True)
class Part:
    """What one player plays.

    Args:
        program: General MIDI program, 0 to 127; for drums the kit.
        notes: the notes, in any order.
        level: channel volume, 0 to 127.
        pan: -1 (left) to 1 (right).
    """

    program: int
    notes: tuple[Note, ...]
    level: int = 100
    pan: float = 0.0
    controls: tuple[Control, ...] = ()
    is_drums: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """Parts and the tempo at which they are played.

    Args:
        bpm: beats a minute at the start.
        tempo_changes: (beat, beats a minute), rising in beat.
    """

    bpm: float
    parts: tuple[Part, ...]
    tempo_changes: tuple[tuple[float, float], ...] = field(default=())


def bars_lasting(seconds: float, bpm: float, beats_per_bar: float, *, multiple: int = 2) -> int:
    """The number of bars, a multiple of `multiple`, that comes closest to a duration."""
    span_s = multiple * beats_per_bar * 60.0 / bpm
    return multiple * max(1, round(seconds / span_s))


def shift(notes: Iterable[Note], beats: float) -> list[Note]:
    """The notes, later by some beats."""
    return [replace(note, start=note.start + beats) for note in notes]


def transpose(notes: Iterable[Note], semitones: int) -> list[Note]:
    return [replace(note, pitch=note.pitch + semitones) for note in notes]


def humanise(
    rng: np.random.Generator,
    notes: Iterable[Note],
    *,
    timing_beats: float = 0.01,
    velocity: float = 5.0,
) -> tuple[Note, ...]:
    """The notes with small normal deviations of start and velocity."""
    played = []
    for note in notes:
        start = max(0.0, note.start + float(rng.normal(0.0, timing_beats)))
        loudness = int(np.clip(round(note.velocity + rng.normal(0.0, velocity)), 1, 127))
        played.append(replace(note, start=start, velocity=loudness))
    return tuple(played)


def swing(notes: Iterable[Note], share: float) -> list[Note]:
    """Delays each second eighth so that the first takes `share` of the beat (0.5 = straight)."""
    swung = []
    for note in notes:
        beat, place = divmod(note.start, 1.0)
        warped = place * 2 * share if place < 0.5 else share + (place - 0.5) * 2 * (1 - share)
        swung.append(replace(note, start=beat + warped))
    return swung


def swing_sixteenths(notes: Iterable[Note], share: float) -> list[Note]:
    """As `swing`, for each second sixteenth."""
    doubled = [replace(note, start=note.start * 2) for note in notes]
    return [replace(note, start=note.start / 2) for note in swing(doubled, share)]


def swells(
    spans: Sequence[tuple[float, float]], *, low: int, high: int, per_beat: int = 4
) -> tuple[Control, ...]:
    """Expression that grows and fades once over each (start, end) span of beats."""
    controls = []
    for start, end in spans:
        n_steps = max(2, int((end - start) * per_beat))
        for step in range(n_steps):
            value = low + (high - low) * np.sin(np.pi * (step + 0.5) / n_steps)
            controls.append(Control(start + (end - start) * step / n_steps, EXPRESSION, int(value)))
    return tuple(controls)


def pedal(changes: Sequence[float], end: float) -> tuple[Control, ...]:
    """Sustain pedal, renewed at each beat of `changes` and lifted at `end`."""
    controls = []
    for beat in changes:
        controls.append(Control(max(0.0, beat - 0.02), SUSTAIN, 0))
        controls.append(Control(beat + 0.06, SUSTAIN, 127))
    return (*controls, Control(end, SUSTAIN, 0))


def rubato(
    bpm: float, n_beats: int, *, phrase_beats: int, depth: float, slowing_beats: int = 4
) -> tuple[tuple[float, float], ...]:
    """Tempo per beat: pushes on within each phrase, yields at its end, slows down at the last."""
    tempi = []
    for beat in range(n_beats):
        place = (beat % phrase_beats) / phrase_beats
        tempo = bpm * (1 + depth * np.sin(2 * np.pi * (place - 0.1)))
        left = n_beats - beat
        if left <= slowing_beats:
            tempo *= 1 - 0.25 * (slowing_beats - left + 1) / slowing_beats
        tempi.append((float(beat), float(tempo)))
    return tuple(tempi)


def to_midi(score: Score) -> mido.MidiFile:
    """The score as a MIDI file with one track for the tempo and one for each part."""
    midi = mido.MidiFile(ticks_per_beat=TICKS_PER_BEAT)
    midi.tracks.append(_track(_tempo_events(score)))
    channels = [channel for channel in range(16) if channel != DRUM_CHANNEL]
    for part in score.parts:
        channel = DRUM_CHANNEL if part.is_drums else channels.pop(0)
        midi.tracks.append(_track(_part_events(part, channel)))
    return midi


def _tempo_events(score: Score) -> list[tuple[int, int, mido.MetaMessage]]:
    tempi = ((0.0, score.bpm), *score.tempo_changes)
    return [
        (_tick(beat), 0, mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm)))
        for beat, bpm in tempi
    ]


def _part_events(part: Part, channel: int) -> list[tuple[int, int, mido.Message]]:
    pan = int(np.clip(round(64 + 63 * part.pan), 0, 127))
    opening = [
        mido.Message("program_change", channel=channel, program=part.program),
        mido.Message("control_change", channel=channel, control=LEVEL, value=part.level),
        mido.Message("control_change", channel=channel, control=PAN, value=pan),
    ]
    events = [(0, 0, message) for message in opening]
    for control in part.controls:
        message = mido.Message(
            "control_change", channel=channel, control=control.controller, value=control.value
        )
        events.append((_tick(control.start), 1, message))
    for note in part.notes:
        start = _tick(note.start)
        end = max(start + 1, _tick(note.start + note.length))
        events.append((start, 3, _note_message("note_on", channel, note)))
        events.append((end, 2, _note_message("note_off", channel, note)))
    return events


def _note_message(kind: str, channel: int, note: Note) -> mido.Message:
    velocity = note.velocity if kind == "note_on" else 0
    return mido.Message(kind, channel=channel, note=note.pitch, velocity=velocity)


def _track(events: list[tuple[int, int, mido.Message]]) -> mido.MidiTrack:
    track = mido.MidiTrack()
    now = 0
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        track.append(message.copy(time=tick - now))
        now = tick
    return track


def _tick(beat: float) -> int:
    return max(0, round(beat * TICKS_PER_BEAT))

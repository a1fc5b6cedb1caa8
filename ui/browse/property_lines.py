"""What the properties of tracks say, line by line; of several tracks, what they have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from library.records import File, FileState, Tags, display_path
from ui.plain_text import one_line
from ui.words import clock, long_time

if TYPE_CHECKING:
    from app.browsing import Properties

_MONO, _STEREO = 1, 2


@dataclass(frozen=True, slots=True)
class Line:
    """A name and what it says; is_long: it may be wrapped and is worth copying."""

    name: str
    text: str
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a title."""

    title: str
    lines: tuple[Line, ...]


def sections_of(track: "Properties") -> tuple[Section, ...]:
    """All that is known of one track, but for what was heard in it."""
    preferred = track.files[0].tags if track.files else track.track.tags
    files = tuple(
        Section(_file_title(place, len(track.files)), _file_lines(file, preferred))
        for place, file in enumerate(track.files, start=1)
    )
    return (
        Section(_say("Tags"), _tag_lines(preferred, empty=False)),
        Section(_say("Sound"), _sound_lines(track)),
        Section(_say("In the library"), _library_lines(track)),
        *files,
    )


def common_sections(tracks: "Sequence[Properties]") -> tuple[Section, ...]:
    """What several tracks have in common; where they differ, how many values there are."""
    several = (
        (_say("Tags"), [_tag_lines(one.track.tags, empty=True) for one in tracks]),
        (_say("Sound"), [_sound_lines(one) for one in tracks]),
        (_say("In the library"), [_library_lines(one)[:2] for one in tracks]),
    )
    total = long_time(sum(one.track.duration_s for one in tracks))
    sections = [Section(title, _common(lines)) for title, lines in several]
    return (Section("", (Line(_say("Total length"), total),)), *sections)


def common_heard(tracks: "Sequence[Properties]") -> tuple[tuple[str, float], ...]:
    """The mean score of every tag over the tracks that were heard, the strongest first."""
    sums: dict[str, float] = {}
    heard = [one.heard for one in tracks if one.heard]
    for scores in heard:
        for tag, score in scores:
            sums[tag] = sums.get(tag, 0.0) + score
    means = ((tag, total / len(heard)) for tag, total in sums.items())
    return tuple(sorted(means, key=lambda pair: -pair[1]))


def _common(lines: Sequence[tuple[Line, ...]]) -> tuple[Line, ...]:
    merged = []
    for same in zip(*lines, strict=True):
        texts = {line.text for line in same}
        differ = _say("{count:,} different values").format(count=len(texts))
        text = texts.pop() if len(texts) == 1 else differ
        if text:
            merged.append(Line(same[0].name, text))
    return tuple(merged)


def _tag_lines(tags: Tags, *, empty: bool) -> tuple[Line, ...]:
    """The tags of a file; those that it does not have only if `empty` ones are wanted."""
    values = (
        (_say("Title"), tags.title),
        (_say("Artist"), tags.artist),
        (_say("Album"), tags.album),
        (_say("Album artist"), tags.album_artist),
        (_say("Genre"), ", ".join(tags.genres)),
        (_say("Year"), _number(tags.year)),
        (_say("Disc"), _number(tags.disc_number)),
        (_say("Number"), _number(tags.track_number)),
    )
    lines = tuple(Line(name, one_line(text)) for name, text in values if text or empty)
    return lines or (Line(_say("Tags"), _say("The file has none.")),)


def _sound_lines(track: "Properties") -> tuple[Line, ...]:
    recording = track.recording
    channels = {_MONO: _say("mono"), _STEREO: _say("stereo")}
    return (
        Line(_say("Length"), clock(track.track.duration_s)),
        Line(_say("Codec"), recording.codec),
        Line(_say("Sample rate"), f"{recording.sample_rate_hz / 1_000:g} kHz"),
        Line(_say("Channels"), channels.get(recording.channels, str(recording.channels))),
    )


def _library_lines(track: "Properties") -> tuple[Line, ...]:
    return (
        Line(_say("Added"), _moment(track.track.added_at_s)),
        Line(_say("Plays"), f"{track.track.plays:,}"),
        Line(_say("Recording"), track.recording.digest.hex(), is_long=True),
        Line(_say("Heard by"), f"{track.key.encoder} {track.key.model_version}"),
    )


def _file_title(place: int, n_files: int) -> str:
    if n_files == 1:
        return _say("File")
    return _say("File {place} of {count}").format(place=place, count=n_files)


def _file_lines(file: File, preferred: Tags) -> tuple[Line, ...]:
    stamp = file.stamp
    size = QLocale().formattedDataSize(stamp.size_bytes)
    lines = (
        Line(_say("Place"), display_path(stamp.path), is_long=True),
        Line(_say("Size"), size),
        Line(_say("Changed"), _moment(stamp.mtime_ns / 1e9)),
        Line(_say("State"), _state(file)),
    )
    return lines if file.tags == preferred else (*lines, *_tag_lines(file.tags, empty=False))


def _state(file: File) -> str:
    if not file.present:
        return _say("Not there now")
    if file.state == FileState.PENDING:
        return _say("Not analysed yet")
    if file.state == FileState.FAILED:
        return _say("Could not be analysed: {reason}").format(reason=one_line(file.reason))
    return _say("Analysed")


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _moment(seconds: float) -> str:
    moment = QDateTime.fromSecsSinceEpoch(int(seconds))
    return QLocale().toString(moment, QLocale.FormatType.ShortFormat)


def _say(text: str) -> str:
    return QCoreApplication.translate("Properties", text)

"""Which tracks of the library the entries of a playlist file mean.

    index = catalog.playlists.library_index()
    for match in match_entries(read_playlist(path), folder_of(path), index):
        match.entry, match.track_id, match.how

Entries are compared with what the library knows, by name alone: no path is opened, looked up on
the disk or resolved. In this order:

1. by path: as written, seen from the playlist's folder; then without blanks around it, with
   backslashes as separators, and read as Windows-1252;
2. by the end of the path, where the start differs (another computer, a moved folder): the longest
   end that any library file shares, upper and lower case and Unicode form aside;
3. by artist and title; by title alone only where the length agrees too.

2 and 3 count only where they leave a single track, and never against a length that differs by
more than three seconds.
"""

import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from library.formats.model import ImportedEntry
from library.records import TrackId

_LENGTH_TOLERANCE_S = 3.0  # whole seconds in M3U, and encoders that pad
_MAX_CANDIDATES = 64  # a name that more files share says nothing
_SEPARATOR = os.sep.encode()
_WINDOWS_DRIVE = re.compile(rb"[A-Za-z]:[\\/]")


@dataclass(frozen=True, slots=True)
class LibraryFile:
    """What matching needs to know of a file in the library."""

    path: bytes
    track_id: TrackId
    title: str = ""
    artist: str = ""
    duration_s: float | None = None


class MatchedBy(StrEnum):
    """How an entry found its track, or why it found none; the text is for people."""

    PATH = "path"
    END_OF_PATH = "end of path"
    TITLE = "artist and title"
    NOT_FOUND = "not in the library"
    AMBIGUOUS = "several tracks are possible"
    ADDRESS = "not in the library: an address, not a file"

    @property
    def found(self) -> bool:
        """Whether there is a track."""
        return self in (MatchedBy.PATH, MatchedBy.END_OF_PATH, MatchedBy.TITLE)


@dataclass(frozen=True, slots=True)
class MatchedEntry:
    """An entry and its track; `track_id` is None exactly where `how.found` is False."""

    entry: ImportedEntry
    track_id: TrackId | None
    how: MatchedBy


class LibraryIndex:
    """The files of a library, to be looked up by path, by the end of a path, and by title."""

    def __init__(self, files: Iterable[LibraryFile]) -> None:
        """Index the files; a track may have several."""
        self._by_path: dict[bytes, TrackId] = {}
        self._by_name: dict[str, list[LibraryFile]] = defaultdict(list)
        self._by_title: dict[str, list[LibraryFile]] = defaultdict(list)
        self._ends: dict[str, dict[tuple[str, ...], list[LibraryFile]]] = {}
        for file in files:
            self._by_path[file.path] = file.track_id
            self._by_name[_folded_parts(file.path)[-1]].append(file)
            if file.title:
                self._by_title[_folded(file.title)].append(file)
                self._by_title[_caption(file.artist, file.title)].append(file)

    def at(self, path: bytes) -> TrackId | None:
        """The track of the file with exactly this path."""
        return self._by_path.get(path)

    def ending_like(self, path: bytes) -> list[LibraryFile]:
        """The files whose paths share the longest end, of whole names, with this path."""
        parts = _folded_parts(path)
        ends = self._ends_of(parts[-1]) if parts[-1] in self._by_name else {}
        best: list[LibraryFile] = []
        for n_parts in range(1, len(parts) + 1):
            files = ends.get(tuple(parts[-n_parts:]))
            if files is None:
                break
            best = files
        return best

    def titled(self, artist: str, title: str) -> list[LibraryFile]:
        """The files of this artist and title, or with the title `artist - title`."""
        return self._by_title.get(_caption(artist, title), []) if title else []

    def _ends_of(self, name: str) -> dict[tuple[str, ...], list[LibraryFile]]:
        if name not in self._ends:
            ends: dict[tuple[str, ...], list[LibraryFile]] = defaultdict(list)
            for file in self._by_name[name]:
                parts = _folded_parts(file.path)
                for n_parts in range(1, len(parts) + 1):
                    ends[tuple(parts[-n_parts:])].append(file)
            self._ends[name] = dict(ends)
        return self._ends[name]


def match_entries(
    entries: Iterable[ImportedEntry], playlist_folder: bytes, library: LibraryIndex
) -> list[MatchedEntry]:
    """Each entry with its track in the library, or with the reason why there is none.

    Args:
        entries: as `read_playlist` gives them.
        playlist_folder: absolute; what relative paths start from.
        library: the files to choose from.
    """
    return [_matched(entry, playlist_folder, library) for entry in entries]


def _matched(entry: ImportedEntry, folder: bytes, library: LibraryIndex) -> MatchedEntry:
    readings = _readings(entry)
    for path in readings:
        track_id = library.at(os.path.normpath(os.path.join(folder, path)))
        if track_id is not None:
            return MatchedEntry(entry, track_id, MatchedBy.PATH)
    if entry.url is not None:
        return MatchedEntry(entry, None, MatchedBy.ADDRESS)
    return _matched_otherwise(entry, readings, library)


def _matched_otherwise(
    entry: ImportedEntry, readings: Sequence[bytes], library: LibraryIndex
) -> MatchedEntry:
    how = MatchedBy.NOT_FOUND
    for found_by, files in _likely(entry, readings, library):
        if len(files) > _MAX_CANDIDATES:
            how = MatchedBy.AMBIGUOUS
            continue
        tracks = {file.track_id for file in files if _agrees(entry, file, found_by)}
        if len(tracks) == 1:
            return MatchedEntry(entry, tracks.pop(), found_by)
        if tracks:
            how = MatchedBy.AMBIGUOUS
    return MatchedEntry(entry, None, how)


def _likely(
    entry: ImportedEntry, readings: Sequence[bytes], library: LibraryIndex
) -> Iterator[tuple[MatchedBy, list[LibraryFile]]]:
    for path in readings:
        yield MatchedBy.END_OF_PATH, library.ending_like(os.path.normpath(path))
    yield MatchedBy.TITLE, library.titled(entry.artist, entry.title)


def _agrees(entry: ImportedEntry, file: LibraryFile, found_by: MatchedBy) -> bool:
    """Whether the lengths do not speak against a match, or, for a bare title, speak for it."""
    if entry.duration_s is None or file.duration_s is None:
        return found_by is MatchedBy.END_OF_PATH or bool(entry.artist)
    return abs(entry.duration_s - file.duration_s) <= _LENGTH_TOLERANCE_S


def _readings(entry: ImportedEntry) -> tuple[bytes, ...]:
    """The ways to read a path, the plainest first."""
    path = entry.path
    if path is None:
        # `Re:Zero.mp3` has the form of an address and may still be a file's name
        if entry.url is None or "//" in entry.url or "\\\\" in entry.url:
            return ()
        path = entry.url.encode("utf-8", errors="replace")
    readings = [path, path.strip()]
    if b"\\" in path and (_WINDOWS_DRIVE.match(path) or b"/" not in path):
        readings.append(path.replace(b"\\", b"/"))
    readings += [recoded for reading in readings if (recoded := _recoded(reading)) is not None]
    # early releases of Python 3.11 cut a path at NUL when they normalise it
    return tuple(dict.fromkeys(reading for reading in readings if reading and b"\0" not in reading))


def _recoded(path: bytes) -> bytes | None:
    try:
        path.decode()
    except UnicodeDecodeError:
        return path.decode("cp1252", errors="replace").encode()
    return None


def _folded_parts(path: bytes) -> Sequence[str]:
    text = path.replace(_SEPARATOR, b"/").decode("utf-8", errors="surrogateescape")
    return _folded(text).rstrip("/").split("/")


def _caption(artist: str, title: str) -> str:
    return _folded(f"{artist} - {title}" if artist else title)


def _folded(text: str) -> str:
    plain = text if text.isascii() else unicodedata.normalize("NFC", text)
    return " ".join(plain.casefold().split())

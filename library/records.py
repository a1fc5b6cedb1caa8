"""The words of the library as plain values: tracks, files, tags, matches, playlists.

Nothing here reads or writes anything. Paths are bytes, exactly as the file system gave them;
`display_path` is what a person or a JSON file sees.
"""

import os
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NewType

# The window speaks of tracks before it has any use for numpy, which takes a while to be imported.
if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float32]
else:
    FloatArray = Any

TrackId = NewType("TrackId", int)
FileId = NewType("FileId", int)
PlaylistId = NewType("PlaylistId", int)
EntryId = NewType("EntryId", int)


def _no_scores() -> FloatArray:
    import numpy as np

    return np.empty(0, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a directory entry says of a file; an unchanged stamp means an unchanged file."""

    path: bytes
    size_bytes: int
    mtime_ns: int
    ctime_ns: int


@dataclass(frozen=True, slots=True)
class Tags:
    """What the tags of one file say. Empty text and None mean that the tag is absent."""

    title: str = ""
    artist: str = ""
    album: str = ""
    album_artist: str = ""
    genres: tuple[str, ...] = ()
    year: int | None = None
    track_number: int | None = None
    disc_number: int | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """The audio that a file holds, whatever its name and its tags: what makes a track."""

    digest: bytes
    codec: str
    sample_rate_hz: int
    channels: int
    duration_s: float


class FileState(StrEnum):
    """How far a file has come on a track's way."""

    PENDING = "pending"
    ANALYSED = "analysed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class File:
    """One place where a track lies.

    reason: why it failed; empty otherwise.
    present: False while the file or its drive is away.
    changed_at_s: when it was last found, read, failed, gone or back; seconds since 1970.
    """

    id: FileId
    stamp: Stamp
    state: FileState
    reason: str
    track_id: TrackId | None
    present: bool
    changed_at_s: float
    tags: Tags


@dataclass(frozen=True, slots=True)
class FileCounts:
    """How many files the library holds; total = analysed + failed + pending, missing apart."""

    total: int
    analysed: int
    failed: int
    pending: int
    missing: int


@dataclass(frozen=True, slots=True)
class Track:
    """A recording in the library, shown by its preferred file (present, last seen)."""

    id: TrackId
    path: bytes
    tags: Tags
    duration_s: float
    missing: bool
    added_at_s: float
    plays: int

    @property
    def title(self) -> str:
        """The title, or the file's name without its ending where the tags have none."""
        return self.tags.title or os.path.splitext(display_path(os.path.basename(self.path)))[0]


@dataclass(frozen=True, slots=True)
class EncoderKey:
    """Which encoder, in which version, made a vector; vectors of different keys never meet.

    n_tags: how many tags it hears; 0 for an encoder without tags.
    """

    encoder: str
    model_version: str
    dimension: int
    n_tags: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """A track's place in the space of one encoder, and the tags that it heard there.

    vector: float32, shape (dimension,), unit length.
    windows: float32, shape (n_windows, dimension), each of unit length.
    window_starts_s: float32, shape (n_windows,), from the start of the file.
    window_s: length of every window.
    tag_scores: float32, shape (n_tags,), each a probability; none for an encoder without tags.
    """

    vector: FloatArray
    windows: FloatArray
    window_starts_s: FloatArray
    window_s: float
    tag_scores: FloatArray = field(default_factory=_no_scores)


@dataclass(frozen=True, slots=True)
class WindowPair:
    """A stretch of a seed and the stretch of a match that sounds most like it."""

    seed: str
    seed_start_s: float
    match_start_s: float
    similarity: float


@dataclass(frozen=True, slots=True)
class Match:
    """A track found for some seeds.

    similarity: in [-1, 1], on the scale of the cosine of two ordinary tracks.
    shared_tags: what is heard in the match and in every seed, the strongest first.
    """

    track: Track
    similarity: float
    reasons: tuple[WindowPair, ...] = ()
    shared_tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaylistEntry:
    """A line of a playlist. A track whose files are gone keeps the name that it last had."""

    id: EntryId
    track_id: TrackId


@dataclass(frozen=True, slots=True)
class Playlist:
    """An ordered list of tracks under a name; a track may stand in it more than once."""

    id: PlaylistId
    name: str
    entries: tuple[PlaylistEntry, ...]


@dataclass(frozen=True, slots=True)
class PlaylistSummary:
    """A playlist without what is in it."""

    id: PlaylistId
    name: str
    n_tracks: int


@dataclass(frozen=True, slots=True)
class PlaylistOverview:
    """A playlist and all that is said of it as a whole.

    paths: of the tracks whose files are there; a track without one is missing.
    n_missing: how many entries have no file.
    """

    playlist: Playlist
    paths: dict[TrackId, bytes]
    duration_s: float
    n_missing: int
    can_undo: bool
    can_redo: bool


@dataclass(frozen=True, slots=True)
class LibraryChanged:
    """What one finished action changed; views refresh from it.

    playlists: made, edited, renamed or deleted ones.
    roots: whether the folders of the library are others now.
    """

    added: frozenset[TrackId] = field(default_factory=frozenset)
    updated: frozenset[TrackId] = field(default_factory=frozenset)
    removed: frozenset[TrackId] = field(default_factory=frozenset)
    playlists: frozenset[PlaylistId] = field(default_factory=frozenset)
    roots: bool = False


def display_path(path: bytes) -> str:
    """The path as text that can be printed and encoded; what is not UTF-8 becomes U+FFFD."""
    return path.decode("utf-8", errors="replace")

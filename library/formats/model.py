"""The words of playlist files: formats, entries, and the limits of what is read.

`library.formats.files` writes and reads whole files; the modules beside it hold one format each:
`render` turns placed entries into bytes, `parse` turns bytes into imported entries. Neither opens
anything that a playlist names.

| format | endings    | a path is written as | artist and title |
|--------|------------|----------------------|------------------|
| M3U8   | .m3u8 .m3u | UTF-8                | one text         |
| PLS    | .pls       | UTF-8                | one text         |
| XSPF   | .xspf      | percent-encoded URI  | apart            |
| JSPF   | .jspf      | percent-encoded URI  | apart            |
| CSV    | .csv       | UTF-8, else base64   | apart            |
"""

from dataclasses import dataclass
from enum import StrEnum

MAX_BYTES = 32 * 1024 * 1024
MAX_DEPTH = 200
MAX_ENTRIES = 200_000


class PlaylistFormat(StrEnum):
    """A kind of playlist file, by the ending that Segue gives it."""

    M3U8 = "m3u8"
    PLS = "pls"
    XSPF = "xspf"
    JSPF = "jspf"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class ExportEntry:
    """A line for a playlist file: an absolute path and what is said of it."""

    path: bytes
    title: str = ""
    artist: str = ""
    album: str = ""
    duration_s: float | None = None


@dataclass(frozen=True, slots=True)
class PlacedEntry:
    """An entry as it will be written: `location` follows the path style, texts are one line."""

    location: bytes
    title: str
    artist: str
    album: str
    duration_s: float | None

    @property
    def caption(self) -> str:
        """Artist and title in one text, for the formats that hold only one."""
        return f"{self.artist} - {self.title}" if self.artist else self.title


@dataclass(frozen=True, slots=True)
class ImportedEntry:
    """A line of a playlist file, as it stands there; at most one of `path` and `url` is given.

    path: bytes as written, relative to the playlist or absolute, perhaps of another computer.
    url: an address (http, a network share, any scheme but file), kept as text.
    """

    path: bytes | None = None
    url: str | None = None
    title: str = ""
    artist: str = ""
    album: str = ""
    duration_s: float | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that a playlist of this format or style cannot name, and why."""

    path: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class RenderedPlaylist:
    """A playlist file as it would be written.

    data: its bytes.
    entries: what stands in it, in order.
    left_out: what cannot, with reasons.
    """

    data: bytes
    entries: tuple[PlacedEntry, ...]
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class WriteReport:
    """What a written playlist holds: the number of its entries, and those it had to leave out."""

    written: int
    left_out: tuple[LeftOut, ...] = ()


class MalformedPlaylist(ValueError):
    """The bytes are no playlist of their format; `files` adds the path and makes it a sentence."""

"""Playlist files, written and read whole. The API of `library.formats`:

    report = write_playlist(Path("x.m3u8"), entries, style=Relative(), name="Evening")
    report.written, report.left_out                 # what the format cannot name, with reasons
    entries = read_playlist(Path("x.pls"))          # [ImportedEntry(path | url, title, ...)]
    style = default_style(Path("x.m3u8"), roots)    # library.formats.paths: Relative | Absolute
    path = choose_path(paths_of_track, root)        # the file under the export's root first

Then `library.importing.match_entries` finds which library tracks the entries mean. The ending of
the file decides its format (`format_of`). Reading opens the playlist file and nothing else.
"""

import os
import re
import stat
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from library.atomic import write_atomically
from library.errors import PlaylistFileError
from library.formats import csv, jspf, m3u8, pls, xspf
from library.formats.model import (
    MAX_BYTES,
    MAX_ENTRIES,
    ExportEntry,
    ImportedEntry,
    LeftOut,
    MalformedPlaylist,
    PlacedEntry,
    PlaylistFormat,
    RenderedPlaylist,
    WriteReport,
)
from library.formats.paths import (
    PathStyle,
    Unplaceable,
    from_uri,
    path_or_url,
    placed,
    to_uri,
)
from library.formats.text import breaks_lines, one_line, without_bom

_ENDINGS = {f".{playlist_format}": playlist_format for playlist_format in PlaylistFormat} | {
    ".m3u": PlaylistFormat.M3U8
}
_LINE = re.compile(rb"[^\r\n]+")
_BYTES_PER_NUL = 1000  # a stray NUL spoils its own line only; more of them are no text
_LINE_FORMATS = (PlaylistFormat.M3U8, PlaylistFormat.PLS)


def format_of(path: Path) -> PlaylistFormat:
    """The format that the ending of a file's name stands for.

    Raises:
        PlaylistFileError: none that Segue knows.
    """
    playlist_format = _ENDINGS.get(path.suffix.lower())
    if playlist_format is None:
        known = ", ".join(_ENDINGS)
        raise PlaylistFileError(os.fsencode(path), f"its name ends in none of {known}")
    return playlist_format


def folder_of(path: Path) -> bytes:
    """The folder of a playlist file, absolute, by its name: what relative paths start from."""
    return os.path.dirname(os.path.abspath(os.fsencode(path)))


def render_playlist(
    path: Path, entries: Sequence[ExportEntry], *, style: PathStyle, name: str = ""
) -> RenderedPlaylist:
    """A playlist as `write_playlist` would write it to this path; nothing is written.

    Args:
        path: where to; the ending decides the format.
        entries: absolute paths; texts may hold anything, each stays within its entry.
        style: how paths are written; `paths.default_style` suggests one.
        name: the playlist's name; XSPF and JSPF have room for it.

    Raises:
        PlaylistFileError: an unknown ending.
    """
    playlist_format = format_of(path)
    kept: list[PlacedEntry] = []
    left_out: list[LeftOut] = []
    folder = folder_of(path)
    for entry in entries:
        try:
            kept.append(_placed_entry(entry, folder, style, playlist_format))
        except Unplaceable as error:
            left_out.append(LeftOut(entry.path, str(error)))
    data = _render(kept, playlist_format, one_line(name))
    return RenderedPlaylist(data, tuple(kept), tuple(left_out))


def write_rendered(path: Path, rendered: RenderedPlaylist) -> WriteReport:
    """Write a playlist in one step: the file holds the old or the new list, never half of one.

    An existing file keeps its mode.

    Returns:
        How many entries were written, and which were left out for what reason.

    Raises:
        PlaylistFileError: the file cannot be written.
    """
    try:
        write_atomically(path, rendered.data)
    except OSError as error:
        raise PlaylistFileError(os.fsencode(path), error.strerror or str(error)) from error
    return WriteReport(len(rendered.entries), rendered.left_out)


def write_playlist(
    path: Path, entries: Sequence[ExportEntry], *, style: PathStyle, name: str = ""
) -> WriteReport:
    """Render a playlist and write it; see `render_playlist` and `write_rendered`."""
    return write_rendered(path, render_playlist(path, entries, style=style, name=name))


def as_read(location: bytes, playlist_format: PlaylistFormat) -> tuple[bytes | None, str | None]:
    """Path and address (one of them None) that reading makes of a placed location."""
    if playlist_format in (PlaylistFormat.XSPF, PlaylistFormat.JSPF):
        return from_uri(to_uri(location).encode())
    return path_or_url(location)


def read_playlist(path: Path) -> list[ImportedEntry]:
    """What a playlist file says, entry by entry; nothing that it names is opened or looked for.

    Raises:
        PlaylistFileError: cannot be read, an unknown ending, not of its format, or too large.
    """
    playlist_format = format_of(path)
    try:
        data = without_bom(_content(path))
        entries = list(islice(_parse(data, playlist_format), MAX_ENTRIES + 1))
    except MalformedPlaylist as error:
        raise PlaylistFileError(os.fsencode(path), str(error)) from error
    except OSError as error:
        raise PlaylistFileError(os.fsencode(path), error.strerror or str(error)) from error
    if len(entries) > MAX_ENTRIES:
        raise PlaylistFileError(os.fsencode(path), f"it holds more than {MAX_ENTRIES} entries")
    return entries


def _placed_entry(
    entry: ExportEntry, folder: bytes, style: PathStyle, playlist_format: PlaylistFormat
) -> PlacedEntry:
    location = placed(entry.path, folder, style)
    if playlist_format in _LINE_FORMATS:
        _check_line(location, playlist_format)
    return PlacedEntry(
        location,
        one_line(entry.title),
        one_line(entry.artist),
        one_line(entry.album),
        entry.duration_s,
    )


def _check_line(location: bytes, playlist_format: PlaylistFormat) -> None:
    form = playlist_format.upper()
    try:
        text = location.decode()
    except UnicodeDecodeError as error:
        raise Unplaceable(f"its path is not UTF-8, which {form} cannot hold") from error
    if breaks_lines(text):
        raise Unplaceable(f"its path holds a line break, which {form} cannot hold")


def _render(entries: Sequence[PlacedEntry], playlist_format: PlaylistFormat, name: str) -> bytes:
    match playlist_format:
        case PlaylistFormat.M3U8:
            return m3u8.render(entries)
        case PlaylistFormat.PLS:
            return pls.render(entries)
        case PlaylistFormat.XSPF:
            return xspf.render(entries, name)
        case PlaylistFormat.JSPF:
            return jspf.render(entries, name)
        case PlaylistFormat.CSV:
            return csv.render(entries)


def _parse(data: bytes, playlist_format: PlaylistFormat) -> Iterator[ImportedEntry]:
    match playlist_format:
        case PlaylistFormat.M3U8:
            return m3u8.parse(_lines(data))
        case PlaylistFormat.PLS:
            return pls.parse(_lines(data))
        case PlaylistFormat.XSPF:
            return xspf.parse(data)
        case PlaylistFormat.JSPF:
            return jspf.parse(data)
        case PlaylistFormat.CSV:
            return csv.parse(data)


def _content(path: Path) -> bytes:
    # O_NONBLOCK: a named pipe is refused below instead of being waited for
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise MalformedPlaylist("it is not a regular file")
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise MalformedPlaylist(f"it is larger than {MAX_BYTES // 1024**2} MB")
    return data


def _lines(data: bytes) -> Iterator[bytes]:
    """The lines that are not empty, whatever ends them."""
    if data.count(b"\0") * _BYTES_PER_NUL > len(data):
        raise MalformedPlaylist("it is not a text file")
    return (match[0] for match in _LINE.finditer(data))

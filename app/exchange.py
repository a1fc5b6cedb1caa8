"""Playlists in from files and out to them, for the command line and the window.

plan = plan_export(catalog, tracks, Path("x.m3u8"), name="Evening")
preview(plan)                 # its first lines; plan.left_out: what it cannot name, and why
report = export(plan)         # written, read again, and found to be what was planned
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import ReadBackFailed
from app.services import Services
from library.catalog import Catalog
from library.errors import PlaylistFileError
from library.formats.files import (
    as_read,
    folder_of,
    format_of,
    read_playlist,
    render_playlist,
    write_rendered,
)
from library.formats.model import (
    ExportEntry,
    ImportedEntry,
    LeftOut,
    PlacedEntry,
    PlaylistFormat,
    RenderedPlaylist,
)
from library.formats.paths import PathStyle, Prefixed, choose_path, default_style, is_under
from library.importing import MatchedEntry, match_entries
from library.records import Track, TrackId, display_path

# Formats with artist and title in one text, and none for the album.
_ONE_TEXT = (PlaylistFormat.M3U8, PlaylistFormat.PLS)
_LENGTH_TOLERANCE_S = 1.0  # some formats hold whole seconds


@dataclass(frozen=True, slots=True)
class Imported:
    """A playlist file, and which track of the library each of its entries means.

    name: of the file, without its ending.
    """

    name: str
    matched: tuple[MatchedEntry, ...]

    @property
    def track_ids(self) -> tuple[TrackId, ...]:
        """The tracks that were found, in the order of the file."""
        return tuple(one.track_id for one in self.matched if one.track_id is not None)


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """A playlist file before it is written.

    target: absolute; its ending is that of the format.
    style: how paths are written.
    """

    target: Path
    style: PathStyle
    rendered: RenderedPlaylist

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """What this format or style cannot name, with reasons."""
        return self.rendered.left_out


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What a playlist file holds now, having been read again."""

    target: Path
    n_written: int
    left_out: tuple[LeftOut, ...]


def import_file(services: Services, path: Path) -> Imported:
    """What a playlist file means in this library; nothing that it names is opened.

    Raises:
        PlaylistFileError: the file cannot be read, or is no playlist.
    """
    entries = read_playlist(path)
    index = services.catalog.playlists.library_index()
    matched = match_entries(entries, folder_of(path), index)
    return Imported(os.path.splitext(path.name)[0], tuple(matched))


def plan_export(
    catalog: Catalog,
    tracks: Sequence[Track],
    target: Path,
    style: PathStyle | None = None,
    *,
    name: str = "",
) -> ExportPlan:
    """Tracks as a playlist file that can be looked at before it is written.

    Args:
        catalog: knows the files of each track.
        tracks: in order.
        target: where to; its ending decides the format.
        style: how paths are written; None chooses by where the file lies.
        name: of the playlist; some formats have room for it.

    Raises:
        PlaylistFileError: the ending is of no format.
    """
    target = Path(os.path.abspath(target))
    roots = catalog.roots()
    style = default_style(target, roots) if style is None else style
    root = style.root if isinstance(style, Prefixed) else _root_of(target, roots)
    paths = catalog.files.paths_of(track.id for track in tracks)
    entries = [_entry(track, paths.get(track.id) or [track.path], root) for track in tracks]
    return ExportPlan(target, style, render_playlist(target, entries, style=style, name=name))


def preview(plan: ExportPlan, n_lines: int = 8) -> str:
    """The first lines that would be written, exactly."""
    lines = plan.rendered.data.decode(errors="replace").splitlines()
    return "\n".join(lines[:n_lines])


def export(plan: ExportPlan) -> ExportReport:
    """Write the file, read it again and compare every entry, before it counts as saved.

    Raises:
        PlaylistFileError: it cannot be written.
        ReadBackFailed: what is read is not what was to be written.
    """
    write_rendered(plan.target, plan.rendered)
    try:
        found = read_playlist(plan.target)
    except PlaylistFileError as error:
        raise ReadBackFailed(plan.target, error.reason) from error
    wanted = plan.rendered.entries
    if len(found) != len(wanted):
        raise ReadBackFailed(plan.target, f"it holds {len(found):,} of {len(wanted):,} entries")
    playlist_format = format_of(plan.target)
    for number, (placed, read) in enumerate(zip(wanted, found, strict=True), start=1):
        if not _is_the_same(placed, read, playlist_format):
            name = display_path(placed.location)
            raise ReadBackFailed(plan.target, f"its entry {number:,} does not say {name}")
    return ExportReport(plan.target, len(wanted), plan.left_out)


def _entry(track: Track, paths: Sequence[bytes], root: bytes) -> ExportEntry:
    path = choose_path(paths, root)
    return ExportEntry(path, track.title, track.tags.artist, track.tags.album, track.duration_s)


def _root_of(target: Path, roots: Sequence[bytes]) -> bytes:
    """The library folder that a playlist file lies in, or else the file's own folder."""
    folder = os.fsencode(target.parent)
    return next((root for root in roots if is_under(folder, root)), folder)


def _is_the_same(placed: PlacedEntry, read: ImportedEntry, playlist_format: PlaylistFormat) -> bool:
    return (
        (read.path, read.url) == as_read(placed.location, playlist_format)
        and _texts(placed, playlist_format) == _texts(read, playlist_format)
        and _is_as_long(placed.duration_s, read.duration_s)
    )


def _texts(entry: PlacedEntry | ImportedEntry, playlist_format: PlaylistFormat) -> list[list[str]]:
    """The words of what a format holds beside the path; blanks between them may differ."""
    if playlist_format in _ONE_TEXT:
        parts = [f"{entry.artist} - {entry.title}" if entry.artist else entry.title]
    else:
        parts = [entry.title, entry.artist, entry.album]
    return [part.split() for part in parts]


def _is_as_long(written_s: float | None, read_s: float | None) -> bool:
    return abs((written_s or 0.0) - (read_s or 0.0)) <= _LENGTH_TOLERANCE_S

"""What the window does with playlists, besides the edits themselves: names, and files dropped."""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from library.records import TrackId

if TYPE_CHECKING:
    from library.catalog import Catalog

_PLAYLIST_ENDINGS = (".m3u8", ".m3u", ".pls", ".xspf", ".jspf")


@dataclass(frozen=True, slots=True)
class TracksFound:
    """The tracks that some files hold, and how many of the files the library does not know."""

    ids: tuple[TrackId, ...]
    n_unknown: int


def free_name(wanted: str, taken: Collection[str]) -> str:
    """The wanted name, with a number where a playlist has it already.

    Args:
        wanted: may be empty: then it is a numbered "Playlist".
        taken: the names of the playlists there are.
    """
    names = {name.casefold() for name in taken}
    base = " ".join(wanted.split())
    if base and base.casefold() not in names:
        return base
    numbered = (f"{base or 'Playlist'} {number}" for number in count(2 if base else 1))
    return next(name for name in numbered if name.casefold() not in names)


def is_playlist_file(path: bytes) -> bool:
    """Whether a file's name is that of a playlist; a CSV may be anything and is none."""
    return os.path.splitext(os.fsdecode(path))[1].lower() in _PLAYLIST_ENDINGS


def tracks_at(catalog: "Catalog", paths: Sequence[bytes]) -> TracksFound:
    """The tracks of files, of all that lies in folders, and of what playlist files name.

    Raises:
        PlaylistFileError: a playlist file cannot be read.
    """
    ids: list[TrackId] = []
    n_unknown = 0
    for path in paths:
        found, n_not_found = _tracks_of(catalog, os.path.abspath(path))
        ids += found
        n_unknown += n_not_found
    return TracksFound(tuple(ids), n_unknown)


def _tracks_of(catalog: "Catalog", path: bytes) -> tuple[list[TrackId], int]:
    if is_playlist_file(path):
        return _named_in(catalog, Path(os.fsdecode(path)))
    track = catalog.tracks.by_path(path)
    found = catalog.tracks.in_folder(path) if track is None else [track.id]
    return found, int(not found)


def _named_in(catalog: "Catalog", file: Path) -> tuple[list[TrackId], int]:
    from library.formats.files import folder_of, read_playlist
    from library.importing import match_entries

    matched = match_entries(read_playlist(file), folder_of(file), catalog.playlists.library_index())
    found = [entry.track_id for entry in matched if entry.track_id is not None]
    return found, len(matched) - len(found)

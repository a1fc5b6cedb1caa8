"""A library of songs whose files are not there but count as present, for tests of playlists."""

from pathlib import Path

from library.catalog import Catalog
from library.records import TrackId
from tests.app.heard_library import keep_heard
from tests.fakes import fake_choice


def make_songs(folder: Path, n_songs: int = 6) -> list[TrackId]:
    """Songs 1, 2, ... of 100 s each at /music/1.mp3, ...; their ids."""
    with Catalog.open(folder, fake_choice().key) as catalog:
        return [keep_heard(catalog, n, (0.5, 0.5, 0.5), f"Song {n}") for n in range(1, n_songs + 1)]


def make_playlist(folder: Path, name: str, ids: list[TrackId]):
    with Catalog.open(folder, fake_choice().key) as catalog:
        return catalog.playlists.create(name, ids)


def stored(folder: Path, playlist_id) -> list[TrackId] | None:
    """The tracks of a playlist as the database has them; None where it is deleted."""
    with Catalog.open(folder, fake_choice().key, readonly=True) as catalog:
        overview = catalog.playlists.overview(playlist_id)
        if overview is None:
            return None
        return [entry.track_id for entry in overview.playlist.entries]

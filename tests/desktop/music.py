"""Short songs in files, in a library that has heard them all, and a playlist of them."""

import os
from collections.abc import Sequence
from pathlib import Path

from library.catalog import Catalog
from library.files import stamp
from library.records import Recording, Tags, TrackId
from tests.app.conftest import write_tone
from tests.app.heard_library import embedding
from tests.fakes import fake_choice

SONGS = ("Aspen", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel")


def write_songs(folder: Path) -> dict[str, Path]:
    """A file for each song, of its own artist and album; by title."""
    return {
        title: write_tone(
            folder / f"{title} & Söhne.flac",
            200 + 90 * number,
            title=title,
            artist=f"Band {title}",
            album=f"Album {title}",
        )
        for number, title in enumerate(SONGS)
    }


def keep_songs(data_dir: Path, songs: dict[str, Path]) -> dict[str, TrackId]:
    """A library of these songs, as it is after an analysis; ids by title."""
    with Catalog.open(data_dir, fake_choice().key) as catalog:
        return {
            title: _keep(catalog, path, title, number)
            for number, (title, path) in enumerate(songs.items(), start=1)
        }


def make_playlist(data_dir: Path, name: str, ids: Sequence[TrackId]) -> None:
    """Put a playlist into a library that no window has open."""
    with Catalog.open(data_dir, fake_choice().key) as catalog:
        catalog.playlists.create(name, list(ids))


def playlists(data_dir: Path) -> dict[str, list[str]]:
    """Every playlist as the database has it: the titles of its tracks, by its name."""
    with Catalog.open(data_dir, fake_choice().key, readonly=True) as catalog:
        found = {}
        for summary in catalog.playlists.summaries():
            ids = [entry.track_id for entry in catalog.playlists.get(summary.id).entries]
            tracks = catalog.tracks.get(ids)
            found[summary.name] = [tracks[id_].title for id_ in ids]
        return found


def _keep(catalog: Catalog, path: Path, title: str, number: int) -> TrackId:
    tags = Tags(title=title, artist=f"Band {title}", album=f"Album {title}")
    recording = Recording(b"%016d" % number, "flac", 8_000, 1, 1.5)
    heard = embedding((0.5, 0.5, 0.5), seed=number)
    return catalog.keep(stamp(os.fsencode(path)), tags, recording, heard)

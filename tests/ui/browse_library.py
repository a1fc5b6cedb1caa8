"""A small library to browse: three artists, four albums, two genres and a track without tags."""

from pathlib import Path

from library.catalog import Catalog
from library.records import LibraryChanged, Recording, Stamp, Tags, TrackId
from tests.app.heard_library import embedding
from tests.fakes import fake_choice
from ui.background import Written

SONGS = (
    Tags("Azure", "Ana", "Blue", "Ana", ("Jazz",), 1990, 1),
    Tags("Bright", "Ana", "Blue", "Ana", ("Jazz", "Rock"), 1990, 2),
    Tags("Cloud", "Ana", "Clear", "Ana", ("Jazz",), 1995, 1),
    Tags("Dust", "Ben", "Blue", "Ben", ("Rock",), 2001, 1),
    Tags("Ember", "Cleo", "Earth", "Cleo", ("Rock",), 2005, 1),
    Tags(),
)


def keep_song(catalog: Catalog, number: int, tags: Tags) -> TrackId:
    """Keep a track of 100 s at /music/NUMBER.mp3."""
    stamp = Stamp(b"/music/%d.mp3" % number, 1_000, 1, 1)
    catalog.files.register([stamp])
    recording = Recording(b"%016d" % number, "mp3", 44_100, 2, 100.0)
    return catalog.keep(stamp, tags, recording, embedding((0.9, 0.1, 0.3), seed=number))


def make_songs(folder: Path, songs: tuple[Tags, ...] = SONGS) -> list[TrackId]:
    """The songs, numbered from 1; their ids."""
    with Catalog.open(folder, fake_choice().key) as catalog:
        return [keep_song(catalog, number, tags) for number, tags in enumerate(songs, start=1)]


def adding(number: int, tags: Tags):
    """A writing work that keeps one more song."""

    def work(services):
        kept = keep_song(services.catalog, number, tags)
        return Written(kept, LibraryChanged(added=frozenset([kept])))

    return work

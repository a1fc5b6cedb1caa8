"""A library of a thousand files, every one of which is renamed, moved and tagged anew."""

import pytest

from library.catalog import Catalog
from library.query import words
from library.records import FileCounts, Recording, Stamp, Tags
from tests.library.samples import KEY, embedding, stamp_of

N_FILES = 1_000


@pytest.fixture
def catalog(tmp_path):
    with Catalog.open(tmp_path, KEY) as opened:
        opened.add_root(b"/music")
        yield opened


def music(number: int) -> Recording:
    """The audio of a file: not what is called how, but what is heard."""
    return Recording(b"audio %10d" % number, "flac", 44_100, 2, 100.0 + number)


def scan(catalog: Catalog, disk: dict[Stamp, tuple[Recording, Tags]]) -> tuple[int, int]:
    """What a scan does with the files on a disk: how many were read, how many were heard."""
    known = catalog.files.known()
    catalog.files.register(disk)
    n_read = n_heard = 0
    with catalog._store.transaction():
        for stamp, (recording, tags) in disk.items():
            if known.get(stamp.path, (None,))[0] == stamp:
                continue
            n_read += 1
            heard = not catalog.has_embedding(recording.digest)
            n_heard += heard
            vectors = embedding(int(recording.digest.split()[1])) if heard else None
            catalog.keep(stamp, tags, recording, vectors)
    catalog.files.mark_absent([b"/music"], {stamp.path for stamp in disk})
    catalog.refresh_index()
    return n_read, n_heard


def first_disk() -> dict[Stamp, tuple[Recording, Tags]]:
    return {
        stamp_of(b"/music/album %d/%d.flac" % (n % 50, n)): (music(n), Tags(f"Song {n}", "Old"))
        for n in range(N_FILES)
    }


def _renamed(n: int) -> bytes:
    return b"/music/new/\xff %d.flac" % n


def _names_passed_on(n: int) -> bytes:
    """Every file takes the name that another one had."""
    other = (n + 1) % N_FILES
    return b"/music/album %d/%d.flac" % (other % 50, other)


@pytest.mark.parametrize("new_name", [_renamed, _names_passed_on])
def test_renamed_and_retagged_files_are_the_same_tracks(catalog, new_name):
    disk = first_disk()
    assert scan(catalog, disk) == (N_FILES, N_FILES)
    ids = catalog.tracks.ids()
    playlist = catalog.playlists.create("All, backwards", ids[::-1])
    entries = catalog.playlists.get(playlist).entries
    vectors = catalog.embeddings.get(ids)
    assert scan(catalog, disk) == (0, 0)

    moved = {
        stamp_of(new_name(n), version=2): (music(n), Tags(f"Title {n}", "New", genres=("Jazz",)))
        for n in range(N_FILES)
    }
    assert scan(catalog, moved) == (N_FILES, 0)

    assert catalog.tracks.ids() == ids
    assert catalog.files.counts() == FileCounts(N_FILES, N_FILES, 0, 0, 0)
    assert catalog.playlists.get(playlist).entries == entries
    for n, track in enumerate(catalog.tracks.all()):
        assert (track.path, track.title, track.missing) == (new_name(n), f"Title {n}", False)
        assert catalog.tracks.by_path(new_name(n)).id == track.id
    assert catalog.search(words("old")) == []
    assert (
        len(catalog.search(words("new jazz title"), limit=N_FILES)) == 0
    )  # genres are not searched
    assert len(catalog.search(words("new title"), limit=N_FILES)) == N_FILES
    for track_id, held in catalog.embeddings.get(ids).items():
        assert held.vector.tobytes() == vectors[track_id].vector.tobytes()
    assert catalog.check().problems == ()
    assert catalog.check().index == "equal to the database"
    assert scan(catalog, moved) == (0, 0)

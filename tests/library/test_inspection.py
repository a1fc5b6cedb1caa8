import numpy as np
import pytest

from library.catalog import Catalog
from tests.library.samples import KEY, add_track, stamp_of, unit_vectors


@pytest.fixture
def catalog(tmp_path):
    with Catalog.open(tmp_path, KEY) as opened:
        ids = [add_track(opened, number, title=f"Song {number}") for number in range(1, 21)]
        opened.playlists.create("Mine", ids[:3])
        opened.refresh_index()
        yield opened


def test_a_sound_library_has_no_problems(catalog):
    report = catalog.check()
    assert (report.ok, report.problems) == (True, ())
    assert (report.tracks, report.files, report.embeddings, report.playlists) == (20, 20, 20, 1)
    assert report.index == "equal to the database"


def test_an_index_that_is_behind_or_absent_is_told_and_no_problem(catalog, tmp_path):
    add_track(catalog, 99)
    assert catalog.check().index.startswith("behind")
    next(tmp_path.glob("*.hnsw")).unlink()
    assert catalog.check().index.startswith("absent")
    assert catalog.check().ok


ZERO = np.zeros(8, "<f4").tobytes()
NAN = np.full(8, np.nan, "<f4").tobytes()
WILD = np.array([0.5, 0.5, 1.5], "<f4").tobytes()
SHORT = unit_vectors(1, 4, 0).tobytes()


@pytest.mark.parametrize(
    ("sql", "parameters", "problem"),
    [
        (
            "UPDATE embeddings SET vector = ? WHERE track_id = 3",
            [ZERO],
            "vectors of track 3 are not",
        ),
        (
            "UPDATE embeddings SET vector = ? WHERE track_id = 3",
            [NAN],
            "vectors of track 3 are not",
        ),
        ("UPDATE embeddings SET vector = ? WHERE track_id = 3", [SHORT], "vectors of track 3 are"),
        ("UPDATE embeddings SET vector = x'' WHERE track_id = 3", [], "vectors of track 3 are not"),
        ("UPDATE windows SET vectors = ? WHERE embedding_id = 3", [NAN], "vectors of track 3 are"),
        ("UPDATE tag_scores SET scores = ? WHERE embedding_id = 3", [WILD], "tags of track 3 are"),
        ("UPDATE tag_scores SET scores = ? WHERE embedding_id = 3", [SHORT], "tags of track 3 are"),
        ("DELETE FROM tag_scores WHERE embedding_id = 3", [], "tags of track 3 are not 3 scores"),
        ("DELETE FROM windows WHERE embedding_id = 4", [], "An embedding has no windows: 4"),
        ("UPDATE files SET track_id = NULL WHERE id = 5", [], "counts as read, but has no track"),
        ("UPDATE playlist_entries SET position = 7 WHERE position = 2", [], "have a gap: 1"),
        ("UPDATE playlist_entries SET position = 0", [], "have a gap: 1"),
        ("DELETE FROM playlist_entries WHERE position = 0", [], "have a gap: 1"),
        ("UPDATE files SET track_id = 999 WHERE id = 5", [], "of files refers to something"),
        ("DROP TRIGGER files_after_insert", [], "cannot be found by text search"),
        ("DROP TRIGGER files_after_delete", [], "Text search finds a file that is not there"),
        ("DELETE FROM embeddings WHERE track_id = 20", [], None),
    ],
)
def test_what_is_wrong_is_told(catalog, sql, parameters, problem):
    catalog._store.row("PRAGMA foreign_keys = OFF")
    catalog._store.write(sql, parameters)
    if "TRIGGER" in sql:
        catalog.files.register([stamp_of(b"/music/50.flac")])
        catalog._store.write("DELETE FROM files WHERE path = ?", (b"/music/6.flac",))
    report = catalog.check()
    if problem is None:
        problem = "behind"
        assert report.index.startswith(problem)
    else:
        assert not report.ok
        assert any(problem in line for line in report.problems), report.problems


def test_an_index_of_other_tracks_is_told(catalog):
    """Not to be reached through the catalog: the ids were changed behind its back."""
    catalog._store.row("PRAGMA foreign_keys = OFF")
    catalog._store.write("UPDATE embeddings SET track_id = 999 WHERE track_id = 3")
    assert "The index does not hold the tracks that the database holds." in catalog.check().problems

import random
from dataclasses import replace

import numpy as np
import pytest

from library.catalog import Catalog
from library.records import Tags
from library.store.database import Row
from library.store.embeddings import Revision, is_unit
from tests.library.samples import KEY, TAGLESS, add_track, embedding, recording, stamp_of


@pytest.fixture
def catalog(tmp_path):
    with Catalog.open(tmp_path, KEY) as opened:
        yield opened


def assert_matrix_is_what_is_stored(catalog):
    ids, vectors = catalog.embeddings.matrix()
    stored = catalog.embeddings.get(ids.tolist())
    assert sorted(ids.tolist()) == sorted(
        track_id for (track_id,) in catalog._store.rows("SELECT track_id FROM embeddings")
    )
    assert ids.dtype == np.int64
    assert vectors.dtype == np.float32
    for track_id, vector in zip(ids.tolist(), vectors, strict=True):
        np.testing.assert_array_equal(vector, stored[track_id].vector)
    scored_ids, scores = catalog.embeddings.tag_scores()
    assert scored_ids.tolist() == ids.tolist()
    assert scores.dtype == np.float32
    for track_id, row in zip(ids.tolist(), scores, strict=True):
        np.testing.assert_array_equal(row, stored[track_id].tag_scores)


def test_what_is_kept_comes_back(catalog):
    kept = embedding(3)
    track_id = catalog.keep(stamp_of(b"/music/1.flac"), Tags(), recording(1), kept)
    back = catalog.embeddings.get([track_id])[track_id]
    for name in ("vector", "windows", "window_starts_s", "tag_scores"):
        np.testing.assert_array_equal(getattr(back, name), getattr(kept, name), err_msg=name)
    assert len(kept.tag_scores) == KEY.n_tags > 0


def test_stacked_vectors_and_windows_are_those_of_each_track(catalog):
    kept = {}
    for number, n_windows in enumerate((1, 6, 3), start=1):
        one = embedding(number, n_windows)
        kept[catalog.keep(stamp_of(b"/%d" % number), Tags(), recording(number), one)] = one
    stacked = catalog.embeddings.stacked([*kept, 999])
    assert sorted(stacked.ids.tolist()) == sorted(kept)
    ends = np.cumsum(stacked.n_windows)
    for row, track_id in enumerate(stacked.ids.tolist()):
        windows = stacked.windows[ends[row] - stacked.n_windows[row] : ends[row]]
        np.testing.assert_array_equal(windows, kept[track_id].windows)
        np.testing.assert_array_equal(stacked.vectors[row], kept[track_id].vector)
    assert catalog.embeddings.stacked([]).windows.shape == (0, KEY.dimension)


def test_an_encoder_without_tags_keeps_none(tmp_path):
    with Catalog.open(tmp_path, TAGLESS) as catalog:
        kept = embedding(3, n_tags=0)
        track_id = catalog.keep(stamp_of(b"/music/1.flac"), Tags(), recording(1), kept)
        assert catalog.embeddings.get([track_id])[track_id].tag_scores.shape == (0,)
        ids, scores = catalog.embeddings.tag_scores()
        assert (ids.shape, scores.shape) == ((0,), (0, 0))
        assert catalog.embeddings.matrix()[1].shape == (1, TAGLESS.dimension)
        assert catalog.check().ok


@pytest.mark.parametrize(
    ("scores", "problem"),
    [
        ([0.5, 0.5], "tag_scores.shape"),
        ([], "tag_scores.shape"),
        ([0.5, 0.5, 1.001], r"outside \[0, 1\]"),
        ([-0.001, 0.5, 0.5], r"outside \[0, 1\]"),
        ([0.5, np.nan, 0.5], r"outside \[0, 1\]"),
    ],
)
def test_scores_that_are_none_are_not_kept(catalog, scores, problem):
    odd = replace(embedding(1), tag_scores=np.array(scores, np.float32))
    with pytest.raises(ValueError, match=problem):
        catalog.keep(stamp_of(b"/music/1.flac"), Tags(), recording(1), odd)
    assert catalog.tracks.count() == 0


def test_the_matrix_follows_additions_replacements_and_deletions(catalog):
    assert catalog.embeddings.matrix()[1].shape == (0, KEY.dimension)
    for number in range(1, 6):
        add_track(catalog, number)
        assert_matrix_is_what_is_stored(catalog)
    catalog.keep(stamp_of(b"/music/2.flac"), Tags(), recording(2), embedding(77))
    assert_matrix_is_what_is_stored(catalog)
    catalog._store.write("DELETE FROM tracks WHERE id = 5")
    assert_matrix_is_what_is_stored(catalog)
    catalog._store.write("DELETE FROM tracks WHERE id = 1")
    add_track(catalog, 9)
    assert_matrix_is_what_is_stored(catalog)


def test_the_matrix_is_kept_while_nothing_changes(catalog):
    add_track(catalog, 1)
    tables = (catalog.embeddings.matrix, catalog.embeddings.tag_scores)
    first = [table() for table in tables]
    catalog.add_root(b"/music")  # a change, but not of vectors
    for table, (_, rows) in zip(tables, first, strict=True):
        assert table()[1] is rows
        with pytest.raises(ValueError, match="read-only"):
            rows[0] = 0


def test_the_same_revision_means_the_same_vectors(catalog):
    held_at: dict[Revision, list[Row]] = {}

    def look() -> None:
        held = catalog._store.rows("SELECT track_id, vector FROM embeddings ORDER BY id")
        assert held_at.setdefault(catalog.embeddings.revision(), held) == held

    chance = random.Random(3)
    for step in range(200):
        number = chance.randrange(1, 8)
        if chance.random() < 0.4:
            catalog._store.write("DELETE FROM tracks WHERE digest = ?", (recording(number).digest,))
        else:
            stamp = stamp_of(b"/music/%d.flac" % number)
            catalog.keep(stamp, Tags(), recording(number), embedding(step))
        look()
    assert len(held_at) > 100


def test_embeddings_come_in_the_order_asked_for(catalog):
    ids = [add_track(catalog, number) for number in range(1, 6)]
    wanted = [ids[3], ids[0], 999, ids[4]]
    assert list(catalog.embeddings.get(wanted)) == [ids[3], ids[0], ids[4]]
    assert list(catalog.tracks.get(wanted)) == [ids[3], ids[0], ids[4]]


@pytest.mark.parametrize(
    ("row", "unit"),
    [
        ([1, 0, 0], True),
        ([0.6, 0, -0.8], True),
        ([0, 0, 0], False),
        ([1, 0.1, 0], False),
        ([np.nan, 0, 0], False),
        ([np.inf, 0, 0], False),
        ([3e38, 3e38, 0], False),
    ],
)
def test_what_counts_as_a_unit_vector(row, unit):
    assert is_unit(np.array([row], dtype=np.float32)).tolist() == [unit]

import random

import numpy as np
import pytest

from library.catalog import Catalog
from library.records import Tags
from library.store.database import Row
from library.store.embeddings import Revision, is_unit
from tests.library.samples import KEY, add_track, embedding, recording, stamp_of


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
    first = catalog.embeddings.matrix()
    catalog.add_root(b"/music")  # a change, but not of vectors
    assert catalog.embeddings.matrix()[1] is first[1]
    with pytest.raises(ValueError, match="read-only"):
        first[1][0] = 0


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

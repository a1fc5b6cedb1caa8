import numpy as np
import pytest

from library.catalog import Catalog
from library.records import TrackId
from tests.library.samples import KEY, TAGLESS, add_track


@pytest.fixture
def catalog(tmp_path):
    with Catalog.open(tmp_path, KEY) as opened:
        yield opened


def vectors_of(catalog: Catalog, ids: list[TrackId]):
    found = catalog.embeddings.get(ids)
    return [found[track_id].vector for track_id in ids]


def test_a_sample_holds_the_tracks_with_the_lowest_digests_whenever_they_came(catalog):
    added = {number: add_track(catalog, number) for number in (5, 300, 2, 77, 4)}

    sample = catalog.embeddings.sample(3)

    assert sample.dtype == np.float32
    np.testing.assert_array_equal(sample, vectors_of(catalog, [added[n] for n in (2, 4, 5)]))


def test_a_library_that_is_smaller_than_the_sample_is_the_sample(catalog):
    added = [add_track(catalog, number) for number in (1, 2)]

    np.testing.assert_array_equal(catalog.embeddings.sample(10), vectors_of(catalog, added))


def test_a_sample_follows_the_tracks_that_come_and_the_number_asked_for(catalog):
    second, third = add_track(catalog, 2), add_track(catalog, 3)
    assert len(catalog.embeddings.sample(2)) == 2

    first = add_track(catalog, 1)

    np.testing.assert_array_equal(
        catalog.embeddings.sample(2), vectors_of(catalog, [first, second])
    )
    np.testing.assert_array_equal(
        catalog.embeddings.sample(3), vectors_of(catalog, [first, second, third])
    )


def test_a_sample_is_read_once_and_cannot_be_written_to(catalog):
    add_track(catalog, 1)

    sample = catalog.embeddings.sample(10)

    assert catalog.embeddings.sample(10) is sample
    with pytest.raises(ValueError, match="read-only"):
        sample[0, 0] = 0


def test_a_sample_holds_vectors_of_one_encoder_only(catalog, tmp_path):
    add_track(catalog, 1)

    with Catalog.open(tmp_path, TAGLESS, readonly=True) as other:
        assert other.embeddings.sample(10).shape == (0, TAGLESS.dimension)

import numpy as np
import numpy.typing as npt
import pytest
from scipy.spatial.distance import cdist

from app.errors import SeedsCancelOut
from app.ranking import (
    RankingConfig,
    closest_windows,
    query_of,
    similarities,
    similarity,
    window_agreement,
)
from library.records import Embedding, FloatArray

CONFIG = RankingConfig()


def unit(rows: FloatArray) -> FloatArray:
    rows = rows / np.linalg.norm(rows, axis=-1, keepdims=True)
    return rows.astype(np.float32)


def embedding(windows: npt.ArrayLike) -> Embedding:
    rows = unit(np.asarray(windows, dtype=np.float32))
    starts_s = np.arange(len(rows), dtype=np.float32) * 20
    return Embedding(unit(rows.sum(axis=0)), rows, starts_s, 10.0)


def random_embedding(seed: int, n_windows: int = 6) -> Embedding:
    return embedding(np.random.default_rng(seed).normal(size=(n_windows, 8)))


def test_a_track_is_entirely_like_itself():
    track = random_embedding(1)

    assert similarity(query_of([track], [], CONFIG), track, CONFIG) == pytest.approx(1, abs=1e-6)


def test_the_opposite_track_is_entirely_unlike():
    track = embedding(np.tile(np.eye(8, dtype=np.float32)[0], (3, 1)))
    opposite = embedding(-track.windows)

    assert similarity(query_of([track], [], CONFIG), opposite, CONFIG) == -1


def test_similarity_agrees_with_cosines_computed_by_scipy():
    seed, track = random_embedding(1), random_embedding(2, n_windows=4)
    cosines = 1 - cdist(seed.windows, track.windows, "cosine")
    parts = (cosines.max(axis=1).mean() + cosines.max(axis=0).mean()) / 2
    whole = 1 - cdist(seed.vector[None], track.vector[None], "cosine")[0, 0]

    found = similarity(query_of([seed], [], CONFIG), track, CONFIG)

    # float32 in, float64 in the reference
    assert found == pytest.approx((whole + parts) / 2, abs=1e-6)


def test_many_tracks_at_once_are_as_similar_as_each_alone_wherever_they_stand():
    tracks = [random_embedding(seed, n_windows=1 + seed % 5) for seed in range(20)] * 2
    query = query_of([random_embedding(50), random_embedding(51, 3)], [], CONFIG)

    found = similarities(
        query,
        np.stack([track.vector for track in tracks]),
        np.concatenate([track.windows for track in tracks]),
        np.array([len(track.windows) for track in tracks]),
        CONFIG,
    )

    assert found.tolist() == [similarity(query, track, CONFIG) for track in tracks]


def test_window_agreement_does_not_depend_on_the_order_of_windows_or_tracks():
    first, second = random_embedding(1).windows, random_embedding(2, n_windows=4).windows

    forth = window_agreement(first, second)

    assert window_agreement(second[::-1], first[::-1]) == pytest.approx(forth, abs=1e-6)


def test_a_song_that_holds_the_seeds_passage_is_closer_by_its_windows():
    seed = embedding(np.eye(8)[:1])
    holds_it = embedding(np.eye(8)[[0, 1, 2]])
    blend = embedding(np.tile(np.eye(8)[[0, 1, 2]].sum(axis=0), (3, 1)))
    query = query_of([seed], [], CONFIG)

    np.testing.assert_allclose(holds_it.vector, blend.vector)
    assert similarity(query, holds_it, CONFIG) > similarity(query, blend, CONFIG)


def test_every_seed_has_the_same_say_however_many_windows_it_has():
    long, short = random_embedding(1, n_windows=6), random_embedding(2, n_windows=1)

    query = query_of([long, short], [], CONFIG)

    assert query.window_weights[:6].sum() == pytest.approx(0.5)
    assert query.window_weights.sum() == pytest.approx(1)
    np.testing.assert_allclose(query.vector, unit(long.vector + short.vector), atol=1e-6)


def test_the_query_is_the_same_whatever_the_order_of_the_seeds():
    seeds = [random_embedding(seed) for seed in range(3)]
    track = random_embedding(9)

    forth = similarity(query_of(seeds, [], CONFIG), track, CONFIG)

    back = similarity(query_of(seeds[::-1], [], CONFIG), track, CONFIG)
    assert back == pytest.approx(forth, abs=1e-6)


def test_an_unwanted_seed_moves_the_query_away_by_its_weight():
    wanted, unwanted = random_embedding(1), random_embedding(2)

    query = query_of([wanted], [unwanted], RankingConfig(unwanted_weight=0.25))

    np.testing.assert_allclose(
        query.vector, unit(wanted.vector - 0.25 * unwanted.vector), atol=1e-6
    )
    np.testing.assert_allclose(
        query.windows, unit(wanted.windows - 0.25 * unwanted.vector), atol=1e-6
    )


def test_a_track_like_the_unwanted_seed_becomes_less_similar():
    wanted, unwanted = random_embedding(1), random_embedding(2)
    near_unwanted = embedding(unwanted.windows + 0.3 * wanted.windows)

    before = similarity(query_of([wanted], [], CONFIG), near_unwanted, CONFIG)

    assert similarity(query_of([wanted], [unwanted], CONFIG), near_unwanted, CONFIG) < before


def test_the_closest_windows_are_those_of_one_sound():
    seed = embedding(np.eye(8)[[0, 1, 2]])
    match = embedding(np.eye(8)[[5, 6, 7, 2]])

    assert closest_windows(seed, match) == (2, 3, 1)


def test_a_query_needs_a_wanted_seed():
    with pytest.raises(ValueError, match="at least one"):
        query_of([], [random_embedding(1)], CONFIG)


def test_a_seed_both_wanted_and_unwanted_leaves_nothing_to_search_for():
    seed = random_embedding(1)

    with pytest.raises(SeedsCancelOut, match="cancel each other out"):
        query_of([seed], [seed], RankingConfig(unwanted_weight=1))

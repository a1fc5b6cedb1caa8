import math

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import norm, skew

from app.hubs import PRIOR_TRACKS, Numbers, crowd_of, damped
from library.records import FloatArray


def unit(rows: npt.ArrayLike) -> FloatArray:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: FloatArray = (np.asarray(rows) / lengths).astype(np.float32)
    return scaled


def random_tracks(n_tracks: int, dimension: int = 16, seed: int = 5) -> FloatArray:
    """Some directions have more of the variance than others, and the mean is not zero."""
    rng = np.random.default_rng(seed)
    return unit(0.3 + rng.normal(size=(n_tracks, dimension)) * np.linspace(1.5, 0.5, dimension))


def damped_with_each_other(vectors: FloatArray) -> Numbers:
    """Shape (n, n): row i is what track i as a query finds."""
    crowd = crowd_of(vectors)
    return np.array([damped(crowd, query, vectors, vectors @ query) for query in vectors])


def skewness_of_n10(similarities: Numbers) -> float:
    """Skewness of how many lists of ten a track stands in."""
    others = similarities.copy()
    np.fill_diagonal(others, -np.inf)
    listed = np.argsort(-others, axis=1, kind="stable")[:, :10]
    return float(skew(np.bincount(listed.ravel(), minlength=len(others))))


def mean_and_deviation(query: FloatArray, library: FloatArray) -> tuple[float, float]:
    cosines = []
    for track in library:
        cosines.append(math.fsum(float(a) * float(b) for a, b in zip(query, track, strict=True)))
    mean = math.fsum(cosines) / len(cosines)
    return mean, math.sqrt(math.fsum((c - mean) ** 2 for c in cosines) / len(cosines))


@pytest.mark.parametrize("n_tracks", [2, 11, 40])
def test_damping_agrees_with_the_formula_written_out_track_by_track(n_tracks: int):
    library, outside = random_tracks(n_tracks), random_tracks(1, seed=6)[0]
    each = [mean_and_deviation(track, library) for track in library]
    usual_mean = np.mean([mean for mean, _ in each])
    usual_variance = np.mean([deviation**2 for _, deviation in each])
    trust = (n_tracks - 1) / (n_tracks - 1 + PRIOR_TRACKS)

    def outstanding(query: FloatArray, similarity: float) -> float:
        mean, deviation = mean_and_deviation(query, library)
        variance = trust * deviation**2 + (1 - trust) * usual_variance
        return float((similarity - trust * mean - (1 - trust) * usual_mean) / math.sqrt(variance))

    expected = []
    for track in library:
        cosine = float(outside @ track)
        least = min(outstanding(outside, cosine), outstanding(track, cosine))
        expected.append(usual_mean + math.sqrt(usual_variance) * least)

    found = damped(crowd_of(library), outside, library, library @ outside)

    # float32 in, float64 in the reference
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_the_order_is_that_of_the_lesser_probability_of_the_two_sides():
    library = random_tracks(400)
    cosines = library[1:] @ library[0]
    sides = [
        norm.cdf(cosines, *mean_and_deviation(library[0], library)),
        [
            norm.cdf(cosine, *mean_and_deviation(track, library))
            for cosine, track in zip(cosines, library[1:], strict=True)
        ],
    ]
    mutual = np.minimum(*sides)  # P(X <= c, Y <= c) where one decides the other

    found = damped(crowd_of(library), library[0], library[1:], cosines)

    # the prior of ten tracks moves the few that are nearly equal
    assert np.corrcoef(np.argsort(np.argsort(found)), np.argsort(np.argsort(mutual)))[0, 1] > 0.999


def test_two_tracks_are_as_similar_seen_from_either_side():
    similarities = damped_with_each_other(random_tracks(60))

    np.testing.assert_allclose(similarities, similarities.T, atol=1e-6)


@pytest.mark.parametrize(
    ("n_tracks", "offset", "slope"),
    [(500, 0.7, 0.0), (500, 0.0, -0.5), (1000, 0.5, -0.3)],
    ids=["off the middle", "unequal variances", "both"],
)
def test_hubs_of_a_space_of_many_dimensions_are_gone(n_tracks: int, offset: float, slope: float):
    rng = np.random.default_rng(8)
    deviations = np.arange(1, 201) ** slope
    vectors = unit(offset * deviations.mean() + rng.normal(size=(n_tracks, 200)) * deviations)

    assert skewness_of_n10((vectors @ vectors.T).astype(np.float64)) > 1.5
    assert skewness_of_n10(damped_with_each_other(vectors)) < 1.0


def test_of_two_tracks_as_near_to_the_query_the_one_that_is_nearer_to_everything_falls_behind():
    crowd = random_tracks(200)
    middle = unit(crowd.sum(axis=0, keepdims=True))[0]
    query = unit(np.linalg.qr(np.stack([middle, crowd[0]], axis=1))[0].T)[1]  # across the middle
    hub, outsider = unit(np.stack([query + middle, query - middle]))
    library = np.concatenate([crowd, hub[None], outsider[None]])

    found = damped(crowd_of(library), query, library[-2:], [0.7, 0.7])

    assert found[0] < found[1]


@pytest.mark.parametrize("n_tracks", [1, 2, 11, 300])
def test_the_same_music_is_the_most_similar_in_any_library(n_tracks: int):
    similarities = damped_with_each_other(random_tracks(n_tracks))

    np.testing.assert_array_equal(similarities.argmax(axis=1), np.arange(n_tracks))


def test_one_track_is_as_similar_as_it_was():
    library = random_tracks(1)

    assert damped(crowd_of(library), random_tracks(2)[1], library, [0.4]) == pytest.approx([0.4])


@pytest.mark.parametrize("n_tracks", [2, 11])
def test_in_a_small_library_similarities_stay_near_to_the_cosines(n_tracks: int):
    library = random_tracks(n_tracks)

    np.testing.assert_allclose(damped_with_each_other(library), library @ library.T, atol=0.15)


def test_among_tracks_that_are_all_the_same_nothing_is_a_hub():
    library = np.tile(random_tracks(1), (30, 1))

    found = damped(crowd_of(library), random_tracks(2)[1], library, np.linspace(-1, 1, 30))

    np.testing.assert_allclose(found, np.linspace(-1, 1, 30), atol=1e-6)


def test_equal_tracks_are_equally_similar_wherever_they_stand():
    equal = np.tile(random_tracks(1, dimension=64, seed=9), (6, 1))
    library = np.concatenate([random_tracks(100, dimension=64), equal])
    query = library[3]

    found = damped(crowd_of(library), query, library, np.full(106, equal[0] @ query))

    assert len(set(found[-6:].tolist())) == 1


def test_the_order_of_the_library_does_not_matter():
    library = random_tracks(50)
    query = library[7]

    backwards = damped(crowd_of(library[::-1]), query, library, library @ query)

    forwards = damped(crowd_of(library), query, library, library @ query)
    np.testing.assert_allclose(backwards, forwards, atol=1e-6)


def test_a_sample_stands_for_the_library():
    library = random_tracks(6000, dimension=64)
    query = random_tracks(1, dimension=64, seed=6)[0]

    sampled = damped(crowd_of(library[:2048]), query, library[:100], library[:100] @ query)

    whole = damped(crowd_of(library), query, library[:100], library[:100] @ query)
    # the largest of a hundred errors of a mean, each 1/45 of a deviation of 0.2
    np.testing.assert_allclose(sampled, whole, atol=0.02)


def test_an_empty_library_has_a_crowd_of_none():
    crowd = crowd_of(np.zeros((0, 8), dtype=np.float32))

    none = np.zeros((0, 8), dtype=np.float32)
    assert damped(crowd, np.eye(8, dtype=np.float32)[0], none, []).shape == (0,)

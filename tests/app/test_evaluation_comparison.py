import numpy as np
import pytest
from scipy import stats

from app.evaluation.bootstrap import N_DRAWS, Interval, drawn_means, interval, macro_weights
from app.evaluation.comparison import Verdict, compare
from app.evaluation.rankings import Entrant, by_cosine
from app.evaluation.truths import CorpusTrack, corpus_bodies, unbiased_order
from tests.app.test_evaluation_rankings import unit_rows


def collections_of(sizes: dict[str, int]) -> list[CorpusTrack]:
    names = [(collection, n) for collection, size in sizes.items() for n in range(size)]
    return [
        CorpusTrack(f"/{name}/{n}".encode(), f"{name}/{n}", collection=name) for name, n in names
    ]


def judged(tracks: list[CorpusTrack], *entrants: Entrant) -> Verdict:
    (verdict,) = compare(corpus_bodies(tracks), entrants, lambda _: entrants[0].name)
    return verdict


def knowing(tracks: list[CorpusTrack], name: str = "all-knowing") -> Entrant:
    """Finds exactly those of the same collection."""
    labels = np.array([track.collection for track in tracks])
    return Entrant(name, lambda _: [lambda place: (labels == labels[place]).astype(float)])


def test_who_knows_the_truth_has_1_by_every_measure():
    tracks = unbiased_order(collections_of({"a": 12, "b": 14}))

    verdict = judged(tracks, knowing(tracks))

    assert list(verdict.scores[0].measures.values()) == pytest.approx([1.0] * 5)
    assert (verdict.n_queries, verdict.n_groups, verdict.n_searched) == (26, 2, 26)
    assert (verdict.units, verdict.n_units) == ("collections", 2)


def test_who_finds_all_alike_is_not_rewarded_for_the_order_of_the_list():
    tracks = unbiased_order(collections_of({"a": 30, "b": 30, "c": 30}))
    alike = Entrant("alike", lambda tracks: [lambda _: np.zeros(len(tracks))])

    verdict = judged(tracks, alike)

    # by chance a third of the results is relevant; in the order of the list the means of the
    # collections are 1, 0.55 and 0.38
    assert verdict.scores[0].measures["average_precision"] == pytest.approx(1 / 3, abs=0.06)


def test_the_order_of_the_manifest_does_not_matter_to_equal_similarities():
    listed = collections_of({"a": 6, "b": 7, "c": 8})
    alike = Entrant("alike", lambda tracks: [lambda _: np.zeros(len(tracks))])

    forwards, backwards = (
        judged(unbiased_order(order), alike).scores[0] for order in (listed, listed[::-1])
    )

    assert forwards == backwards


def test_shuffling_the_tracks_changes_nothing():
    tracks = collections_of({"a": 6, "b": 7, "c": 8})
    vectors = unit_rows(21, 8)
    order = np.random.default_rng(1).permutation(21)

    straight = judged(tracks, by_cosine("v", vectors)).scores[0]
    shuffled = judged([tracks[i] for i in order], by_cosine("v", vectors[order])).scores[0]

    assert shuffled.measures == pytest.approx(straight.measures)
    assert shuffled.hubness == pytest.approx(straight.hubness)


def test_collections_count_the_same_whatever_their_size():
    tracks = collections_of({"small": 5, "large": 45})
    labels = np.array([track.collection for track in tracks])
    # knows the small collection, and takes the large one for the opposite of what it is
    half = Entrant(
        "half",
        lambda _: [
            lambda place: (labels == labels[place]) * (1.0 if labels[place] == "small" else -1.0)
        ],
    )

    measures = judged(tracks, half).scores[0].measures

    assert measures["reciprocal_rank"] == pytest.approx((1 + 1 / 6) / 2)


def test_hubness_counts_how_often_each_track_is_among_the_ten_nearest():
    tracks = collections_of({"a": 20, "b": 20})
    vectors = unit_rows(40, 3)
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -2)
    nearest = np.argsort(-cosines, axis=1)[:, :10]

    verdict = judged(tracks, by_cosine("v", vectors))

    expected = stats.skew(np.bincount(nearest.ravel(), minlength=40))
    assert verdict.scores[0].hubness == pytest.approx(expected)


def test_the_figures_of_several_rankings_are_their_means():
    tracks = collections_of({"a": 6, "b": 7})
    entrants = [by_cosine("1", unit_rows(13, 4)), by_cosine("2", unit_rows(13, 4, seed=9))]
    both = Entrant("both", lambda t: [ranking for e in entrants for ranking in e.rankings_of(t)])

    verdict = judged(tracks, both, *entrants)

    mean, first, second = (list(score.measures.values()) for score in verdict.scores)
    np.testing.assert_allclose(mean, np.mean([first, second], axis=0))
    hubs = [score.hubness for score in verdict.scores]
    assert hubs[0] == pytest.approx((hubs[1] + hubs[2]) / 2)


def test_the_reference_is_chosen_by_the_precisions_and_differs_by_nothing():
    tracks = collections_of({"a": 6, "b": 7, "c": 9})
    entrants = [by_cosine("v", unit_rows(22, 4)), knowing(tracks)]

    (verdict,) = compare(
        corpus_bodies(tracks), entrants, lambda means: max(means, key=means.__getitem__)
    )

    assert verdict.against == "all-knowing"
    poor, best = verdict.scores
    assert (best.difference, best.difference_interval) == (0.0, Interval(0.0, 0.0))
    assert poor.difference == pytest.approx(poor.measures["average_precision"] - 1)
    assert poor.difference_interval is not None
    assert poor.difference_interval.low < poor.difference < poor.difference_interval.high < 0


def test_every_place_is_shown_for_every_entrant():
    tracks = collections_of({"a": 6})
    seen = []

    def shown(places, name):
        seen.append((name, list(places)))
        return places

    compare(corpus_bodies(tracks), [knowing(tracks)], lambda _: "all-knowing", shown)

    assert seen == [("all-knowing", list(range(6)))]


def test_one_collection_leaves_nothing_to_draw():
    tracks = collections_of({"a": 6})

    verdict = judged(tracks, by_cosine("v", unit_rows(6, 4)))

    assert verdict.n_units == 1
    assert verdict.scores[0].interval is None
    assert verdict.scores[0].difference_interval is None


def test_weights_give_every_group_the_same_say():
    weights = macro_weights(["a", "b", "b", "b", "c"])

    np.testing.assert_allclose(weights, [1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 3])


def test_the_interval_agrees_with_that_of_scipy():
    scores = np.random.default_rng(5).gamma(2.0, size=40)

    drawn = drawn_means(scores[:, None], np.full(40, 1 / 40), np.arange(40))[:, 0]

    expected = stats.bootstrap(
        (scores,), np.mean, n_resamples=N_DRAWS, method="percentile", rng=7
    ).confidence_interval
    found = interval(drawn, 40)
    assert found is not None
    # the ends of two intervals from 10,000 draws each differ by some hundredths of a deviation
    tolerance = 0.15 * scores.std() / np.sqrt(40)
    assert found.low == pytest.approx(expected.low, abs=tolerance)
    assert found.high == pytest.approx(expected.high, abs=tolerance)


def test_queries_of_a_unit_are_drawn_together():
    # two units, within each of which all scores are equal: a draw holds either or both
    scores = np.array([1.0, 1.0, 0.0, 0.0, 0.0, 0.0])[:, None]
    units = np.array([0, 0, 1, 1, 1, 1])

    drawn = drawn_means(scores, np.full(6, 1 / 6), units)[:, 0]

    np.testing.assert_allclose(sorted(set(drawn.round(9))), [0, 1 / 3, 1], atol=1e-9)
    assert (drawn == 1.0).mean() == pytest.approx(0.25, abs=0.02)


def test_encoders_that_differ_by_the_same_everywhere_differ_so_in_every_draw():
    first = np.random.default_rng(5).random(30)
    scores = np.stack([first, first + 0.125], axis=1)

    drawn = drawn_means(scores, macro_weights(list("abc") * 10), np.arange(30) // 5)

    np.testing.assert_allclose(drawn[:, 1] - drawn[:, 0], 0.125)


def test_draws_are_the_same_each_time():
    scores = np.random.default_rng(5).random((30, 1))
    weights, units = np.full(30, 1 / 30), np.arange(30) // 5

    np.testing.assert_array_equal(
        drawn_means(scores, weights, units), drawn_means(scores, weights, units)
    )

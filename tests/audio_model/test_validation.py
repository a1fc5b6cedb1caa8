import numpy as np
import pytest

from audio_model.training.validation import (
    Judgement,
    Score,
    average_precision,
    held_out_score,
    p_no_better,
    tag_agreement,
)
from tests.conftest import require_module

N_CLIPS = 3


def scored(embeddings, track_index, names) -> Score:
    score = held_out_score(np.asarray(embeddings, np.float32), track_index, names)
    assert score is not None
    return score


def clips_of(names: list[str], spread: float, seed: int = 0):
    """Clips of tracks that lie around the middle of their collection, and the tracks' numbers."""
    rng = np.random.default_rng(seed)
    middles = {name: rng.normal(size=8) for name in sorted(set(names))}
    tracks = [middles[name] + spread * rng.normal(size=8) for name in names]
    clips = [track + 0.1 * rng.normal(size=8) for track in tracks for _ in range(N_CLIPS)]
    return np.array(clips, np.float32), np.repeat(np.arange(len(names)), N_CLIPS)


def naive_score(embeddings, track_index, names, least):
    """The definition, spelt out: list, count, average."""
    vectors = {}
    for track in sorted(set(track_index.tolist())):
        rows = [row / np.linalg.norm(row) for row in embeddings[track_index == track]]
        mean = sum(rows) / len(rows)
        vectors[track] = mean / np.linalg.norm(mean)
    by_collection: dict[str, list[float]] = {}
    for query, vector in vectors.items():
        name = names[query]
        if not name or names.count(name) < least:
            continue
        others = sorted((t for t in vectors if t != query), key=lambda t: -(vector @ vectors[t]))
        found, precisions = 0, []
        for rank, other in enumerate(others, start=1):
            if names[other] == name:
                found += 1
                precisions.append(found / rank)
        by_collection.setdefault(name, []).append(sum(precisions) / len(precisions))
    return np.mean([np.mean(values) for values in by_collection.values()])


def test_same_collection_is_the_mean_that_the_definition_gives():
    names = ["a"] * 6 + ["b"] * 9 + ["c"] * 3 + [""] * 7 + ["d"] * 5
    embeddings, track_index = clips_of(names, spread=1.0)
    score = scored(embeddings, track_index, names)
    expected = naive_score(embeddings, track_index, names, 5)
    assert score.judge == "same collection"
    assert len(score.by_query) == 6 + 9 + 5
    assert score.macro_average_precision == pytest.approx(expected, abs=1e-6)
    assert 0.2 < expected < 0.95


def test_tracks_without_clips_are_neither_asked_for_nor_found():
    names = ["a"] * 6 + ["b"] * 6
    embeddings, track_index = clips_of(names, spread=1.0)
    gone = (track_index == 2) | (track_index == 7)
    score = scored(embeddings[~gone], track_index[~gone], names)
    kept = [name for track, name in enumerate(names) if track not in (2, 7)]
    renumbered = np.repeat(np.arange(len(kept)), N_CLIPS)
    expected = scored(embeddings[~gone], renumbered, kept)
    assert (score.by_query == expected.by_query).all()


@pytest.mark.parametrize("names", [["a"] * 4 + ["b"] * 4, ["a"] * 9, [""] * 8])
def test_without_two_things_to_tell_apart_halves_look_for_their_track(names):
    embeddings, track_index = clips_of(names, spread=0.2)
    score = scored(embeddings, track_index, names)
    assert score.judge == "same track"
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    first = [unit[track_index == t][:2].mean(axis=0) for t in range(len(names))]
    last = [unit[track_index == t][2] for t in range(len(names))]
    expected = []
    for asked, found in ((first, last), (last, first)):
        for track, half in enumerate(asked):
            cosines = [half @ other / np.linalg.norm(other) for other in found]
            expected.append(1 / (1 + sum(c > cosines[track] for c in cosines)))
    np.testing.assert_allclose(score.by_query, expected)
    assert score.macro_average_precision == pytest.approx(np.mean(expected))


def test_who_finds_all_tracks_alike_finds_nothing():
    score = scored(np.ones((12, 4)), np.repeat(np.arange(4), 3), [""] * 4)
    assert score.judge == "same track"
    assert score.macro_average_precision == 0.25


def test_one_track_judges_nothing():
    embeddings, track_index = clips_of(["a"], spread=1.0)
    assert held_out_score(embeddings, track_index, ["a"]) is None


def test_average_precision_is_that_of_scikit_learn():
    metrics = require_module("sklearn.metrics")
    rng = np.random.default_rng(3)
    for _ in range(20):
        relevant = rng.random(30) < 0.2
        relevant[rng.integers(30)] = True
        expected = metrics.average_precision_score(relevant, -np.arange(30))
        assert average_precision(relevant) == pytest.approx(expected)


def test_vectors_by_chance_score_what_chance_gives():
    names = ["a"] * 20 + ["b"] * 20 + ["c"] * 20 + ["d"] * 20
    rng = np.random.default_rng(1)
    scores = [
        scored(rng.normal(size=(80, 4)), np.arange(80), names).macro_average_precision
        for _ in range(20)
    ]
    assert np.mean(scores) == pytest.approx(0.27, abs=0.01)  # a little above 19 of 79


def score_of(by_query) -> Score:
    return Score("same track", np.array(by_query), np.arange(len(by_query)))


def test_the_p_value_is_the_share_of_signs_that_do_as_well():
    before, after = [0.1, 0.3, 0.2, 0.5, 0.4, 0.9], [0.4, 0.4, 0.1, 0.9, 0.6, 0.8]
    differences = np.subtract(after, before)
    signs = np.array(np.meshgrid(*[[-1, 1]] * 6)).reshape(6, -1).T  # all 64
    exact = (signs @ differences >= differences.sum() - 1e-12).mean()
    assert p_no_better(score_of(after), score_of(before)) == pytest.approx(exact, abs=0.02)


def test_a_gain_of_one_collection_is_one_gain_however_many_queries_it_has():
    groups = np.repeat([0, 1], 12)
    after = Score("same collection", np.repeat([0.6, 0.5], 12), groups)
    before = Score("same collection", np.full(24, 0.5), groups)
    assert p_no_better(after, before) == pytest.approx(0.5, abs=0.02)


def test_what_is_no_better_is_not_called_better():
    rng = np.random.default_rng(4)
    ps = [p_no_better(score_of(rng.random(40)), score_of(rng.random(40))) for _ in range(40)]
    assert 0.3 < np.mean(ps) < 0.7
    better, worse = score_of(0.5 + 0.4 * rng.random(40)), score_of(0.4 * rng.random(40))
    assert Judgement(better, worse, None).p_learned_nothing < 0.001
    assert Judgement(worse, better, None).p_learned_nothing > 0.999
    assert Judgement(better, better, None).p_learned_nothing == 1.0


def test_agreement_over_tags_is_that_of_scikit_learn_over_those_that_part_the_tracks():
    metrics = require_module("sklearn.metrics")
    rng = np.random.default_rng(6)
    logits = rng.normal(size=(40, 7)).astype(np.float32)
    has_tag = rng.random((40, 7)) < 0.3
    has_tag[:, 2], has_tag[:, 5] = False, True
    agreement = tag_agreement(logits, has_tag)
    parting = [0, 1, 3, 4, 6]
    expected = metrics.average_precision_score(
        has_tag[:, parting], logits[:, parting], average="macro"
    )
    assert agreement is not None
    assert agreement.n_tags == 5
    assert agreement.macro_average_precision == pytest.approx(expected)
    by_chance = [
        metrics.average_precision_score(has_tag[:, parting], order, average="macro")
        for order in rng.random((2000, 40, 5))
    ]
    assert agreement.chance == pytest.approx(np.mean(by_chance), abs=0.005)
    assert tag_agreement(logits, has_tag[:, [2] * 7]) is None

import numpy as np
import pytest
from scipy import stats

from app.evaluation.entrants import best_by_hand, entrant_names, entrants_of
from app.evaluation.rankings import (
    by_cosine,
    by_damped_cosine,
    chance,
    concatenated,
    rank_ensemble,
)
from app.evaluation.whitening import shrunk_covariance, whitened
from app.hubs import crowd_of, damped
from library.records import FloatArray
from tests.conftest import require_module


def unit_rows(n_items: int, dimension: int, seed: int = 3) -> FloatArray:
    rows = np.random.default_rng(seed).normal(size=(n_items, dimension))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float32)


def test_cosines_are_those_of_the_tracks_searched():
    vectors = unit_rows(9, 4)
    tracks = np.array([7, 2, 5])

    (ranking,) = by_cosine("a", vectors).rankings_of(tracks)

    np.testing.assert_allclose(ranking(1), vectors[tracks] @ vectors[2])


def test_damping_is_that_of_the_program():
    vectors = unit_rows(30, 4)
    tracks = np.arange(5, 25)

    (ranking,) = by_damped_cosine("a", vectors).rankings_of(tracks)

    rows = vectors[tracks]
    np.testing.assert_allclose(ranking(3), damped(crowd_of(rows), rows[3], rows, rows @ rows[3]))


def test_side_by_side_vectors_have_the_mean_of_the_cosines():
    first, second = unit_rows(9, 4), unit_rows(9, 6, seed=5)

    both = concatenated(first, second)

    assert both.dtype == np.float32
    expected = (first @ first.T + second @ second.T) / 2
    np.testing.assert_allclose(both @ both.T, expected, atol=1e-6)


def test_an_ensemble_ranks_by_the_mean_of_the_ranks_of_scipy():
    vectors = [unit_rows(12, 2).round(1), unit_rows(12, 3, seed=5)]  # rounded, so that some tie
    entrants = [by_cosine("a", vectors[0]), by_cosine("b", vectors[1])]

    (ranking,) = rank_ensemble("both", *entrants).rankings_of(np.arange(12))

    for place in range(12):
        ranks = [stats.rankdata(-(rows @ rows[place])) for rows in vectors]
        np.testing.assert_allclose(ranking(place), -np.mean(ranks, axis=0))


def test_an_ensemble_of_an_entrant_with_itself_is_that_entrant():
    entrant = by_cosine("a", unit_rows(12, 3))
    (alone,) = entrant.rankings_of(np.arange(12))

    (twice,) = rank_ensemble("aa", entrant, entrant).rankings_of(np.arange(12))

    np.testing.assert_array_equal(np.argsort(-twice(4)), np.argsort(-alone(4)))


def test_chance_is_the_same_each_time_and_differs_from_query_to_query():
    first, *others = chance("chance").rankings_of(np.arange(40))
    again = chance("chance").rankings_of(np.arange(40))[0]

    assert len(others) == 19
    np.testing.assert_array_equal(first(3), again(3))
    assert not np.array_equal(first(3), first(4))
    assert not np.array_equal(first(3), others[0](3))


def test_chance_ranks_a_large_body_once():
    assert len(chance("chance").rankings_of(np.arange(20_000))) == 1


@pytest.mark.parametrize("n_examples", [12, 40, 400], ids=lambda n: f"{n} examples")
def test_the_covariance_agrees_with_scikit_learn(n_examples: int):
    rows = unit_rows(n_examples, 20) * np.linspace(0.1, 2.0, 20, dtype=np.float32)

    expected, _ = require_module("sklearn.covariance").ledoit_wolf(rows.astype(np.float64))

    np.testing.assert_allclose(shrunk_covariance(rows), expected, rtol=1e-9, atol=1e-12)


def test_whitened_examples_are_spread_equally_in_all_directions():
    rng = np.random.default_rng(6)
    mixing = rng.normal(size=(6, 6))
    vectors = (rng.normal(size=(20_000, 6)) @ mixing + 3).astype(np.float32)

    unit = whitened(vectors, vectors)

    np.testing.assert_allclose(np.linalg.norm(unit, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(unit.T @ unit / len(unit), np.eye(6) / 6, atol=0.01)


def test_whitening_undoes_any_stretching_of_the_space():
    rng = np.random.default_rng(6)
    vectors = rng.normal(size=(20_000, 4)).astype(np.float32)
    turn, _ = np.linalg.qr(rng.normal(size=(4, 4)))
    stretched = vectors @ (turn @ np.diag([0.3, 1.0, 1.0, 3.0])).astype(np.float32)

    plain, undone = whitened(vectors, vectors), whitened(stretched, stretched)

    np.testing.assert_allclose(plain[:50] @ plain[:50].T, undone[:50] @ undone[:50].T, atol=0.02)


def test_examples_that_are_all_the_same_give_finite_vectors():
    same = np.tile(unit_rows(1, 5), (8, 1))

    assert np.isfinite(whitened(same, same)).all()


@pytest.mark.parametrize("is_damped", [False, True], ids=["plain", "damped"])
@pytest.mark.parametrize(
    "encoders",
    [["network", "handcrafted", "mine"], ["network"], ["handcrafted"], ["mine"]],
    ids=" ".join,
)
def test_entrants_bear_the_names_that_were_told_beforehand(encoders: list[str], is_damped: bool):
    vectors = {name: unit_rows(12, 4) for name in encoders}

    entrants = entrants_of(vectors, np.arange(12), damped=is_damped)

    assert [e.name for e in entrants] == entrant_names(encoders, damped=is_damped)


def test_whitening_is_learned_from_the_examples_only():
    vectors = {"handcrafted": unit_rows(12, 4)}
    examples = np.arange(5)

    entrants = entrants_of(vectors, examples, damped=False)

    (ranking,) = entrants[1].rankings_of(np.arange(12))
    rows = whitened(vectors["handcrafted"], vectors["handcrafted"][:5])
    np.testing.assert_allclose(ranking(2), rows @ rows[2], atol=1e-6)


@pytest.mark.parametrize(
    ("precisions", "best"),
    [
        ({"network": 0.9, "handcrafted": 0.2, "handcrafted-whitened": 0.3}, "handcrafted-whitened"),
        ({"handcrafted": 0.3, "handcrafted-whitened": 0.2}, "handcrafted"),
        ({"network": 0.9, "chance": 0.1}, "chance"),
    ],
    ids=["whitened", "standardised", "neither is there"],
)
def test_the_reference_is_the_best_by_hand(precisions: dict[str, float], best: str):
    assert best_by_hand(precisions) == best

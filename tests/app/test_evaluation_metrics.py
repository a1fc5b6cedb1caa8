import numpy as np
import pytest
from scipy import stats

from app.evaluation.metrics import (
    MEASURES,
    BoolArray,
    average_precision,
    ndcg_at_10,
    precision_at_10,
    r_precision,
    reciprocal_rank,
    skewness,
)
from tests.conftest import require_module


def some_lists() -> list[BoolArray]:
    """Lists of 3 to 60 results with one relevant result or more."""
    rng = np.random.default_rng(4)
    lists = []
    for n_results in range(3, 61):
        relevant = rng.random(n_results) < rng.uniform(0.05, 0.9)
        relevant[rng.integers(n_results)] = True
        lists.append(relevant)
    return lists


def test_measures_agree_with_a_case_worked_out_by_hand():
    relevant = np.array([False, True, False, True, True] + 7 * [False])

    assert average_precision(relevant) == pytest.approx((1 / 2 + 2 / 4 + 3 / 5) / 3)
    assert precision_at_10(relevant) == pytest.approx(3 / 10)
    assert r_precision(relevant) == pytest.approx(1 / 3)
    assert reciprocal_rank(relevant) == pytest.approx(1 / 2)
    gained = 1 / np.log2(3) + 1 / np.log2(5) + 1 / np.log2(6)
    assert ndcg_at_10(relevant) == pytest.approx(gained / (1 + 1 / np.log2(3) + 1 / 2))


def test_average_precision_agrees_with_scikit_learn():
    metrics = require_module("sklearn.metrics")
    for relevant in some_lists():
        falling = -np.arange(len(relevant))
        assert average_precision(relevant) == pytest.approx(
            metrics.average_precision_score(relevant, falling)
        )


def test_ndcg_agrees_with_scikit_learn():
    metrics = require_module("sklearn.metrics")
    for relevant in some_lists():
        falling = -np.arange(len(relevant))
        expected = metrics.ndcg_score(relevant[None].astype(float), falling[None], k=10)
        assert ndcg_at_10(relevant) == pytest.approx(expected)


def test_precisions_agree_with_scikit_learn():
    score = require_module("sklearn.metrics").precision_score
    for relevant in some_lists():
        ranks = np.arange(len(relevant))
        assert precision_at_10(relevant) == pytest.approx(score(relevant, ranks < 10))
        first = ranks < relevant.sum()
        assert r_precision(relevant) == pytest.approx(score(relevant, first))


def test_every_measure_is_1_with_all_relevant_results_in_front():
    perfect = np.arange(40) < 12

    assert [measure(perfect) for measure in MEASURES.values()] == pytest.approx([1.0] * 5)


@pytest.mark.parametrize("name", [name for name in MEASURES if name != "precision_at_10"])
def test_a_measure_is_1_also_with_few_relevant_results(name: str):
    assert MEASURES[name](np.arange(40) < 3) == pytest.approx(1.0)


@pytest.mark.parametrize("name", MEASURES)
def test_no_measure_falls_when_a_relevant_result_moves_up(name: str):
    for relevant in some_lists():
        before = MEASURES[name](relevant)
        for rank in np.flatnonzero(relevant[1:] & ~relevant[:-1]):
            better = relevant.copy()
            better[[rank, rank + 1]] = True, False
            assert MEASURES[name](better) >= before


def test_skewness_agrees_with_scipy():
    rng = np.random.default_rng(8)
    occurrences = rng.negative_binomial(2, 0.2, size=300)

    assert skewness(occurrences) == pytest.approx(stats.skew(occurrences))


def test_equal_occurrences_are_not_skew():
    assert skewness(np.full(20, 10)) == 0.0

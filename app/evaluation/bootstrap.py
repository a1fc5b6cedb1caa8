"""How far a figure would move with other collections: the bootstrap, paired between encoders.

Whole units (collections, sources, artists) are drawn with replacement, as many as there are, for
the queries of one unit are alike and drawing them singly would make intervals far too narrow. All
encoders are judged by the same draws, so that what is hard for all of them does not blur their
differences. Few units make a coarse interval: with n units there are few different draws.

Source:
    Efron and Tibshirani 1993, An introduction to the bootstrap (percentile interval, chapter 13);
    units as in Field and Welsh 2007, Bootstrapping clustered data.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.evaluation.metrics import IntArray

DoubleArray = npt.NDArray[np.float64]

N_DRAWS = 10_000
_SEED = 2016
_DRAWS_AT_ONCE = 500
_PERCENTILES = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Interval:
    """Where 95 % of the draws lie."""

    low: float
    high: float


def macro_weights(groups: Sequence[str]) -> DoubleArray:
    """What each query counts for, so that all groups count the same; float64 (n,), sum 1."""
    _, which, sizes = np.unique(np.array(groups), return_inverse=True, return_counts=True)
    weights: DoubleArray = 1 / (len(sizes) * sizes[which])
    return weights


def drawn_means(scores: DoubleArray, weights: DoubleArray, units: IntArray) -> DoubleArray:
    """Weighted means over the queries of drawn units.

    Args:
        scores: float64, shape (n_queries, n_encoders).
        weights: float64, shape (n_queries,), above 0.
        units: int64, shape (n_queries,), from 0 without gaps.

    Returns:
        float64, shape (N_DRAWS, n_encoders).
    """
    n_units = int(units.max()) + 1
    weighted = np.hstack([scores, np.ones((len(scores), 1))]) * weights[:, np.newaxis]
    sums = np.zeros((n_units, weighted.shape[1]))
    np.add.at(sums, units, weighted)  # per unit: weighted scores, and the weights themselves
    rng = np.random.default_rng(_SEED)
    parts = [
        rng.multinomial(n_units, np.full(n_units, 1 / n_units), _DRAWS_AT_ONCE) @ sums
        for _ in range(N_DRAWS // _DRAWS_AT_ONCE)
    ]
    drawn = np.concatenate(parts)
    means: DoubleArray = drawn[:, :-1] / drawn[:, -1:]
    return means


def interval(means: DoubleArray, n_units: int) -> Interval | None:
    """The interval of means, shape (n_draws,); None where a single unit leaves nothing to draw."""
    if n_units == 1:
        return None
    low, high = np.percentile(means, _PERCENTILES)
    return Interval(float(low), float(high))

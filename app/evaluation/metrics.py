"""How good one ranked list is, and how evenly the lists of a library share out its tracks.

A list is bool, shape (n_results,), best result first: which of its results are relevant. At least
one is, and every relevant track stands in the list. All measures lie in [0, 1]; of a list with all
relevant results in front each is 1, save that precision@10 then has as many as there are.

Sources:
    Average precision, R-precision, reciprocal rank: Manning, Raghavan and Schütze 2008,
    Introduction to Information Retrieval, section 8.4. nDCG: Järvelin and Kekäläinen 2002.
    Hubness: Radovanović, Nanopoulos and Ivanović 2010, Hubs in space.
"""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

DEPTH = 10


def average_precision(relevant: BoolArray) -> float:
    """Mean, over the relevant results, of the precision down to the rank of each."""
    ranks = np.flatnonzero(relevant) + 1
    return float((np.arange(1, len(ranks) + 1) / ranks).mean())


def precision_at_10(relevant: BoolArray) -> float:
    """Share of relevant results among the first ten, or among all where there are fewer."""
    return float(relevant[:DEPTH].mean())


def r_precision(relevant: BoolArray) -> float:
    """Share of relevant results among the first R, where R are relevant."""
    return float(relevant[: np.count_nonzero(relevant)].mean())


def reciprocal_rank(relevant: BoolArray) -> float:
    """1 divided by the rank of the first relevant result."""
    return float(1 / (1 + np.argmax(relevant)))


def ndcg_at_10(relevant: BoolArray) -> float:
    """Gain of the first ten, discounted by log2(rank + 1), as a share of the best possible."""
    discounts = 1 / np.log2(np.arange(2, DEPTH + 2))
    first = relevant[:DEPTH]
    best = discounts[: np.count_nonzero(relevant)].sum()
    return float(discounts[: len(first)] @ first / best)


def skewness(occurrences: IntArray) -> float:
    """Third standardised moment of how often each track stands in a list; 0 if all do equally.

    Above 1 a few tracks, the hubs, stand in very many lists.

    Args:
        occurrences: int64, shape (n_tracks,).
    """
    deviations = occurrences - occurrences.mean()
    variance = float((deviations**2).mean())
    return float((deviations**3).mean()) / variance**1.5 if variance > 0 else 0.0


MEASURES: Mapping[str, Callable[[BoolArray], float]] = {
    "average_precision": average_precision,
    "precision_at_10": precision_at_10,
    "r_precision": r_precision,
    "reciprocal_rank": reciprocal_rank,
    "ndcg_at_10": ndcg_at_10,
}

"""How well vectors bring together what belongs together, measured as a search engine is.

Every item is a query once; the other items are ranked by cosine and those with the query's label
are relevant. The query itself is never among its results.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from library.records import FloatArray

FloatsByQuery = npt.NDArray[np.float64]
Ranks = npt.NDArray[np.int64]


def nearest_others(vectors: FloatArray, k: int) -> Ranks:
    """The k items nearest to each one by cosine, best first; equals in the order of their index.

    Args:
        vectors: float32, shape (n_items, dimension), rows of unit length.
        k: number of results, from 1 to n_items - 1.

    Returns:
        int64, shape (n_items, k): indices of items, never that of the row itself.

    Raises:
        ValueError: k is out of its range.
    """
    if not 1 <= k < len(vectors):
        raise ValueError(f"k is {k}; it must be from 1 to {len(vectors) - 1}")
    cosines = vectors @ vectors.T  # (n_items, n_items)
    np.fill_diagonal(cosines, -np.inf)
    return np.argsort(-cosines, axis=1, kind="stable")[:, :k]


def precision_at_k(found: Ranks, labels: Sequence[str]) -> FloatsByQuery:
    """Share of the query's own label among its k results, for every query.

    Args:
        found: int64, shape (n_items, k): the results of each item, as indices of items.
        labels: one for each item.

    Returns:
        float64, shape (n_items,), in [0, 1].

    Raises:
        ValueError: the numbers of results and labels differ.
    """
    if len(found) != len(labels):
        raise ValueError(f"results for {len(found)} items but {len(labels)} labels")
    kinds = np.asarray(labels)
    relevant = kinds[found] == kinds[:, np.newaxis]  # (n_items, k)
    share: FloatsByQuery = relevant.mean(axis=1)
    return share


def chance_precision(labels: Sequence[str]) -> FloatsByQuery:
    """The precision to expect of a ranking by chance, for every query; the same for every k.

    Exact: each of the other items is as likely as the next to stand at any rank.

    Args:
        labels: one for each item, two items at least.

    Returns:
        float64, shape (n_items,), in [0, 1].

    Raises:
        ValueError: there are fewer than two items.
    """
    if len(labels) < 2:  # noqa: PLR2004 - a query and something to find
        raise ValueError("chance needs at least two items")
    counts = Counter(labels)
    return np.array([(counts[label] - 1) / (len(labels) - 1) for label in labels])


def macro_mean(values: FloatsByQuery, labels: Sequence[str]) -> float:
    """Mean over the labels of the mean over each label's items: a large label counts once.

    Args:
        values: float64, shape (n_items,), one figure for each query.
        labels: one for each item, one item at least.
    """
    kinds = np.asarray(labels)
    return float(np.mean([values[kinds == kind].mean() for kind in sorted(set(labels))]))

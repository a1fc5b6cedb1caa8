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


def precision_at_k(vectors: FloatArray, labels: Sequence[str], k: int) -> FloatsByQuery:
    """Share of the query's label among its k nearest others, for every query.

    Items at the same distance are taken in the order of their index.

    Args:
        vectors: float32, shape (n_items, dimension), rows of unit length.
        labels: one for each item.
        k: number of results looked at, from 1 to n_items - 1.

    Returns:
        float64, shape (n_items,), in [0, 1].

    Raises:
        ValueError: the numbers of vectors and labels differ, or k is out of its range.
    """
    if len(vectors) != len(labels):
        raise ValueError(f"{len(vectors)} vectors but {len(labels)} labels")
    if not 1 <= k < len(vectors):
        raise ValueError(f"k is {k}; it must be from 1 to {len(vectors) - 1}")
    cosines = vectors @ vectors.T  # (n_items, n_items)
    np.fill_diagonal(cosines, -np.inf)
    nearest = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    kinds = np.asarray(labels)
    relevant = kinds[nearest] == kinds[:, np.newaxis]  # (n_items, k)
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

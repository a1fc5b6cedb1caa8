"""How well lists bring together what belongs together, measured as a search engine is.

Every item is a query once; those of its results that have its label are relevant.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

FloatsByQuery = npt.NDArray[np.float64]
Ranks = npt.NDArray[np.int64]


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

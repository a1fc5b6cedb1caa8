"""Nearest neighbours among unit vectors."""

import numpy as np

from library.records import FloatArray, TrackId
from library.store.embeddings import IdArray


def exact_nearest(
    ids: IdArray, vectors: FloatArray, vector: FloatArray, k: int
) -> list[tuple[TrackId, float]]:
    """The k ids whose vectors have the greatest cosine with a unit vector, best first.

    Args:
        ids: int64, shape (n,).
        vectors: float32, shape (n, dimension), each of unit length.
        vector: float32, shape (dimension,), of unit length.
        k: how many; all of them where there are fewer.
    """
    similarities = vectors @ vector  # (n,)
    k = min(k, len(ids))
    best = np.argpartition(-similarities, k - 1)[:k] if 0 < k < len(ids) else np.arange(len(ids))
    best = best[np.lexsort((ids[best], -similarities[best]))][:k]
    return [(TrackId(int(ids[i])), float(similarities[i])) for i in best]

"""HNSW beside exact search over 100,000 vectors: recall@10 by exact ids, and time a query.

The vectors are drawn between real ones: each is a random blend of three vectors of an analysed
library plus noise, of unit length. Clusters of real music make the search as hard as it is in use;
uniformly random vectors have no neighbours to find.

    python -m benchmarks.search DATA_DIR [--vectors 100000] [--queries 1000]
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from app.services import named_encoder
from library.catalog import Catalog
from library.records import FloatArray, TrackId
from library.store.embeddings import Revision
from library.vectors import DEFAULT_CONFIG, VectorIndex, exact_nearest

SEED = 20161120
NOISE = 0.02
K = 10

Answer = list[tuple[TrackId, float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--vectors", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=1_000)
    options = parser.parse_args()

    key = named_encoder("network", "cpu").key
    with Catalog.open(options.data_dir, key, readonly=True) as catalog:
        _, real = catalog.embeddings.matrix()
    rng = np.random.default_rng(SEED)
    vectors = between(real, options.vectors, rng)
    queries = between(real, options.queries, rng)
    ids = np.arange(1, len(vectors) + 1, dtype=np.int64)
    print(
        f"{len(vectors)} vectors of {real.shape[1]} numbers, blends of 3 of {len(real)} real ones "
        f"with noise {NOISE}; seed {SEED}; M {DEFAULT_CONFIG.m}, ef of building "
        f"{DEFAULT_CONFIG.ef_construction}, ef of searching {DEFAULT_CONFIG.ef}"
    )

    started_at_s = time.perf_counter()
    index = VectorIndex(key)
    index.add(ids, vectors, Revision(count=len(ids), last_id=len(ids)))
    print(f"index built in {time.perf_counter() - started_at_s:.1f} s")

    exact, exact_ms = _timed(lambda query: exact_nearest(ids, vectors, query, K), queries)
    found, found_ms = _timed(lambda query: index.nearest(query, K), queries)
    hits = [len(_ids(a) & _ids(b)) / K for a, b in zip(exact, found, strict=True)]
    print(f"recall@{K}: {np.mean(hits):.4f} (worst query {min(hits):.1f})")
    for name, took_ms in (("exact", exact_ms), ("HNSW", found_ms)):
        print(
            f"{name:6} median {np.median(took_ms):7.3f} ms, "
            f"99th percentile {np.percentile(took_ms, 99):7.3f} ms a query"
        )
    print(f"exact search takes {np.median(exact_ms) / np.median(found_ms):.1f} times as long")


def between(real: FloatArray, n_vectors: int, rng: np.random.Generator) -> FloatArray:
    """Unit vectors, float32, shape (n_vectors, dimension), between those of a real library."""
    chosen = real[rng.integers(len(real), size=(n_vectors, 3))]  # (n_vectors, 3, dimension)
    weights = rng.dirichlet(np.ones(3), size=n_vectors)  # (n_vectors, 3)
    blends = np.einsum("nk,nkd->nd", weights, chosen)
    blends += rng.normal(scale=NOISE, size=blends.shape)
    unit: FloatArray = (blends / np.linalg.norm(blends, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _timed(
    search: Callable[[FloatArray], Answer], queries: FloatArray
) -> tuple[list[Answer], list[float]]:
    answers, took_ms = [], []
    for query in queries:
        started_at_s = time.perf_counter()
        answers.append(search(query))
        took_ms.append(1000 * (time.perf_counter() - started_at_s))
    return answers, took_ms


def _ids(answer: Answer) -> set[TrackId]:
    return {track_id for track_id, _ in answer}


if __name__ == "__main__":
    main()

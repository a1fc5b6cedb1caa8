"""How much the windows should count in the similarity: both judges, over the share of the windows.

    python -m benchmarks.ranking_weights ../shared/corpus [--data DIR] [--split train]

0 ranks by track vectors alone, 1 by windows alone; app.ranking.RankingConfig holds the choice. The
corpus is scanned into a library first (a second run with the same --data scans nothing).
"""

import argparse
import csv
import os
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.ranking import RankingConfig, query_of, similarity
from app.services import Services
from benchmarks.corpus_library import corpus_library
from benchmarks.judges import Item, both_judges
from library.records import Embedding, FloatArray

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


def main() -> None:
    options = _options()
    corpus = options.corpus.resolve()
    with corpus_library(corpus, options.data, options.encoder) as services:
        items, embeddings = _heard(services, corpus)
    print(f"{len(items)} tracks, {options.encoder} encoder, queries of the split {options.split}")
    print("windows   same collection: MAP   P@10    same style: MAP   P@10")
    whole, parts = (_likenesses(embeddings, share) for share in (0.0, 1.0))
    for share in SHARES:
        likeness = (1 - share) * whole + share * parts
        first, second = both_judges(items, likeness.__getitem__, options.split)
        print(
            f"{share:7.2f}{first.average_precision:23.3f}{first.precision_at_10:7.3f}"
            f"{second.average_precision:19.3f}{second.precision_at_10:7.3f}"
        )


def _likenesses(embeddings: list[Embedding], share: float) -> FloatArray:
    """Similarity of every track to every query, float32, shape (n_queries, n_tracks)."""
    config = replace(RankingConfig(), window_weight=share)
    queries = [query_of([embedding], [], config) for embedding in embeddings]
    return np.array(
        [[similarity(query, embedding, config) for embedding in embeddings] for query in queries],
        dtype=np.float32,
    )


def _heard(services: Services, corpus: Path) -> tuple[list[Item], list[Embedding]]:
    """The tracks of the corpus that have an embedding, and their embeddings."""
    items: list[Item] = []
    embeddings: list[Embedding] = []
    for item in _items(corpus):
        track = services.catalog.tracks.by_path(os.fsencode(item.path))
        known = services.catalog.embeddings.get([] if track is None else [track.id])
        items += [item] * len(known)
        embeddings += known.values()
    return items, embeddings


def _items(corpus: Path) -> list[Item]:
    with open(corpus / "tracks.csv", encoding="utf-8", newline="") as file:
        return [
            Item(
                corpus / row["path"],
                row["split"],
                "" if row["collection"] == "singles" else row["collection"],
                row["style_group"],
                row["source"],
            )
            for row in csv.DictReader(file)
        ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--data", type=Path, help="library to scan into; default: a temporary one")
    parser.add_argument("--encoder", default="network", choices=["network", "handcrafted"])
    parser.add_argument("--split", default="train", choices=["train", "val"])
    return parser.parse_args()


if __name__ == "__main__":
    main()

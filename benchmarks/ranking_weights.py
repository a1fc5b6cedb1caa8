"""How much the windows should count in the similarity: both judges, over the share of the windows.

    python -m benchmarks.ranking_weights ../shared/corpus [--data DIR] [--split train]

0 ranks by track vectors alone, 1 by windows alone; app.ranking.RankingConfig holds the choice. The
corpus is scanned into a library first (a second run with the same --data scans nothing).
"""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.evaluation.comparison import Verdict, compare
from app.evaluation.manifest import read_manifest
from app.evaluation.metrics import IntArray
from app.evaluation.rankings import Entrant, Ranking
from app.evaluation.truths import CorpusTrack, corpus_bodies, unbiased_order
from app.ranking import RankingConfig, query_of, similarity
from app.services import Services
from benchmarks.corpus_library import corpus_library
from library.records import Embedding, FloatArray

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


def main() -> None:
    options = _options()
    corpus = options.corpus.resolve()
    tracks = unbiased_order(read_manifest(corpus / "tracks.csv", options.split))
    with corpus_library(corpus, options.data, options.encoder) as services:
        heard, embeddings = _heard(services, tracks)
    print(f"{len(heard)} tracks, {options.encoder} encoder, queries of the split {options.split}")
    whole, parts = (_similarities(embeddings, share) for share in (0.0, 1.0))
    entrants = [_ranked(f"{share:.2f}", (1 - share) * whole + share * parts) for share in SHARES]
    for verdict in compare(corpus_bodies(heard), entrants, lambda _: entrants[0].name):
        _show(verdict)


def _similarities(embeddings: list[Embedding], share: float) -> FloatArray:
    """Similarity of every track to every query, float32, shape (n_queries, n_tracks)."""
    config = replace(RankingConfig(), window_weight=share)
    queries = [query_of([embedding], [], config) for embedding in embeddings]
    return np.array(
        [[similarity(query, embedding, config) for embedding in embeddings] for query in queries],
        dtype=np.float32,
    )


def _ranked(name: str, similarities: FloatArray) -> Entrant:
    def rankings_of(tracks: IntArray) -> list[Ranking]:
        return [similarities[np.ix_(tracks, tracks)].__getitem__]

    return Entrant(name, rankings_of)


def _heard(
    services: Services, tracks: list[CorpusTrack]
) -> tuple[list[CorpusTrack], list[Embedding]]:
    """The tracks of the corpus that have an embedding, and their embeddings."""
    heard: list[CorpusTrack] = []
    embeddings: list[Embedding] = []
    for listed in tracks:
        track = services.catalog.tracks.by_path(listed.path)
        known = services.catalog.embeddings.get([] if track is None else [track.id])
        heard += [listed] * len(known)
        embeddings += known.values()
    return heard, embeddings


def _show(verdict: Verdict) -> None:
    artists = ", without the query's artist" if verdict.filters_artists else ""
    print(f"{verdict.judge}{artists}: {verdict.n_queries} queries")
    print("windows    MAP   P@10")
    for score in verdict.scores:
        precision, at_10 = (score.measures[m] for m in ("average_precision", "precision_at_10"))
        print(f"{score.entrant:>7}{precision:7.3f}{at_10:7.3f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--data", type=Path, help="library to scan into; default: a temporary one")
    parser.add_argument("--encoder", default="network", choices=["network", "handcrafted"])
    parser.add_argument("--split", default="train", choices=["train", "val"])
    return parser.parse_args()


if __name__ == "__main__":
    main()

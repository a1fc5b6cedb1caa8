"""Hubs in lists of similar tracks: how even and how good the lists are, and what damping costs.

    python -m benchmarks.hubness ../shared/corpus/tracks.csv [--data DIR | --vectors FILE.npz]

With --data (or neither) the corpus is scanned into a library, and similarities are those of the
program: vectors and windows. With --vectors they are cosines of the vectors in a file that
`segue embed` or another program wrote. All rankings are made from the same similarities:

    none                 as they are
    damped               as the program does (app.hubs): mutual proximity, the lesser of two normals
    product of normals   mutual proximity, the two taken as independent
    empirical            mutual proximity by counting third tracks
    local scaling        less half the track's mean cosine with its ten nearest
    localised centring   less all of it

N10 is how many of the lists of ten hold a track. Tables are Markdown. `benchmarks.hub_methods` has
the sources.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from app.evaluation.comparison import compare
from app.evaluation.judges import Body
from app.evaluation.manifest import read_manifest
from app.evaluation.metrics import DEPTH, IntArray, skewness
from app.evaluation.rankings import Entrant, Ranking
from app.evaluation.truths import CorpusTrack, corpus_bodies, unbiased_order
from app.hubs import SAMPLE_TRACKS, crowd_of, damped
from app.ranking import RankingConfig, query_of, similarity
from app.similar import MIN_CANDIDATES
from app.vector_file import read_vectors
from benchmarks.corpus_library import corpus_library
from benchmarks.hub_methods import METHODS, N_NEAREST, Numbers
from benchmarks.search import between
from library.records import Embedding, FloatArray
from library.vectors import exact_nearest

SEED = 20161120
N_DRAWS = 10
N_SMALL = 30
N_REACHED = 10
N_EVEN = 6_000
N_TIMED = 50
N_NEIGHBOURHOODS = 200

Item = TypeVar("Item")


def main() -> None:
    options = _options()
    tracks = unbiased_order(read_manifest(options.corpus, options.split))
    if options.inside:
        tracks = [track for track in tracks if track.in_split]
    if options.vectors:
        heard, vectors, similarities = _from_file(options.vectors, options.corpus, tracks)
    else:
        heard, vectors, similarities = _from_library(options, tracks)
    cosines = vectors @ vectors.T
    print(
        f"{len(heard)} tracks with vectors of {vectors.shape[1]} numbers; "
        f"mean cosine {cosines.mean():.3f}, deviation {cosines.std():.3f}\n"
    )
    for body in corpus_bodies(heard):
        _print_lists(body, vectors, similarities)
    _print_outside_and_small(vectors, similarities)
    _print_cost(vectors, options.synthetic)


def occurrences(similarities: Numbers, depth: int, *, among_themselves: bool) -> IntArray:
    """How many lists hold each track; int64 (n_tracks,)."""
    ranked = similarities.copy()
    if among_themselves:
        np.fill_diagonal(ranked, -np.inf)
    best = np.argsort(-ranked, axis=1, kind="stable")[:, :depth]
    return np.bincount(best.ravel(), minlength=similarities.shape[1])


def _print_lists(body: Body, vectors: FloatArray, similarities: Numbers) -> None:
    """Evenness of the lists of all tracks searched, and what the judges say of them."""
    rows = vectors[body.tracks]
    given = similarities[np.ix_(body.tracks, body.tracks)]
    ranked = {name: method(rows, rows, given) for name, method in METHODS.items()}
    entrants = [Entrant(name, partial(_ranking, matrix)) for name, matrix in ranked.items()]
    verdicts = compare([body], entrants, lambda _means: "none")
    titles = [v.judge + ", own artist out" * v.filters_artists + ": MAP" for v in verdicts]
    _print_head(
        f"{len(rows)} tracks searched", "skewness of N10", "largest N10", "never listed", *titles
    )
    for index, (name, matrix) in enumerate(ranked.items()):
        n10 = occurrences(matrix, DEPTH, among_themselves=True)
        maps = [f"{v.scores[index].measures['average_precision']:.3f}" for v in verdicts]
        _print_row(name, f"{skewness(n10):.2f}", n10.max(), f"{(n10 == 0).mean():.1%}", *maps)
    print()


def _ranking(matrix: Numbers, _tracks: IntArray) -> list[Ranking]:
    return [matrix.__getitem__]


def _print_outside_and_small(vectors: FloatArray, similarities: Numbers) -> None:
    """Mean skewness over draws: a third of the tracks asks the others; and 30 tracks each other."""
    rng = np.random.default_rng(SEED)
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in METHODS}
    for _ in range(N_DRAWS):
        order = rng.permutation(len(vectors))
        outside, library = np.split(order, [len(order) // 3])
        few = order[:N_SMALL]
        for name, method in METHODS.items():
            pair = []
            for asking, asked in ((outside, library), (few, few)):
                given = similarities[np.ix_(asking, asked)]
                ranked = method(vectors[asking], vectors[asked], given)
                depth = DEPTH if asking is outside else 3
                inside = asking is not outside
                pair.append(skewness(occurrences(ranked, depth, among_themselves=inside)))
            found[name].append((pair[0], pair[1]))
    _print_head(
        f"mean of {N_DRAWS} draws",
        "seeds from outside (a third of the tracks): skewness of N10",
        f"library of {N_SMALL} tracks: skewness of N3",
    )
    for name, pairs in found.items():
        _print_row(name, *(f"{mean:.2f}" for mean in np.mean(pairs, axis=0)))
    print()


def _print_cost(real: FloatArray, n_synthetic: int) -> None:
    """What a large library costs, and how even its lists are; its tracks lie between real ones."""
    rng = np.random.default_rng(SEED)
    library, queries = between(real, n_synthetic, rng), between(real, N_TIMED, rng)
    ids = np.arange(n_synthetic)
    track = Embedding(real[0], real[:6], np.arange(6, dtype=np.float32), 10.0)
    config = RankingConfig()

    def candidates(query: FloatArray) -> FloatArray:
        return library[[row for row, _ in exact_nearest(ids, library, query, MIN_CANDIDATES)]]

    def compare_windows(_query: FloatArray) -> None:
        asked = query_of([track], [], config)
        for _ in range(MIN_CANDIDATES):
            similarity(asked, track, config)

    near = [candidates(query) for query in queries]
    crowd = crowd_of(library[:SAMPLE_TRACKS])
    search_ms = _milliseconds(candidates, queries)
    windows_ms = _milliseconds(compare_windows, queries)
    prepare_ms = _milliseconds(lambda _query: crowd_of(library[:SAMPLE_TRACKS]), queries)
    damp_ms = _milliseconds(
        lambda index: damped(crowd, queries[index], near[index], near[index] @ queries[index]),
        range(N_TIMED),
    )
    some = library[:N_NEIGHBOURHOODS]
    nearest_ms = _milliseconds(lambda row: np.partition(library @ row, -N_NEAREST), some)
    plain_ms, extra_ms = search_ms + windows_ms, prepare_ms + damp_ms
    _print_head(
        f"{n_synthetic} tracks between real ones, one query",
        "ms of processor time",
        "ratio to none",
    )
    for name, took_ms in (
        (f"search {MIN_CANDIDATES} candidates exactly", search_ms),
        ("compare their windows", windows_ms),
        ("none: both", plain_ms),
        (f"learn the crowd from {SAMPLE_TRACKS} tracks", prepare_ms),
        ("damp the candidates", damp_ms),
        ("damped: all four", plain_ms + extra_ms),
    ):
        _print_row(name, f"{took_ms:.2f}", f"{took_ms / plain_ms:.3f}")
    print(
        "\nNothing else is prepared. Local scaling has to know the nearest of every track first: "
        f"{nearest_ms * n_synthetic / 1000:.0f} s of processor time by exact search, "
        f"reckoned from {len(some)}.\n"
    )
    _print_reach(library, queries[:N_REACHED], near[:N_REACHED])
    _print_evenness(library[:N_EVEN])


def _print_reach(library: FloatArray, queries: FloatArray, near: Sequence[FloatArray]) -> None:
    """Whether candidates by the plain cosine hold the best by the damped one."""
    crowd = crowd_of(library[:SAMPLE_TRACKS])
    reached = []
    for query, candidates in zip(queries, near, strict=True):
        best = np.sort(damped(crowd, query, library, library @ query))[-DEPTH:]
        among = np.sort(damped(crowd, query, candidates, candidates @ query))[-DEPTH:]
        reached.append(np.isin(np.round(best, 6), np.round(among, 6)).mean())
    print(
        f"Of the ten best of all by the damped similarity, {np.mean(reached):.1%} are among "
        f"{MIN_CANDIDATES} candidates by the cosine (worst query {min(reached):.0%}).\n"
    )


def _print_evenness(library: FloatArray) -> None:
    """N10 among so many synthetic tracks, each ranking the candidates of the program."""
    crowd = crowd_of(library[:SAMPLE_TRACKS])
    nearest = np.empty((len(library), MIN_CANDIDATES), np.int64)
    for row, query in enumerate(library):
        best = np.argpartition(-(library @ query), MIN_CANDIDATES)[: MIN_CANDIDATES + 1]
        nearest[row] = best[best != row][:MIN_CANDIDATES]
    cosines = np.array([library[best] @ library[row] for row, best in enumerate(nearest)])
    scale = np.sort(cosines, axis=1)[:, -N_NEAREST:].mean(axis=1)
    listed = {
        name: np.zeros(len(library), np.int64) for name in ("none", "damped", "local scaling")
    }
    for row, best in enumerate(nearest):
        for name, ranked in (
            ("none", cosines[row]),
            ("damped", damped(crowd, library[row], library[best], cosines[row])),
            ("local scaling", cosines[row] - scale[best] / 2),
        ):
            listed[name][best[np.argsort(-ranked, kind="stable")[:DEPTH]]] += 1
    _print_head(f"{len(library)} of them", "skewness of N10", "largest N10", "never listed")
    for name, n10 in listed.items():
        _print_row(name, f"{skewness(n10):.2f}", n10.max(), f"{(n10 == 0).mean():.1%}")


def _from_file(
    path: Path, corpus: Path, tracks: Sequence[CorpusTrack]
) -> tuple[list[CorpusTrack], FloatArray, Numbers]:
    """The tracks in a file of vectors, their vectors, and the cosines of these."""
    known = read_vectors(path, os.fsencode(corpus.parent.resolve())).by_path
    heard = [track for track in tracks if track.path in known]
    vectors = np.stack([known[track.path] for track in heard])
    return heard, vectors, (vectors @ vectors.T).astype(np.float64)


def _from_library(
    options: argparse.Namespace, tracks: Sequence[CorpusTrack]
) -> tuple[list[CorpusTrack], FloatArray, Numbers]:
    """The tracks in a library, their vectors, and the program's similarities without damping."""
    heard: list[CorpusTrack] = []
    embeddings: list[Embedding] = []
    folder = options.corpus.parent.resolve()
    with corpus_library(folder, options.data, options.encoder) as services:
        for track in tracks:
            found = services.catalog.tracks.by_path(track.path)
            known = services.catalog.embeddings.get([] if found is None else [found.id])
            heard += [track] * len(known)
            embeddings += known.values()
    config = RankingConfig()
    queries = [query_of([embedding], [], config) for embedding in embeddings]
    similarities = [[similarity(query, one, config) for one in embeddings] for query in queries]
    return heard, np.stack([one.vector for one in embeddings]), np.array(similarities)


def _milliseconds(work: Callable[[Item], object], items: Iterable[Item]) -> float:
    """The median processor time of a call, which other programs on the machine do not lengthen."""
    took_ms = []
    for item in items:
        started_at_s = time.process_time()
        work(item)
        took_ms.append(1000 * (time.process_time() - started_at_s))
    return float(np.median(took_ms))


def _print_head(*titles: str) -> None:
    _print_row(*titles)
    _print_row(*["---"] * len(titles))


def _print_row(*cells: object) -> None:
    print("| " + " | ".join(map(str, cells)) + " |")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path, help="manifest, as for segue evaluate")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--data", type=Path, help="library to scan into; default: a temporary one")
    source.add_argument("--vectors", type=Path, help="an .npz of paths and vectors")
    parser.add_argument("--encoder", default="network", choices=["network", "handcrafted"])
    parser.add_argument("--split", help="whose tracks query; default: val, if there is one")
    parser.add_argument("--inside", action="store_true", help="search in the split only")
    parser.add_argument(
        "--synthetic", type=int, default=100_000, help="tracks of the large library"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()

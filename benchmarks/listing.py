"""A large library as the window reads it: time searches, orders, facets, albums, rows and matches.

    python -m benchmarks.large_library DATA_DIR 100000
    python -m benchmarks.listing DATA_DIR [--repeats 7]

Each line is the median and the longest of the repeats after a first one, which fills the memory.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Sized
from functools import partial
from pathlib import Path

import numpy as np

from app.browsing import track_rows
from app.filters import usual_filters
from app.search import parse_search
from app.seeds import seeds_of
from app.services import Services, open_services
from app.similar import KnownCrowd, similar_tracks
from library.listing import SortColumn, SortKey
from library.query import Facet, FacetTerm, Query
from library.records import TrackId

SEED = 20161120
FIRST = 200
N_ROWS = 100
N_MATCHES = 50
TEXTS = ("l", "lo", "love", "love night", "-love", "artist:k", "genre:rock", "year:1990-1999")
GENRE = Query(((FacetTerm(Facet.GENRE, "Rock"),),))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    with open_services(options.data_dir, readonly=True) as services:
        print(f"{services.catalog.tracks.count():,} tracks, seed {SEED}\n")
        print(f"{'what':36}{'found':>9}{'median ms':>11}{'longest':>9}")
        for name, ask in _questions(services):
            ask()
            took_ms, n_found = _timed(ask, options.repeats)
            line = f"{name:36}{n_found:>9,}{np.median(took_ms):>11.1f}{max(took_ms):>9.1f}"
            print(line, flush=True)


def _questions(services: Services) -> Iterator[tuple[str, Callable[[], Sized]]]:
    catalog = services.catalog
    for text in TEXTS:
        query, _ = parse_search(text, services.encoder.tags)
        yield f"{text}, first {FIRST}", partial(catalog.listing, query, limit=FIRST)
        yield f"{text}, all", partial(catalog.listing, query)
    yield "all tracks by name", lambda: catalog.listing(Query())
    for column in SortColumn:
        yield f"all tracks by {column}", partial(catalog.listing, Query(), [SortKey(column)])
    for facet in Facet:
        yield f"{facet} facet of all tracks", partial(catalog.facet, Query(), facet)
        yield f"{facet} facet of a genre", partial(catalog.facet, GENRE, facet)
    yield "albums of all tracks", lambda: catalog.albums(Query())
    yield "albums of a genre", lambda: catalog.albums(GENRE)
    rng = np.random.default_rng(SEED)
    ids = catalog.listing(Query())
    heard = [TrackId(int(id_)) for id_ in rng.permutation(catalog.embeddings.ids())]
    yield f"{N_ROWS} rows, anywhere", lambda: track_rows(services, rng.choice(ids, N_ROWS).tolist())
    yield f"{N_ROWS} rows, side by side", lambda: track_rows(services, ids[5_000:][:N_ROWS])
    crowd = KnownCrowd()
    yield f"{N_MATCHES} matches of a track", lambda: _matches(services, heard.pop(), crowd)


def _matches(services: Services, track_id: TrackId, crowd: KnownCrowd) -> Sized:
    found = seeds_of(services, [track_id])
    return similar_tracks(
        services.catalog,
        list(found.seeds.values()),
        filters=usual_filters(services.settings),
        count=N_MATCHES,
        tags=services.encoder.tags,
        crowd=crowd,
    )


def _timed(ask: Callable[[], Sized], repeats: int) -> tuple[list[float], int]:
    took_ms = []
    for _ in range(repeats):
        started_at_s = time.perf_counter()
        n_found = len(ask())
        took_ms.append(1000 * (time.perf_counter() - started_at_s))
    return took_ms, n_found


if __name__ == "__main__":
    main()

"""The search language over 100,000 tracks: time an answer, beside a naive scan with LIKE.

A library is filled through the real store with invented names: a few words are in every tenth
track and most are rare, as in real libraries. Every query is asked as the command line asks it,
up to the records of the tracks found; the naive scan asks the same of the same database with LIKE
and the preferred file worked out for each track, folds no accents and reads no record.

    python -m benchmarks.search_language [FOLDER] [--tracks 100000] [--repeats 5]
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

from app.search import parse_search
from library.catalog import Catalog
from library.records import Embedding, EncoderKey, Recording, Stamp, Tags
from library.store.files import PREFERRED_FIRST

SEED = 20161120
LIMIT = 50
TRACKS_PER_ALBUM = 10
TAGS = ("jazz", *(f"tag {number}" for number in range(49)))
KEY = EncoderKey("network", "benchmark", 8, n_tags=len(TAGS))

WORDS = (
    "love night you the my a of in me it heart time blue to little and dream home day light "
    "dance rain fire world baby girl town city river moon sun summer winter snow road train "
    "song blues waltz sonata suite symphony concerto allegro adagio live remix version part "
    "stone gold silver black white red green angel devil ghost shadow mirror window garden"
)
GENRES = (
    "Rock Pop Jazz Blues Classical Electronic House Techno Ambient Folk Country Soul Funk "
    "Reggae Metal Punk Hip-Hop Latin Soundtrack Chanson"
)
SYLLABLES = (
    "ba be bo ca co da de do el fa fi ga go hal il jo ka kel la le lo ma me mi mo na ne no "
    "or pa per ra re ri ro sa se si so ta te ti to va ve vi xa yo za ö é å ñ"
)


def fill(catalog: Catalog, n_tracks: int) -> None:
    """Keep so many tracks: most present and heard, some twice, some missing or not heard."""
    rng = np.random.default_rng(SEED)
    words = [*WORDS.split(), *(_name(rng) for _ in range(4_000))]
    common = 1 / np.arange(10, len(words) + 10)
    draws = iter(rng.choice(len(words), size=8 * n_tracks, p=common / common.sum()))
    artists = [" ".join(_name(rng) for _ in range(2)).title() for _ in range(n_tracks // 16 + 1)]
    with catalog._store.transaction():
        for number in range(1, n_tracks + 1):
            if number % TRACKS_PER_ALBUM == 1:
                album = _album(rng, artists, words, draws)
            _keep(catalog, number, _phrase(rng, words, draws), album, rng)
        catalog._store.write("UPDATE tracks SET plays = abs(random()) % 12 WHERE id % 3 = 0")
        catalog._store.write("UPDATE tracks SET added_at_s = added_at_s - 8000.0 * id")


def _keep(catalog: Catalog, number: int, title: str, album: Tags, rng: np.random.Generator) -> None:
    track_number = (number - 1) % TRACKS_PER_ALBUM + 1
    tags = Tags(
        title, album.artist, album.album, album.album_artist, album.genres, album.year, track_number
    )
    folder = f"/music/{album.artist}/{album.album}"
    path = f"{folder}/{track_number:02} {title}.flac".encode()
    recording = Recording(
        number.to_bytes(16, "big"), "flac", 44_100, 2, float(rng.uniform(40, 600))
    )
    heard = _embedding(rng) if number % 20 else None
    stamp = Stamp(path, 1_000, 1, 1)
    catalog.keep(stamp, tags, recording, heard, reason="" if heard else "silent")
    if number % 33 == 0:
        copy = Stamp(b"/copies" + path, 1_000, 1, 1)
        catalog.keep(copy, tags, recording, None)
    if number % 50 == 0:
        catalog._store.write("UPDATE files SET present = 0 WHERE path = ?", (path,))


def _album(
    rng: np.random.Generator, artists: list[str], words: list[str], draws: Iterator[int]
) -> Tags:
    artist = artists[int(len(artists) * rng.random() ** 2)]
    genres = rng.choice(GENRES.split(), size=int(rng.integers(1, 3)), replace=False)
    return Tags(
        artist=artist,
        album=_phrase(rng, words, draws),
        album_artist=artist if rng.random() < 0.9 else "Various Artists",
        genres=tuple(map(str, genres)),
        year=int(rng.integers(1950, 2026)),
    )


def _phrase(rng: np.random.Generator, words: list[str], draws: Iterator[int]) -> str:
    return " ".join(words[next(draws)] for _ in range(int(rng.integers(1, 5)))).title()


def _name(rng: np.random.Generator) -> str:
    return "".join(rng.choice(SYLLABLES.split(), size=int(rng.integers(2, 5))))


def _embedding(rng: np.random.Generator) -> Embedding:
    drawn = rng.normal(size=KEY.dimension)
    vector = (drawn / np.linalg.norm(drawn)).astype(np.float32)
    scores = rng.beta(0.5, 4, size=KEY.n_tags).astype(np.float32)
    return Embedding(vector, vector[None], np.zeros(1, np.float32), 10.0, scores)


# What is typed, and what a naive scan asks of tracks t and their files f instead.
def _any(word: str) -> str:
    return " OR ".join(f"f.{name} LIKE '%{word}%'" for name in ("title", "artist", "album"))


_UNHEARD = "t.id NOT IN (SELECT track_id FROM embeddings)"
QUERIES = {
    "l": _any("l"),
    "lo": _any("lo"),
    "love": _any("love"),
    "love night": f"({_any('love')}) AND ({_any('night')})",
    "love -live": f"({_any('love')}) AND NOT ({_any('live')})",
    '"night town"': _any("night town"),
    "snow OR year:1999": f"({_any('snow')}) OR f.year = 1999",
    "-love": f"NOT ({_any('love')})",
    "artist:k": "f.artist LIKE '%k%' OR f.album_artist LIKE '%k%'",
    "artist:kel genre:jazz": "f.artist LIKE '%kel%' AND f.genres LIKE '%jazz%'",
    "genre:rock": "f.genres LIKE '%rock%'",
    "path:m": "f.path LIKE '%m%'",
    "year:1990-1999": "f.year BETWEEN 1990 AND 1999",
    "year:1800-1899": "f.year BETWEEN 1800 AND 1899",
    "length:>9:50 plays:>8": "t.duration_s > 590 AND t.plays > 8",
    "added:<30d": "t.added_at_s > unixepoch() - 2592000",
    "is:missing": "NOT f.present",
    "is:unheard": _UNHEARD,
    "tag:jazz": None,
    "tag:jazz>0.5 love": None,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", help="keeps the library for another run")
    parser.add_argument("--tracks", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    if options.folder is None:
        with tempfile.TemporaryDirectory() as folder:
            _measure(Path(folder), options.tracks, options.repeats)
    else:
        _measure(options.folder, options.tracks, options.repeats)


def _measure(folder: Path, n_tracks: int, repeats: int) -> None:
    with Catalog.open(folder, KEY) as catalog:
        if not catalog.tracks.count():
            fill(catalog, n_tracks)
    with Catalog.open(folder, KEY, readonly=True) as catalog:
        print(f"{catalog.tracks.count():,} tracks, seed {SEED}; first {LIMIT} results;")
        print(f"wall and processor ms, the median of {repeats}; naive: the same with LIKE\n")
        print(f"{'query':24}{'results':>8}{'wall':>9}{'cpu':>9}{'naive':>9}{'ratio':>8}")
        for text, condition in QUERIES.items():
            n_found, wall_ms, cpu_ms = _median(partial(_ask, catalog, text), repeats)
            line = f"{text:24}{n_found:>8}{wall_ms:>9.1f}{cpu_ms:>9.1f}"
            if condition is not None:
                _, naive_ms, _ = _median(partial(_scan, catalog, condition), repeats)
                line += f"{naive_ms:>9.1f}{naive_ms / wall_ms:>8.1f}"
            print(line, flush=True)


def _ask(catalog: Catalog, text: str) -> int:
    query, notices = parse_search(text, TAGS)
    assert not notices
    return len(catalog.search(query, LIMIT))


def _scan(catalog: Catalog, condition: str) -> int:
    sql = (
        "SELECT t.id FROM tracks t JOIN files f ON f.id = (SELECT id FROM files "
        f"WHERE track_id = t.id ORDER BY {PREFERRED_FIRST} LIMIT 1) WHERE {condition} "
        "ORDER BY f.artist, f.album, f.disc_number, f.track_number, f.title LIMIT ?"
    )
    return len(catalog._store.rows(sql, (LIMIT,)))


def _median(ask: Callable[[], int], repeats: int) -> tuple[int, float, float]:
    """How many results, and the median wall and processor time in ms."""
    wall_ms, cpu_ms = [], []
    for _ in range(repeats):
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        n_found = ask()
        cpu_ms.append(1000 * (time.process_time() - cpu_s))
        wall_ms.append(1000 * (time.perf_counter() - wall_s))
    return n_found, float(np.median(wall_ms)), float(np.median(cpu_ms))


if __name__ == "__main__":
    main()

"""A library of many invented tracks, for benchmarks that need a large one.

Artists have albums, albums have a genre, a year and a cover; vectors, windows and tag scores are of
the shipped network's key and gather by genre, artist and album as those of real music do. The rows
are written straight into the tables, and the index is built. A few tracks are missing or not heard.

Without `--files` the files are nowhere on the disk and no folder is added, so that no scan marks
them as missing. With it they are made, empty, under DATA_DIR/music, which a scan finds unchanged.

    python -m benchmarks.large_library DATA_DIR [100000] [--files]
"""

import argparse
import io
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from app.services import named_encoder
from benchmarks.search_language import GENRES, SYLLABLES, WORDS
from library.catalog import Catalog
from library.files import stamp as stamp_of
from library.query import searchable
from library.records import EncoderKey, FloatArray, Stamp

SEED = 20161120
TRACKS_PER_ALBUM = 12
ALBUMS_PER_ARTIST = 3
N_WINDOWS = 6
WINDOW_S = 10.0
CHUNK = 3_000
YEAR_S = 31_557_600.0
# Shares of genre, artist, album and track in a vector; cosines then lie as those of real music do.
SHARES = (0.75, 0.6, 0.35, 0.45)
NOT_HEARD_EVERY = 500
MISSING_EVERY = 300


@dataclass(frozen=True, slots=True)
class Album:
    """What the tracks of an album share."""

    artist: str
    title: str
    genres: tuple[str, ...]
    year: int | None


@dataclass(frozen=True, slots=True)
class Track:
    """One invented track; `number` counts from 1 and is its id."""

    number: int
    title: str
    album: Album
    album_number: int
    duration_s: float
    path: bytes


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("n_tracks", type=int, nargs="?", default=100_000)
    parser.add_argument("--files", action="store_true", help="make the files too, empty")
    options = parser.parse_args()
    started_at_s = time.perf_counter()
    make(options.data_dir, options.n_tracks, with_files=options.files)
    print(f"{options.n_tracks:,} tracks in {time.perf_counter() - started_at_s:.0f} s, seed {SEED}")


def make(data_dir: Path, n_tracks: int, *, with_files: bool = False) -> None:
    """Fill an empty library with so many tracks."""
    key = named_encoder("network", "cpu").key
    music = os.fsencode(data_dir.absolute()) + b"/music" if with_files else b"/music"
    rng = np.random.default_rng(SEED)
    tracks = list(_tracks(rng, n_tracks, music))
    with Catalog.open(data_dir, key) as catalog:
        if catalog.tracks.count():
            raise SystemExit(f"There is a library in {data_dir} already.")
        if with_files:
            _make_files(tracks)
            catalog.add_root(music)
        for start in range(0, n_tracks, CHUNK):
            _write(catalog, rng, tracks[start : start + CHUNK], with_files=with_files)
        _write_covers(catalog, rng, n_tracks)
        catalog.refresh_index()


def _tracks(rng: np.random.Generator, n_tracks: int, music: bytes) -> Iterator[Track]:
    words = [*WORDS.split(), *(_name(rng) for _ in range(4_000))]
    common = 1 / np.arange(10, len(words) + 10)
    draws = iter(rng.choice(len(words), size=6 * n_tracks + 600, p=common / common.sum()))
    genres = GENRES.split()

    def phrase() -> str:
        return " ".join(words[next(draws)] for _ in range(int(rng.integers(1, 5)))).title()

    for first in range(1, n_tracks + 1, TRACKS_PER_ALBUM):
        album_index = first // TRACKS_PER_ALBUM
        if album_index % ALBUMS_PER_ARTIST == 0:
            artist = f"{_name(rng)} {_name(rng)}".title()
            own = tuple(genres[i] for i in rng.choice(len(genres), 2, replace=False))
        year = int(rng.integers(1950, 2026)) if rng.random() < 0.95 else None
        album = Album(artist, phrase(), own[: int(rng.integers(0, 3))], year)
        for number in range(first, min(first + TRACKS_PER_ALBUM, n_tracks + 1)):
            title, place = phrase(), number - first + 1
            path = f"/{artist}/{album_index} {album.title}/{place:02} {title}.flac"
            duration_s = float(rng.gamma(9, 27))
            yield Track(number, title, album, place, duration_s, music + path.encode())


def _make_files(tracks: list[Track]) -> None:
    for track in tracks:
        if track.album_number == 1:
            os.makedirs(os.path.dirname(track.path))
        os.close(os.open(track.path, os.O_CREAT | os.O_WRONLY))


def _write(
    catalog: Catalog, rng: np.random.Generator, tracks: list[Track], *, with_files: bool
) -> None:
    store = catalog._store
    now_s = time.time()
    heard = [track for track in tracks if track.number % NOT_HEARD_EVERY]
    vectors, windows, scores = _heard(rng, heard, catalog.key)
    starts_s = np.linspace(10, 200, N_WINDOWS, dtype=np.float32).tobytes()
    with store.transaction():
        store.write_many(
            "INSERT INTO tracks (id, digest, codec, sample_rate_hz, channels, duration_s, "
            "added_at_s, plays, last_path, last_title, last_artist, last_album) "
            "VALUES (?, ?, 'flac', 44100, 2, ?, ?, ?, ?, ?, ?, ?)",
            (_track_row(rng, track, now_s) for track in tracks),
        )
        store.write_many(
            "INSERT INTO files (path, size_bytes, mtime_ns, ctime_ns, state, track_id, present, "
            "last_seen_s, label, title, artist, album, album_artist, genres, year, track_number) "
            "VALUES (?, ?, ?, ?, 'read', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (_file_row(track, now_s, with_files=with_files) for track in tracks),
        )
        store.write_many(
            "INSERT INTO embeddings (id, track_id, encoder, model_version, vector) "
            "VALUES (?, ?, ?, ?, ?)",
            (
                (t.number, t.number, catalog.key.encoder, catalog.key.model_version, v.tobytes())
                for t, v in zip(heard, vectors, strict=True)
            ),
        )
        store.write_many(
            "INSERT INTO windows VALUES (?, ?, ?, ?)",
            (
                (t.number, w.tobytes(), starts_s, WINDOW_S)
                for t, w in zip(heard, windows, strict=True)
            ),
        )
        store.write_many(
            "INSERT INTO tag_scores VALUES (?, ?)",
            ((t.number, s.tobytes()) for t, s in zip(heard, scores, strict=True)),
        )


def _track_row(rng: np.random.Generator, track: Track, now_s: float) -> tuple[object, ...]:
    digest = int(rng.integers(2**62)).to_bytes(8, "big") + track.number.to_bytes(8, "big")
    added_at_s = now_s - 5 * YEAR_S * float(rng.random())
    plays = int(rng.geometric(0.3)) - 1
    names = (track.title, track.album.artist, track.album.title)
    return (track.number, digest, track.duration_s, added_at_s, plays, track.path, *names)


def _file_row(track: Track, now_s: float, *, with_files: bool) -> tuple[object, ...]:
    album = track.album
    stamp = stamp_of(track.path) if with_files else Stamp(track.path, 1, 1, 1)
    present = with_files or track.number % MISSING_EVERY != 0
    return (
        stamp.path,
        stamp.size_bytes,
        stamp.mtime_ns,
        stamp.ctime_ns,
        track.number,
        present,
        now_s,
        searchable(track.title),
        track.title,
        album.artist,
        album.title,
        album.artist,
        json.dumps(album.genres),
        album.year,
        track.album_number,
    )


def _heard(
    rng: np.random.Generator, tracks: list[Track], key: EncoderKey
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Vectors (n, dimension), windows (n, N_WINDOWS, dimension) and scores (n, n_tags)."""
    names = [
        (track.album.genres[:1] or ("",), track.album.artist, track.album.title) for track in tracks
    ]
    middles = [
        share * _drawn_for([name[level] for name in names], level, key.dimension)
        for level, share in enumerate(SHARES[:-1])
    ]
    own = rng.normal(size=(len(tracks), key.dimension)).astype(np.float32)
    places = _unit(np.sum(middles, axis=0) + SHARES[-1] * _unit(own))
    noise = rng.normal(size=(len(tracks), N_WINDOWS, key.dimension)).astype(np.float32)
    windows = _unit(places[:, np.newaxis] + 0.5 * _unit(noise))
    profiles = _drawn_for([name[0] for name in names], 9, key.n_tags)
    logits = 7 * profiles + 0.7 * rng.normal(size=(len(tracks), key.n_tags)) - 2.2
    scores = (1 / (1 + np.exp(-logits))).astype(np.float32)
    return _unit(windows.mean(axis=1)), windows, scores


def _drawn_for(names: list[object], level: int, width: int) -> FloatArray:
    """A unit vector for each name, the same for the same name; float32 (n, width)."""
    drawn: dict[object, FloatArray] = {}
    for name in names:
        if name not in drawn:
            seed = [level, *json.dumps(name).encode()]
            drawn[name] = _unit(np.random.default_rng(seed).normal(size=width).astype(np.float32))
    return np.stack([drawn[name] for name in names])


def _unit(vectors: FloatArray) -> FloatArray:
    unit: FloatArray = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return unit.astype(np.float32)


def _write_covers(catalog: Catalog, rng: np.random.Generator, n_tracks: int) -> None:
    """A picture for the first track of every album, but for a few."""
    pictures = [_picture(rng) for _ in range(200)]
    with catalog._store.transaction():
        catalog._store.write_many(
            "INSERT INTO covers VALUES (?, ?)",
            (
                (number, pictures[int(rng.integers(200))])
                for number in range(1, n_tracks + 1, TRACKS_PER_ALBUM)
                if rng.random() < 0.9
            ),
        )


def _picture(rng: np.random.Generator) -> bytes:
    """Two colours that run into each other, as a JPEG of 256 x 256."""
    first, last = rng.integers(20, 236, size=(2, 3))
    slope = np.add.outer(np.arange(256), np.arange(256))[..., np.newaxis] / 510
    written = io.BytesIO()
    colours = (first + slope * (last - first)).astype(np.uint8)
    Image.fromarray(colours).save(written, "JPEG", quality=85)
    return written.getvalue()


def _name(rng: np.random.Generator) -> str:
    return "".join(rng.choice(SYLLABLES.split(), size=int(rng.integers(2, 5))))


if __name__ == "__main__":
    main()

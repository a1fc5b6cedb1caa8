"""Inspecting a library: is the database whole, do its parts agree, is the index equal to it?"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from library.errors import StoreDamaged
from library.records import EncoderKey
from library.store.database import Store
from library.store.embeddings import EmbeddingTable, are_scores, is_unit
from library.store.files import PREFERRED_FIRST
from library.vectors import VectorIndex

_BATCH = 2_000
_MAX_LINES = 10  # of one kind of problem

# What holds in every library, as queries that find the exceptions.
_RULES = {
    "A file counts as read, but has no track": (
        "SELECT path FROM files WHERE state = 'read' AND track_id IS NULL"
    ),
    "An embedding has no windows": (
        "SELECT id FROM embeddings WHERE id NOT IN (SELECT embedding_id FROM windows)"
    ),
    "The positions of a playlist have a gap": (
        "SELECT playlist_id FROM playlist_entries GROUP BY playlist_id "
        "HAVING min(position) <> 0 OR max(position) <> count(*) - 1 "
        "OR count(DISTINCT position) <> count(*)"
    ),
    "A file cannot be found by text search": (
        "SELECT path FROM files WHERE id NOT IN (SELECT id FROM files_fts_docsize)"
    ),
    "Text search finds a file that is not there": (
        "SELECT id FROM files_fts_docsize WHERE id NOT IN (SELECT id FROM files)"
    ),
    "A file cannot be found by its fields": (
        "SELECT path FROM files WHERE id NOT IN (SELECT id FROM fields_fts_docsize)"
    ),
    "A search in fields finds a file that is not there": (
        "SELECT id FROM fields_fts_docsize WHERE id NOT IN (SELECT id FROM files)"
    ),
    "A track is not shown by the file that is preferred": (
        "SELECT id FROM tracks WHERE file_id IS NOT (SELECT f.id FROM files f "
        f"WHERE f.track_id = tracks.id ORDER BY {PREFERRED_FIRST} LIMIT 1)"
    ),
}


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What an inspection found. `problems` are sentences; `index` says how the index stands."""

    ok: bool
    problems: tuple[str, ...]
    tracks: int
    files: int
    embeddings: int
    playlists: int
    index: str


def inspect(store: Store, embeddings: EmbeddingTable, index: VectorIndex | None) -> CheckReport:
    """Look through the whole database, and compare the index with the vectors of its key.

    An index that is absent or behind is no problem: it is built again from the database.

    Raises:
        StoreDamaged: SQLite finds the file damaged, so that no more can be said of it.
    """
    for (finding,) in store.rows("PRAGMA integrity_check(1)"):
        if finding != "ok":
            raise StoreDamaged(store.path, f"it is damaged ({finding.splitlines()[-1]})")
    problems = [
        *_lost_references(store),
        *_broken_rules(store),
        *_odd_vectors(store, embeddings.key),
    ]
    index_problems, index_state = _compare(index, embeddings)
    problems += index_problems
    return CheckReport(
        ok=not problems,
        problems=tuple(problems),
        tracks=_count(store, "tracks"),
        files=_count(store, "files"),
        embeddings=embeddings.revision().count,
        playlists=_count(store, "playlists WHERE deleted = 0"),
        index=index_state,
    )


def _lost_references(store: Store) -> Iterator[str]:
    for table, row_id, *_ in store.rows("PRAGMA foreign_key_check")[:_MAX_LINES]:
        yield f"Row {row_id} of {table} refers to something that is not there."


def _broken_rules(store: Store) -> Iterator[str]:
    for sentence, sql in _RULES.items():
        for (exception,) in store.rows(f"{sql} LIMIT {_MAX_LINES}"):
            yield f"{sentence}: {exception!r}."


def _odd_vectors(store: Store, key: EncoderKey) -> Iterator[str]:
    """Vectors of the key that are not finite and of unit length, scores that are none."""
    sql = (
        "SELECT e.id, e.track_id, e.vector, w.vectors, s.scores FROM embeddings e "
        "JOIN windows w ON w.embedding_id = e.id "
        "LEFT JOIN tag_scores s ON s.embedding_id = e.id "
        "WHERE e.encoder = ? AND e.model_version = ? AND e.id > ? ORDER BY e.id LIMIT ?"
    )
    last_id = 0
    while rows := store.rows(sql, (key.encoder, key.model_version, last_id, _BATCH)):
        last_id = rows[-1][0]
        for _, track_id, vector, windows, scores in rows:
            if not _sound(vector, 1, key.dimension) or not _sound(windows, None, key.dimension):
                yield f"The vectors of track {track_id} are not finite and of unit length."
            if not _sound_scores(scores or b"", key.n_tags):
                yield f"The tags of track {track_id} are not {key.n_tags} scores in [0, 1]."


def _sound(blob: bytes, n_vectors: int | None, dimension: int) -> bool:
    size_bytes = 4 * dimension
    if not blob or len(blob) % size_bytes or n_vectors not in (None, len(blob) // size_bytes):
        return False
    return bool(is_unit(np.frombuffer(blob, "<f4").reshape(-1, dimension)).all())


def _sound_scores(blob: bytes, n_tags: int) -> bool:
    return len(blob) == 4 * n_tags and are_scores(np.frombuffer(blob, "<f4"))


def _compare(index: VectorIndex | None, embeddings: EmbeddingTable) -> tuple[list[str], str]:
    if index is None:
        return [], "absent: exact search is used until it is built"
    if index.revision != embeddings.revision():
        return [], "behind the database: exact search is used until it has caught up"
    if not np.array_equal(index.ids(), embeddings.ids()):
        return ["The index does not hold the tracks that the database holds."], "wrong"
    return [], "equal to the database"


def _count(store: Store, table: str) -> int:
    (count,) = store.rows(f"SELECT count(*) FROM {table}")[0]
    return int(count)

"""Embeddings: the vectors and tags of tracks for one encoder and model version."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from library.records import Embedding, EncoderKey, FloatArray, TrackId
from library.store.database import Row, Store
from library.store.id_lists import json_of

IdArray = npt.NDArray[np.int64]

_ON_DISK = np.dtype("<f4")  # float32, little-endian, on every machine
_UNIT_TOLERANCE = 1e-3  # float32 sums of some hundred squares err by far less


@dataclass(frozen=True, slots=True)
class Revision:
    """Which vectors of a key the database held: two moments with the same one held the same.

    A vector that is written takes a higher id than any before it, and ids are never used again.
    So between two moments with the same highest id, vectors up to that id may have gone but none
    has come; and if the count is the same too, none has gone.
    """

    count: int
    last_id: int


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """One value of every embedding, as it was read at a revision; row i is track ids[i]'s."""

    revision: Revision
    ids: IdArray
    rows: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Stacked:
    """Vectors and windows of many tracks, for arithmetic on all at once.

    ids: int64, shape (n,), in no fixed order.
    vectors: float32, shape (n, dimension), of unit length.
    windows: float32, shape (n_windows of all, dimension), of unit length, those of a track
        together and the tracks in the order of `ids`.
    n_windows: int64, shape (n,), how many each track has.
    """

    ids: IdArray
    vectors: FloatArray
    windows: FloatArray
    n_windows: IdArray


class EmbeddingTable:
    """The vectors of one encoder and model version; those of others are out of reach."""

    def __init__(self, store: Store, key: EncoderKey) -> None:
        """Look at the vectors of a store that this key's encoder made."""
        self.key = key
        self._store = store
        self._key = {"encoder": key.encoder, "model_version": key.model_version}
        self._revision: tuple[tuple[int, int], Revision] | None = None
        self._held: dict[str, _Held] = {}
        self._sample: tuple[Revision, int, FloatArray] | None = None

    def snapshot(self) -> AbstractContextManager[None]:
        """All that is read inside is of one revision, whatever is written meanwhile."""
        return self._store.snapshot()

    def get(self, ids: Iterable[TrackId]) -> dict[TrackId, Embedding]:
        """The embeddings of these tracks, in the order given; tracks without one are left out."""
        wanted = [TrackId(int(track_id)) for track_id in ids]
        rows = self._store.rows(
            "SELECT e.track_id, e.vector, w.vectors, w.starts_s, w.window_s, s.scores "
            "FROM embeddings e JOIN windows w ON w.embedding_id = e.id "
            f"LEFT JOIN tag_scores s ON s.embedding_id = e.id WHERE {_OF_KEY} "
            "AND e.track_id IN (SELECT value FROM json_each(:ids))",
            self._key | {"ids": json_of(wanted)},
        )
        found = {TrackId(row[0]): self._embedding(row[1:]) for row in rows}
        return {track_id: found[track_id] for track_id in wanted if track_id in found}

    def stacked(self, ids: Iterable[TrackId]) -> Stacked:
        """Vectors and windows of these tracks, in one piece each; tracks without are left out."""
        rows = self._store.rows(
            "SELECT e.track_id, e.vector, w.vectors "
            "FROM embeddings e JOIN windows w ON w.embedding_id = e.id "
            f"WHERE {_OF_KEY} AND e.track_id IN (SELECT value FROM json_each(:ids))",
            self._key | {"ids": json_of(ids)},
        )
        row_bytes = _ON_DISK.itemsize * self.key.dimension
        return Stacked(
            np.array([row[0] for row in rows], dtype=np.int64),
            _floats(b"".join(row[1] for row in rows)).reshape(-1, self.key.dimension),
            _floats(b"".join(row[2] for row in rows)).reshape(-1, self.key.dimension),
            np.array([len(row[2]) // row_bytes for row in rows], dtype=np.int64),
        )

    def scores_of(self, ids: Iterable[TrackId]) -> dict[TrackId, FloatArray]:
        """The tag scores of these tracks, float32 (n_tags,) each; those without are left out.

        Reads no more than that: for a few tracks of many.
        """
        rows = self._store.rows(
            f"{_TAG_SCORES} WHERE {_OF_KEY} AND e.track_id IN (SELECT value FROM json_each(:ids))",
            self._key | {"ids": json_of(ids)},
        )
        return {TrackId(track_id): _floats(scores) for track_id, scores in rows}

    def ids(self) -> IdArray:
        """The tracks with a vector as they stand on the disk, rising; int64 (n,)."""
        rows = self._store.rows(
            f"SELECT e.track_id FROM embeddings e WHERE {_OF_KEY} ORDER BY e.track_id", self._key
        )
        return np.array([row[0] for row in rows], dtype=np.int64)

    def revision(self) -> Revision:
        """Which vectors there are; costs microseconds while nobody changes the database."""
        token = self._store.change_token()
        if self._revision is None or self._revision[0] != token:
            row = self._store.row(
                f"SELECT count(*), coalesce(max(id), 0) FROM embeddings e WHERE {_OF_KEY}",
                self._key,
            )
            self._revision = (token, Revision(*(row or (0, 0))))
        return self._revision[1]

    def matrix(self) -> tuple[IdArray, FloatArray]:
        """Every track with a vector: ids int64 (n,), vectors float32 (n, dimension), read-only.

        Kept in memory; only what was added since the last call is read.
        """
        return self._current(_VECTORS, self.key.dimension)

    def tag_scores(self) -> tuple[IdArray, FloatArray]:
        """Every track with tags: ids int64 (n,), scores float32 (n, n_tags), read-only.

        Kept in memory as `matrix` is; for an encoder without tags there is none.
        """
        return self._current(_TAG_SCORES, self.key.n_tags)

    def sample(self, count: int) -> FloatArray:
        """Vectors of at most so many tracks, drawn as if by lot; float32 (n, dimension), read-only.

        They are those with the lowest digests: a digest says nothing of the sound, so that any
        track is as likely as another, whenever it came; and one that comes moves out one at most.
        Kept in memory until the vectors change.
        """
        revision = self.revision()
        if self._sample is None or self._sample[:2] != (revision, count):
            rows = self._store.rows(
                # CROSS JOIN: by the digests' own index, so that no more rows are read than wanted
                "SELECT e.vector FROM tracks t CROSS JOIN embeddings e ON e.track_id = t.id "
                f"WHERE {_OF_KEY} ORDER BY t.digest LIMIT :count",
                self._key | {"count": count},
            )
            vectors = np.frombuffer(b"".join(row[0] for row in rows), dtype=_ON_DISK)
            vectors = vectors.astype(np.float32, copy=False).reshape(len(rows), self.key.dimension)
            vectors.flags.writeable = False
            self._sample = (revision, count, vectors)
        return self._sample[2]

    def rows_after(self, last_id: int) -> tuple[IdArray, FloatArray]:
        """Like `matrix`, of the vectors that were written after the one with this id."""
        return self._read_after(last_id, _VECTORS, self.key.dimension)

    def has(self, digest: bytes) -> bool:
        """Whether this recording has a vector."""
        row = self._store.row(
            "SELECT 1 FROM tracks t JOIN embeddings e ON e.track_id = t.id "
            f"WHERE t.digest = :digest AND {_OF_KEY}",
            self._key | {"digest": digest},
        )
        return row is not None

    def keep(self, track_id: TrackId, embedding: Embedding) -> None:
        """Store a track's vectors, inside a transaction, in place of any it had for this key.

        Raises:
            ValueError: shapes do not fit the key, or a vector is not finite and of unit length.
        """
        check_embedding(embedding, self.key)
        parameters = self._key | {"track_id": track_id}
        for table in ("embeddings", "unanalysed"):
            self._store.write(
                f"DELETE FROM {table} WHERE track_id = :track_id AND encoder = :encoder "
                "AND model_version = :model_version",
                parameters,
            )
        row = self._store.row(
            "INSERT INTO embeddings (track_id, encoder, model_version, vector) "
            "VALUES (:track_id, :encoder, :model_version, :vector) RETURNING id",
            parameters | {"vector": _blob(embedding.vector)},
        )
        assert row is not None
        self._store.write(
            "INSERT INTO windows VALUES (?, ?, ?, ?)",
            (
                row[0],
                _blob(embedding.windows),
                _blob(embedding.window_starts_s),
                float(embedding.window_s),
            ),
        )
        if self.key.n_tags:
            scores = _blob(embedding.tag_scores)
            self._store.write("INSERT INTO tag_scores VALUES (?, ?)", (row[0], scores))

    def keep_reason(self, track_id: TrackId, reason: str) -> None:
        """Store why a track has no vector for this key, inside a transaction."""
        self._store.write(
            "INSERT OR REPLACE INTO unanalysed "
            "VALUES (:track_id, :encoder, :model_version, :reason)",
            self._key | {"track_id": track_id, "reason": reason},
        )

    def _current(self, source: str, width: int) -> tuple[IdArray, FloatArray]:
        """What the source holds now; read again as far as it has changed since the last call."""
        revision = self.revision()
        held = self._held.get(source)
        if held is None or held.revision != revision:
            ids, rows = self._read_on(held, revision, source, width)
            ids.flags.writeable = False
            rows.flags.writeable = False
            held = self._held[source] = _Held(revision, ids, rows)
        return held.ids, held.rows

    def _read_on(
        self, held: _Held | None, revision: Revision, source: str, width: int
    ) -> tuple[IdArray, FloatArray]:
        if held is not None:
            ids, rows = self._read_after(held.revision.last_id, source, width)
            if len(held.ids) + len(ids) == revision.count:
                return np.concatenate([held.ids, ids]), np.concatenate([held.rows, rows])
        return self._read_after(0, source, width)

    def _read_after(self, last_id: int, source: str, width: int) -> tuple[IdArray, FloatArray]:
        rows = self._store.rows(
            f"{source} WHERE {_OF_KEY} AND e.id > :last_id ORDER BY e.id",
            self._key | {"last_id": last_id},
        )
        ids = np.array([row[0] for row in rows], dtype=np.int64)
        values = np.frombuffer(b"".join(row[1] for row in rows), dtype=_ON_DISK)
        return ids, values.astype(np.float32, copy=False).reshape(len(rows), width)

    def _embedding(self, row: Row) -> Embedding:
        vector, windows, starts_s, window_s, scores = row
        return Embedding(
            vector=_floats(vector),
            windows=_floats(windows).reshape(-1, self.key.dimension),
            window_starts_s=_floats(starts_s),
            window_s=window_s,
            tag_scores=_floats(scores or b""),
        )


_OF_KEY = "e.encoder = :encoder AND e.model_version = :model_version"
_VECTORS = "SELECT e.track_id, e.vector FROM embeddings e"
_TAG_SCORES = (
    "SELECT e.track_id, s.scores FROM embeddings e JOIN tag_scores s ON s.embedding_id = e.id"
)


def check_embedding(embedding: Embedding, key: EncoderKey) -> None:
    """Raise ValueError unless all shapes fit the key and its numbers are what they should be.

    Every vector is finite and of unit length; every score is a probability.
    """
    dimension, n_windows = key.dimension, len(embedding.window_starts_s)
    if embedding.vector.shape != (dimension,):
        raise ValueError(f"vector.shape={embedding.vector.shape}, expected ({dimension},)")
    if n_windows == 0 or embedding.windows.shape != (n_windows, dimension):
        raise ValueError(
            f"windows.shape={embedding.windows.shape}, expected ({n_windows}, {dimension})"
        )
    for name, vectors in (("vector", embedding.vector[None]), ("windows", embedding.windows)):
        if not is_unit(vectors).all():
            raise ValueError(f"{name} is not finite and of unit length")
    if embedding.tag_scores.shape != (key.n_tags,):
        raise ValueError(f"tag_scores.shape={embedding.tag_scores.shape}, expected ({key.n_tags},)")
    if not are_scores(embedding.tag_scores):
        raise ValueError("tag_scores holds a number outside [0, 1]")


def is_unit(vectors: FloatArray) -> npt.NDArray[np.bool_]:
    """Which rows of (n, dimension) are finite and of unit length; bool (n,)."""
    with np.errstate(over="ignore", invalid="ignore"):
        lengths = np.linalg.norm(vectors, axis=1)
        unit: npt.NDArray[np.bool_] = np.abs(lengths - 1) <= _UNIT_TOLERANCE
    return unit


def are_scores(values: FloatArray) -> bool:
    """Whether all are probabilities: finite, and in [0, 1]."""
    return bool(((values >= 0.0) & (values <= 1.0)).all())


def _blob(values: FloatArray) -> bytes:
    return np.ascontiguousarray(values, dtype=_ON_DISK).tobytes()


def _floats(blob: bytes) -> FloatArray:
    """The numbers of a blob, which stand in it: they cannot be written to."""
    return np.frombuffer(blob, dtype=_ON_DISK).astype(np.float32, copy=False)

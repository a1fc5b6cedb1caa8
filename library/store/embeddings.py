"""Embeddings: the vectors of tracks for one encoder and model version."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from library.records import Embedding, EncoderKey, FloatArray, TrackId
from library.store.database import Row, Store

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


class EmbeddingTable:
    """The vectors of one encoder and model version; those of others are out of reach."""

    def __init__(self, store: Store, key: EncoderKey) -> None:
        """Look at the vectors of a store that this key's encoder made."""
        self.key = key
        self._store = store
        self._key = {"encoder": key.encoder, "model_version": key.model_version}
        self._revision: tuple[tuple[int, int], Revision] | None = None
        self._matrix: tuple[Revision, IdArray, FloatArray] | None = None

    def get(self, ids: Iterable[TrackId]) -> dict[TrackId, Embedding]:
        """The embeddings of these tracks, in the order given; tracks without one are left out."""
        wanted = [TrackId(int(track_id)) for track_id in ids]
        rows = self._store.rows(
            "SELECT e.track_id, e.vector, w.vectors, w.starts_s, w.window_s "
            f"FROM embeddings e JOIN windows w ON w.embedding_id = e.id WHERE {_OF_KEY} "
            "AND e.track_id IN (SELECT value FROM json_each(:ids))",
            self._key | {"ids": json.dumps(wanted)},
        )
        found = {TrackId(row[0]): self._embedding(row[1:]) for row in rows}
        return {track_id: found[track_id] for track_id in wanted if track_id in found}

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
        revision = self.revision()
        if self._matrix is None or self._matrix[0] != revision:
            self._matrix = (revision, *self._read_matrix(revision))
        return self._matrix[1], self._matrix[2]

    def rows_after(self, last_id: int) -> tuple[IdArray, FloatArray]:
        """Like `matrix`, of the vectors that were written after the one with this id."""
        rows = self._store.rows(
            f"SELECT e.track_id, e.vector FROM embeddings e WHERE {_OF_KEY} AND e.id > :last_id "
            "ORDER BY e.id",
            self._key | {"last_id": last_id},
        )
        ids = np.array([row[0] for row in rows], dtype=np.int64)
        vectors = np.frombuffer(b"".join(row[1] for row in rows), dtype=_ON_DISK)
        return ids, vectors.astype(np.float32).reshape(len(rows), self.key.dimension)

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
        check_embedding(embedding, self.key.dimension)
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
        self._store.write(
            "INSERT INTO windows VALUES (?, ?, ?, ?)",
            (
                None if row is None else row[0],
                _blob(embedding.windows),
                _blob(embedding.window_starts_s),
                float(embedding.window_s),
            ),
        )

    def keep_reason(self, track_id: TrackId, reason: str) -> None:
        """Store why a track has no vector for this key, inside a transaction."""
        self._store.write(
            "INSERT OR REPLACE INTO unanalysed "
            "VALUES (:track_id, :encoder, :model_version, :reason)",
            self._key | {"track_id": track_id, "reason": reason},
        )

    def _read_matrix(self, revision: Revision) -> tuple[IdArray, FloatArray]:
        if self._matrix is not None:
            before, ids, vectors = self._matrix
            new_ids, new_vectors = self.rows_after(before.last_id)
            if len(ids) + len(new_ids) == revision.count:
                return _read_only(
                    np.concatenate([ids, new_ids]), np.concatenate([vectors, new_vectors])
                )
        return _read_only(*self.rows_after(0))

    def _embedding(self, row: Row) -> Embedding:
        vector, windows, starts_s, window_s = row
        return Embedding(
            vector=_floats(vector),
            windows=_floats(windows).reshape(-1, self.key.dimension),
            window_starts_s=_floats(starts_s),
            window_s=window_s,
        )


_OF_KEY = "e.encoder = :encoder AND e.model_version = :model_version"


def check_embedding(embedding: Embedding, dimension: int) -> None:
    """Raise ValueError unless the shapes fit and every vector is finite and of unit length."""
    n_windows = len(embedding.window_starts_s)
    if embedding.vector.shape != (dimension,):
        raise ValueError(f"vector.shape={embedding.vector.shape}, expected ({dimension},)")
    if n_windows == 0 or embedding.windows.shape != (n_windows, dimension):
        raise ValueError(
            f"windows.shape={embedding.windows.shape}, expected ({n_windows}, {dimension})"
        )
    for name, vectors in (("vector", embedding.vector[None]), ("windows", embedding.windows)):
        if not is_unit(vectors).all():
            raise ValueError(f"{name} is not finite and of unit length")


def is_unit(vectors: FloatArray) -> npt.NDArray[np.bool_]:
    """Which rows of (n, dimension) are finite and of unit length; bool (n,)."""
    with np.errstate(over="ignore", invalid="ignore"):
        lengths = np.linalg.norm(vectors, axis=1)
        unit: npt.NDArray[np.bool_] = np.abs(lengths - 1) <= _UNIT_TOLERANCE
    return unit


def _blob(values: FloatArray) -> bytes:
    return np.ascontiguousarray(values, dtype=_ON_DISK).tobytes()


def _floats(blob: bytes) -> FloatArray:
    return np.frombuffer(blob, dtype=_ON_DISK).astype(np.float32)


def _read_only(ids: IdArray, vectors: FloatArray) -> tuple[IdArray, FloatArray]:
    ids.flags.writeable = False
    vectors.flags.writeable = False
    return ids, vectors

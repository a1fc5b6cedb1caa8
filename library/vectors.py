"""Nearest neighbours among unit vectors: an HNSW index as a disposable cache, and exact search.

hnswlib checks nothing that it reads, and crashes or hangs on a damaged file; so an index file is
loaded only if its sidecar vouches for every byte, and is built again otherwise. hnswlib may not
search while vectors are added; so the index stands behind a readers-and-writers lock. And it loses
its way among equal vectors (each points to its twins only); so equal vectors are one element.

Source: Malkov and Yashunin 2018, "Efficient and robust approximate nearest neighbor search using
Hierarchical Navigable Small World graphs".
"""

import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Self

import hnswlib
import numpy as np

from library.atomic import write_atomically
from library.records import EncoderKey, FloatArray, TrackId
from library.store.embeddings import IdArray, Revision

_FORMAT = 1
_FIRST_ROOM = 1_024

Neighbours = list[tuple[TrackId, float]]


@dataclass(frozen=True, slots=True)
class IndexConfig:
    """How the graph is built and searched.

    m: links of an element to others.
    ef_construction: candidates looked at for each element when it is added.
    ef: candidates looked at in a search; at least the number of neighbours wanted.
    """

    m: int = 16
    ef_construction: int = 200
    ef: int = 128


DEFAULT_CONFIG = IndexConfig()


class IndexUnusable(Exception):
    """An index file is absent, damaged, or not the one that is wanted; it is built again."""


class VectorIndex:
    """Unit vectors by track, and `nearest`. Safe to search from several threads while it grows."""

    def __init__(self, key: EncoderKey, config: IndexConfig = DEFAULT_CONFIG) -> None:
        """An empty index for the vectors of one encoder and model version."""
        self.key = key
        self.revision = Revision(0, 0)
        self._config = config
        self._graph = _graph(key, config)
        self._twins: dict[int, list[int]] = {}  # an element's id -> further ids of equal vectors
        self._elements: dict[bytes, int] | None = {}  # digest of a vector -> its element's id
        self._lock = _ReadersOrWriter()

    @property
    def count(self) -> int:
        """How many tracks the index holds."""
        with self._lock.reading():
            return int(self._graph.get_current_count()) + sum(map(len, self._twins.values()))

    def ids(self) -> IdArray:
        """The tracks that the index holds, rising; int64 (n,)."""
        with self._lock.reading():
            twins = [twin for twins in self._twins.values() for twin in twins]
            return np.sort(np.array([*self._graph.get_ids_list(), *twins], dtype=np.int64))

    def add(self, ids: IdArray, vectors: FloatArray, revision: Revision) -> None:
        """Add tracks that the index does not hold yet.

        Args:
            ids: int64, shape (n,).
            vectors: float32, shape (n, dimension), each of unit length.
            revision: of the vectors that the index holds afterwards.
        """
        with self._lock.writing():
            new = self._new_elements(ids, vectors)
            room = int(self._graph.get_current_count()) + len(new)
            if room > self._graph.get_max_elements():
                self._graph.resize_index(max(room, 2 * self._graph.get_max_elements()))
            if new:
                self._graph.add_items(vectors[new], ids[new])
            self.revision = revision

    def nearest(self, vector: FloatArray, k: int) -> Neighbours:
        """Up to k tracks with great cosines to a unit vector (dimension,), best first.

        The graph may miss some; where it cannot reach k at all there are none.
        """
        with self._lock.reading():
            n_elements = min(k, int(self._graph.get_current_count()))
            if n_elements == 0:
                return []
            try:
                labels, distances = self._graph.knn_query(vector, n_elements, num_threads=1)
            except RuntimeError:  # "Cannot return the results in a contiguous 2D array"
                return []
            found = [
                (TrackId(track_id), min(1.0, max(-1.0, 1.0 - float(distance))))
                for label, distance in zip(labels[0], distances[0], strict=True)
                for track_id in (int(label), *self._twins.get(int(label), ()))
            ]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:k]

    def save(self, path: Path) -> None:
        """Write the index and its sidecar; a reader meanwhile finds the old pair or none.

        Raises:
            OSError: they cannot be written.
        """
        temporary = path.with_name(path.name + ".new")
        with self._lock.reading():
            self._graph.save_index(os.fsencode(temporary))
            size_bytes = int(self._graph.index_file_size())
            facts = self._facts()
        try:
            # hnswlib does not notice when a file cannot be opened or the disk is full
            if os.stat(temporary).st_size != size_bytes:
                raise OSError("the index could not be written whole")
            facts |= {"size_bytes": size_bytes, "sha256": _checksum(temporary)}
            os.replace(temporary, path)
        finally:
            with suppress(OSError):
                temporary.unlink()
        write_atomically(_sidecar(path), _sealed(facts))

    @classmethod
    def load(cls, path: Path, key: EncoderKey, config: IndexConfig = DEFAULT_CONFIG) -> Self:
        """The index that was saved here, if every byte of it is as it was written.

        Raises:
            IndexUnusable: it is absent, damaged, or of another key or config.
        """
        facts = _facts_of(path, key, config)
        try:
            before = _identity(path)
            if before[0] != facts["size_bytes"] or _checksum(path) != facts["sha256"]:
                raise IndexUnusable(f"{path} is not the file that its sidecar describes")
            index = cls(key, config)
            index._graph = hnswlib.Index(space="ip", dim=key.dimension)
            index._graph.load_index(os.fsencode(path), max_elements=facts["elements"])
            index._graph.set_ef(config.ef)
            if _identity(path) != before or index._graph.get_current_count() != facts["elements"]:
                raise IndexUnusable(f"{path} changed while it was read")
        except (OSError, RuntimeError) as error:
            raise IndexUnusable(f"{path} cannot be read: {error}") from error
        index.revision = Revision(**facts["revision"])
        index._twins = {int(label): twins for label, twins in facts["twins"].items()}
        index._elements = None
        return index

    def _new_elements(self, ids: IdArray, vectors: FloatArray) -> list[int]:
        """Rows whose vectors are new; the others are noted as twins of elements there are."""
        if self._elements is None:
            labels = self._graph.get_ids_list()
            held = self._graph.get_items(labels) if labels else []
            self._elements = {_digest(v): label for label, v in zip(labels, held, strict=True)}
        new = []
        for row, track_id in enumerate(ids.tolist()):
            element = self._elements.setdefault(_digest(vectors[row]), track_id)
            if element == track_id:
                new.append(row)
            else:
                self._twins.setdefault(element, []).append(track_id)
        return new

    def _facts(self) -> dict[str, Any]:
        return {
            **_making(self.key, self._config),
            "elements": int(self._graph.get_current_count()),
            "revision": asdict(self.revision),
            "twins": {str(label): twins for label, twins in self._twins.items()},
        }


def saved_state(path: Path) -> tuple[object, object] | None:
    """A value that differs after every save of an index here; None where there is none."""
    try:
        return _identity(path), _identity(_sidecar(path))
    except OSError:
        return None


def saved_revision(
    path: Path, key: EncoderKey, config: IndexConfig = DEFAULT_CONFIG
) -> Revision | None:
    """Which vectors the index that was saved here holds, without giving it to hnswlib.

    None where there is no index of this key and config whose every byte is as it was written.
    """
    try:
        facts = _facts_of(path, key, config)
        is_whole = _checksum(path) == facts["sha256"]
    except (IndexUnusable, OSError):
        return None
    return Revision(**facts["revision"]) if is_whole else None


def exact_nearest(
    ids: IdArray,
    vectors: FloatArray,
    vector: FloatArray,
    k: int,
    excluded: Callable[[TrackId], bool] | None = None,
) -> Neighbours:
    """The k tracks whose vectors have the greatest cosine with a unit vector, best first.

    Args:
        ids: int64, shape (n,).
        vectors: float32, shape (n, dimension), each of unit length.
        vector: float32, shape (dimension,), of unit length.
        k: how many; all that are not excluded where there are fewer.
        excluded: which tracks are passed over; None for none.
    """
    similarities = np.clip(vectors @ vector, -1.0, 1.0)  # (n,)
    rows = np.arange(len(ids))
    if excluded is None and k < len(ids):
        rows = np.argpartition(-similarities, k)[:k]
    best_first = rows[np.lexsort((ids[rows], -similarities[rows]))]
    kept = (row for row in best_first if excluded is None or not excluded(TrackId(int(ids[row]))))
    return [(TrackId(int(ids[row])), float(similarities[row])) for row in islice(kept, k)]


class _ReadersOrWriter:
    """Many may read at once; who writes is alone. A waiting writer goes before new readers."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._readers = 0
        self._writers_waiting = 0
        self._written = False

    @contextmanager
    def reading(self) -> Iterator[None]:
        with self._changed:
            self._changed.wait_for(lambda: not self._written and not self._writers_waiting)
            self._readers += 1
        try:
            yield
        finally:
            with self._changed:
                self._readers -= 1
                self._changed.notify_all()

    @contextmanager
    def writing(self) -> Iterator[None]:
        with self._changed:
            self._writers_waiting += 1
            self._changed.wait_for(lambda: not self._written and not self._readers)
            self._writers_waiting -= 1
            self._written = True
        try:
            yield
        finally:
            with self._changed:
                self._written = False
                self._changed.notify_all()


def _graph(key: EncoderKey, config: IndexConfig) -> Any:
    graph = hnswlib.Index(space="ip", dim=key.dimension)
    graph.init_index(max_elements=_FIRST_ROOM, M=config.m, ef_construction=config.ef_construction)
    graph.set_ef(config.ef)
    return graph


def _making(key: EncoderKey, config: IndexConfig) -> dict[str, Any]:
    """What must agree before a saved index is looked at."""
    return {"format": _FORMAT, "key": asdict(key), "config": asdict(config)}


def _digest(vector: FloatArray) -> bytes:
    return hashlib.blake2b(vector.tobytes(), digest_size=16).digest()


def _sidecar(path: Path) -> Path:
    return path.with_name(path.name + ".sidecar")


def _sealed(facts: dict[str, Any]) -> bytes:
    """A line with the checksum of the next, and a line of JSON."""
    body = json.dumps(facts, sort_keys=True).encode()
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def _unsealed(path: Path) -> dict[str, Any]:
    try:
        seal, _, body = path.read_bytes().partition(b"\n")
    except OSError as error:
        raise IndexUnusable(f"{path} cannot be read: {error}") from error
    if seal != hashlib.sha256(body).hexdigest().encode():
        raise IndexUnusable(f"{path} is damaged")
    facts: dict[str, Any] = json.loads(body)
    return facts


def _facts_of(path: Path, key: EncoderKey, config: IndexConfig) -> dict[str, Any]:
    """What the sidecar of an index says.

    Raises:
        IndexUnusable: it is absent or damaged, or the index is of another key or config.
    """
    facts = _unsealed(_sidecar(path))
    if any(facts[name] != value for name, value in _making(key, config).items()):
        raise IndexUnusable(f"{path} was made for other vectors or in another way")
    return facts


def _identity(path: Path) -> tuple[int, int, int]:
    """Size, inode and time of change: the same as before if the file is the same as before."""
    status = os.stat(path)
    return status.st_size, status.st_ino, status.st_mtime_ns


def _checksum(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""The index of a catalog: where it lies, whether it is up to date, and how it catches up."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from library.errors import StoreError
from library.records import EncoderKey, FloatArray
from library.store.embeddings import EmbeddingTable, IdArray, Revision
from library.vectors import IndexUnusable, VectorIndex


@dataclass(frozen=True, slots=True, eq=False)
class _Newer:
    """The vectors that were written after one revision and until another."""

    base: Revision
    now: Revision
    ids: IdArray
    vectors: FloatArray


class CatalogIndex:
    """The index over the embeddings of one key, read from its file when it is first wanted.

    The writer saves the file; catalogs beside it read it again when it has changed. An index that
    holds vectors which the database has no more is not asked.
    """

    def __init__(self, data_dir: Path, embeddings: EmbeddingTable) -> None:
        """Follow the embeddings of one key with an index in this folder."""
        self._path = data_dir / index_name(embeddings.key)
        self._embeddings = embeddings
        self._index: VectorIndex | None = None
        self._newer: _Newer | None = None
        self._file_seen: tuple[int, int] | None = None

    def current(self) -> VectorIndex | None:
        """The index if it holds exactly the vectors of the database, else None."""
        revision = self._embeddings.revision()
        if self._index is None or self._index.revision != revision:
            self._read_if_changed()
        if self._index is None or self._index.revision != revision:
            return None
        return self._index

    def current_with_newer(self) -> tuple[VectorIndex, IdArray, FloatArray] | None:
        """The index, and the ids (n,) and vectors (n, dimension) that came since it was built.

        None where there is no index, or vectors that it holds are gone. While a library is being
        analysed, this is far quicker than to search all its vectors.
        """
        revision = self._embeddings.revision()
        if self._index is None or self._index.revision != revision:
            self._read_if_changed()
        index = self._index
        if index is None:
            return None
        newer = self._newer_than(index.revision, revision)
        if index.revision.count + len(newer.ids) != revision.count:
            return None
        return index, newer.ids, newer.vectors

    def saved(self) -> VectorIndex | None:
        """The index as its file holds it; None where it has none or it cannot be trusted."""
        try:
            return VectorIndex.load(self._path, self._embeddings.key)
        except IndexUnusable:
            return None

    def refresh(self) -> None:
        """Bring index and file up to the revision of the database.

        Raises:
            StoreError: the file cannot be written.
        """
        revision = self._embeddings.revision()
        if self.current() is not None or revision.count == 0:
            return
        index, self._index = self._index, None  # a half-grown one is never kept
        if index is not None:
            ids, vectors = self._embeddings.rows_after(index.revision.last_id)
        if index is None or index.revision.count + len(ids) != revision.count:
            index = VectorIndex(self._embeddings.key)
            ids, vectors = self._embeddings.matrix()
        index.add(ids, vectors, revision)
        try:
            index.save(self._path)
        except OSError as error:
            raise StoreError(self._path, error.strerror or str(error)) from error
        self._index, self._file_seen = index, self._file_now()

    def _newer_than(self, base: Revision, now: Revision) -> "_Newer":
        """What was written between two revisions; only what came since the last call is read."""
        held = self._newer
        if held is not None and held.base == base and held.now == now:
            return held
        if held is not None and held.base == base:
            ids, vectors = self._embeddings.rows_after(held.now.last_id)
            ids, vectors = (
                np.concatenate([held.ids, ids]),
                np.concatenate([held.vectors, vectors]),
            )
        if held is None or held.base != base or base.count + len(ids) != now.count:
            ids, vectors = self._embeddings.rows_after(base.last_id)
        self._newer = _Newer(base, now, ids, vectors)
        return self._newer

    def _read_if_changed(self) -> None:
        now = self._file_now()
        if now is not None and now != self._file_seen:
            self._file_seen = now
            self._index = self.saved() or self._index

    def _file_now(self) -> tuple[int, int] | None:
        try:
            status = os.stat(self._path)
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns


def index_name(key: EncoderKey) -> str:
    """The name of the file that holds the index of a key."""
    return re.sub(r"[^A-Za-z0-9-]", "_", f"index-{key.encoder}-{key.model_version}") + ".hnsw"

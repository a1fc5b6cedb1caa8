"""The index of a catalog: where it lies, whether it is up to date, and how it catches up."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from library.errors import StoreError
from library.records import EncoderKey, FloatArray
from library.store.embeddings import EmbeddingTable, IdArray, Revision
from library.vectors import IndexUnusable, VectorIndex, saved_revision, saved_state


@dataclass(frozen=True, slots=True, eq=False)
class _Newer:
    """The vectors that were written after one revision and until another."""

    base: Revision
    now: Revision
    ids: IdArray
    vectors: FloatArray


class CatalogIndex:
    """The index over the embeddings of one key, read from its file when it is first wanted.

    Who refreshes it saves the file; other catalogs read it again when it has changed. An index that
    holds vectors which the database has no more is not asked.
    """

    def __init__(self, data_dir: Path, embeddings: EmbeddingTable) -> None:
        """Follow the embeddings of one key with an index in this folder."""
        self._path = data_dir / index_name(embeddings.key)
        self._embeddings = embeddings
        self._index: VectorIndex | None = None
        self._newer: _Newer | None = None
        self._file_seen: tuple[object, object] | None = None
        self._whole: tuple[tuple[object, object] | None, Revision] | None = None

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

    def is_saved(self) -> bool:
        """Whether the file is whole and holds the vectors of the database."""
        revision = self._embeddings.revision()
        if revision.count == 0:
            return True
        state = saved_state(self._path)
        if self._whole is None or self._whole[0] != state:
            found = saved_revision(self._path, self._embeddings.key)
            self._whole = None if found is None else (state, found)
        return self._whole is not None and self._whole[1] == revision

    def refresh(self) -> None:
        """Bring index and file up to the revision of the database.

        Raises:
            StoreError: the file cannot be written.
        """
        with self._embeddings.snapshot():
            revision = self._embeddings.revision()
            if self.current() is not None or revision.count == 0:
                return
            index, ids, vectors = self._lacking(revision)
        self._index = None  # a half-grown one is never kept
        index.add(ids, vectors, revision)
        try:
            index.save(self._path)
        except OSError as error:
            raise StoreError(self._path, error.strerror or str(error)) from error
        self._index, self._file_seen = index, saved_state(self._path)

    def _lacking(self, revision: Revision) -> tuple[VectorIndex, IdArray, FloatArray]:
        """The index to go on from, an empty one if need be, and what it lacks of a revision."""
        if self._index is not None:
            ids, vectors = self._embeddings.rows_after(self._index.revision.last_id)
            if self._index.revision.count + len(ids) == revision.count:
                return self._index, ids, vectors
        return VectorIndex(self._embeddings.key), *self._embeddings.matrix()

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
        now = saved_state(self._path)
        if now is not None and now != self._file_seen:
            self._file_seen = now
            self._index = self.saved() or self._index


def index_name(key: EncoderKey) -> str:
    """The name of the file that holds the index of a key."""
    return re.sub(r"[^A-Za-z0-9-]", "_", f"index-{key.encoder}-{key.model_version}") + ".hnsw"

"""The index of a catalog: where it lies, whether it is up to date, and how it catches up."""

import os
import re
from pathlib import Path

from library.errors import StoreError
from library.records import EncoderKey
from library.store.embeddings import EmbeddingTable
from library.vectors import IndexUnusable, VectorIndex


class CatalogIndex:
    """The index over the embeddings of one key, read from its file when it is first wanted.

    The writer saves the file; catalogs beside it read it again when it has changed. An index that
    does not stand at the revision of the database is not asked.
    """

    def __init__(self, data_dir: Path, embeddings: EmbeddingTable) -> None:
        """Follow the embeddings of one key with an index in this folder."""
        self._path = data_dir / index_name(embeddings.key)
        self._embeddings = embeddings
        self._index: VectorIndex | None = None
        self._file_seen: tuple[int, int] | None = None

    def current(self) -> VectorIndex | None:
        """The index if it holds exactly the vectors of the database, else None."""
        revision = self._embeddings.revision()
        if self._index is None or self._index.revision != revision:
            self._read_if_changed()
        if self._index is None or self._index.revision != revision:
            return None
        return self._index

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

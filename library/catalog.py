"""The library as one door: the store, the index of its vectors, and the lock of the one writer.

A catalog belongs to the thread that opened it. One catalog writes; any number of read-only ones,
in this program or another, may look on meanwhile.
"""

import os
import time
from collections.abc import Callable, Sequence, Set
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from library.errors import StoreError
from library.indexing import CatalogIndex
from library.inspection import CheckReport, inspect
from library.layout import STORE_NAME
from library.listing import Album, FacetCount, SortKey
from library.lock import writer_lock
from library.query import Facet, Query
from library.records import (
    Embedding,
    EncoderKey,
    FloatArray,
    Recording,
    Stamp,
    Tags,
    Track,
    TrackId,
)
from library.store.albums import album_tracks, albums
from library.store.database import Store
from library.store.embeddings import EmbeddingTable, is_unit
from library.store.files import FileTable
from library.store.listing import facet_counts, listing
from library.store.playlists import PlaylistTable
from library.store.schema import open_store
from library.store.tracks import TrackTable
from library.vectors import Neighbours, exact_nearest

_NO_TAGS = Tags()
_MAX_FROM_INDEX = 1_000  # beyond this, exact search costs less than the index

Exclude = Callable[[TrackId], bool] | Set[TrackId]


class Catalog:
    """Tracks, files, vectors and playlists of one library, for one encoder and model version."""

    def __init__(self, store: Store, key: EncoderKey, closing: ExitStack) -> None:
        """Put an open store and its index together; `Catalog.open` is the way in."""
        self.key = key
        self.files = FileTable(store, key)
        self.tracks = TrackTable(store)
        self.embeddings = EmbeddingTable(store, key)
        self.playlists = PlaylistTable(store)
        self._store = store
        self._index = CatalogIndex(store.path.parent, self.embeddings)
        self._closing = closing

    @classmethod
    def open(cls, data_dir: Path, key: EncoderKey, *, readonly: bool = False) -> Self:
        """Open the library in this folder; for writing, make it where there is none.

        Read-only, a library that does not exist yet is an empty one.

        Raises:
            LibraryLocked: for writing, while another catalog writes.
            StoreTooNew, StoreDamaged, StoreError: see `library.store.schema.open_store`.
        """
        with ExitStack() as closing:
            if not readonly:
                _make_folder(data_dir)
                closing.enter_context(writer_lock(data_dir))
            store = open_store(data_dir / STORE_NAME, readonly=readonly)
            closing.callback(store.close)
            return cls(store, key, closing.pop_all())

    def close(self) -> None:
        """Close the store and let another writer in."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def notices(self) -> tuple[str, ...]:
        """Sentences about what happened while the library was opened, for the person to read."""
        return self._store.notices

    def roots(self) -> tuple[bytes, ...]:
        """The folders of the library, in order."""
        return tuple(path for (path,) in self._store.rows("SELECT path FROM roots ORDER BY path"))

    def add_root(self, path: bytes) -> None:
        """Add a folder to the library; adding it twice is adding it once."""
        root = (os.path.abspath(path), time.time())
        with self._store.transaction():
            self._store.write("INSERT OR IGNORE INTO roots VALUES (?, ?)", root)

    def remove_root(self, path: bytes) -> None:
        """Take a folder out of the library, with its files and the tracks that lie nowhere else.

        Tracks that stand in a playlist stay, under the names that they last had. The music files
        themselves are never touched.
        """
        with self._store.transaction():
            self._store.write("DELETE FROM roots WHERE path = ?", (os.path.abspath(path),))
            self.files.forget_outside(self.roots())
            self.tracks.forget_unused()

    def has_embedding(self, digest: bytes) -> bool:
        """Whether this recording has a vector for the key, so that it need not be heard again.

        A recording that could not be heard has none: it may be tried again.
        """
        return self.embeddings.has(digest)

    def keep(
        self,
        stamp: Stamp,
        tags: Tags,
        recording: Recording,
        embedding: Embedding | None,
        *,
        reason: str = "",
        cover: bytes | None = None,
    ) -> TrackId:
        """Keep what was learned of a file, in one transaction: track, file, vectors, cover.

        Args:
            stamp: of the file as it was when it was read.
            tags: of the file.
            recording: what makes the track.
            embedding: None if the track has its vectors already, or cannot have any.
            reason: why the track cannot have vectors; empty otherwise.
            cover: JPEG; None leaves the track's cover as it is.

        Raises:
            ValueError: the embedding does not fit the key.
        """
        with self._store.transaction():
            track_id = self.tracks.keep(recording, stamp.path, tags, heard=embedding is not None)
            self.files.keep(stamp, tags, track_id)
            if embedding is not None:
                self.embeddings.keep(track_id, embedding)
            elif reason:
                self.embeddings.keep_reason(track_id, reason)
            if cover is not None:
                self.tracks.keep_cover(track_id, cover)
        return track_id

    def fail(self, stamp: Stamp, reason: str, tags: Tags = _NO_TAGS) -> None:
        """Keep why a file could not be read; it is tried again once it has changed."""
        with self._store.transaction():
            self.files.fail(stamp, reason, tags)

    def search(self, query: Query, limit: int = 50) -> list[Track]:
        """The first tracks that pass a query; see `library.store.search.search`."""
        return list(self.tracks.get(self.listing(query, limit=limit)).values())

    def listing(
        self, query: Query, order: Sequence[SortKey] = (), limit: int | None = None
    ) -> list[TrackId]:
        """The tracks that pass a query, in order; see `library.store.listing.listing`.

        Without an order they stand as `search` ranks them; without a limit they are all there.
        """
        return listing(self._store, self.embeddings, query, order, limit)

    def facet(self, query: Query, facet: Facet) -> list[FacetCount]:
        """What the tracks that pass a query have of a facet, and how many of them.

        In order of name, without a value last; see `library.store.listing.facet_counts`.
        """
        return facet_counts(self._store, self.embeddings, query, facet)

    def albums(self, query: Query) -> list[Album]:
        """The albums of the tracks that pass a query, by artist, year and title."""
        return albums(self._store, self.embeddings, query)

    def album_tracks(self, album: Album) -> list[TrackId]:
        """All tracks of an album, in order of disc, number and title."""
        return album_tracks(self._store, album)

    def nearest(
        self, vector: FloatArray, k: int, *, exclude: Exclude | None = None
    ) -> list[tuple[TrackId, float]]:
        """The k tracks most like a unit vector (dimension,), with their cosines, best first.

        There are k whenever the library holds so many that are not excluded. The index answers
        where few are excluded, beside exact search of what came after it; else exact search of all.

        Args:
            vector: float32, shape (dimension,), of unit length.
            k: how many tracks.
            exclude: tracks to leave out, or a function that says so of a track.

        Raises:
            ValueError: the vector does not fit the key, or is not finite and of unit length.
        """
        vector = np.asarray(vector, dtype=np.float32)
        if vector.shape != (self.key.dimension,) or not is_unit(vector[None]).all():
            raise ValueError(f"vector.shape={vector.shape}, or not finite and of unit length")
        with self._store.snapshot():
            return self._nearest(vector, k, exclude)

    def _nearest(self, vector: FloatArray, k: int, exclude: Exclude | None) -> Neighbours:
        excluded = exclude.__contains__ if isinstance(exclude, Set) else exclude
        spare = 0 if exclude is None else len(exclude) if isinstance(exclude, Set) else 3 * k
        found = self._near_by_index(vector, k + spare) if k + spare <= _MAX_FROM_INDEX else []
        kept = [pair for pair in found if excluded is None or not excluded(pair[0])]
        if len(kept) >= k:
            return kept[:k]
        return exact_nearest(*self.embeddings.matrix(), vector, k, excluded)

    def _near_by_index(self, vector: FloatArray, k: int) -> Neighbours:
        """As many as k, best first; none where the index cannot tell."""
        current = self._index.current_with_newer()
        if current is None:
            return []
        index, ids, vectors = current
        found = index.nearest(vector, k)
        if len(found) < min(k, index.count):
            return []
        found += exact_nearest(ids, vectors, vector, k)
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def snapshot(self) -> AbstractContextManager[None]:
        """All that is read inside is of one moment, whatever another program writes meanwhile."""
        return self._store.snapshot()

    @property
    def data_dir(self) -> Path:
        """The folder in which the library lies."""
        return self._store.path.parent

    def has_saved_index(self) -> bool:
        """Whether the saved index is whole and holds the vectors of the database, if there are any.

        A file that is new here is read to its end (0.2 s for 100,000 tracks); other threads go on.
        """
        return self._index.is_saved()

    def refresh_index(self) -> None:
        """Bring the index up to date with the vectors of the database, and save it.

        A catalog that only reads may do so, too; hnswlib keeps Python's lock meanwhile.

        Raises:
            StoreError: it cannot be saved.
        """
        self._index.refresh()

    def check(self) -> CheckReport:
        """Inspect the whole library; see `library.inspection.inspect`."""
        return inspect(self._store, self.embeddings, self._index.saved())


def _make_folder(data_dir: Path) -> None:
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(data_dir, error.strerror or str(error)) from error

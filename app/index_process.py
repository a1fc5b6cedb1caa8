"""Keeps the saved index of a library up to date, in a process of its own.

hnswlib keeps Python's lock while it reads and writes an index: a quarter of a second for 100,000
tracks, in which the threads of the program could neither draw nor play.
"""

from concurrent.futures import wait
from contextlib import suppress
from pathlib import Path

from app.errors import WorkerFailure
from app.worker_start import Limits
from app.workers import Worker
from library.catalog import Catalog
from library.errors import StoreError
from library.records import EncoderKey
from library.store.embeddings import Revision

# Built from nothing, the index of a million tracks takes minutes.
_REFRESH_TIMEOUT_S = 3600.0
_NICENESS = 10


class IndexProcess:
    """Brings the saved index of a catalog up to date while that is written on."""

    def __init__(self, catalog: Catalog) -> None:
        """Start no process yet."""
        self._catalog = catalog
        # One thread of numpy's; hnswlib adds vectors with one for each core.
        self._worker = Worker("index", Limits(None, n_threads=1, niceness=_NICENESS))
        self._asked_for: Revision | None = None
        self._done_for: Revision | None = None

    def refresh(self) -> None:
        """Let the index catch up, unless it does so already. If it cannot, the next time may do."""
        with suppress(StoreError):
            self._take_if_ready()
            if not self._worker.busy and not self._catalog.has_saved_index():
                self._begin()

    def settled(self, timeout_s: float) -> bool:
        """Let the index catch up and wait for it at most so long; whether it is up to date.

        Raises:
            StoreError: it cannot be brought up to date.
        """
        if not self._worker.busy:
            if self._catalog.has_saved_index():
                return True
            self._begin()
        wait([self._worker.future], timeout=timeout_s)
        self._take_if_ready()
        return False

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._worker.close()

    def _begin(self) -> None:
        self._asked_for = self._catalog.embeddings.revision()
        if self._asked_for == self._done_for:
            raise self._failed("what was saved is not there")
        catalog = self._catalog
        try:
            self._worker.give(_refresh, catalog.data_dir, catalog.key, timeout_s=_REFRESH_TIMEOUT_S)
        except WorkerFailure as failure:
            raise self._failed(failure.reason) from failure

    def _take_if_ready(self) -> None:
        if not self._worker.ready():
            return
        try:
            self._worker.take()
        except WorkerFailure as failure:
            raise self._failed(failure.reason) from failure
        self._done_for = self._asked_for

    def _failed(self, reason: str) -> StoreError:
        return StoreError(
            self._catalog.data_dir, f"its index could not be brought up to date: {reason}"
        )


def _refresh(data_dir: Path, key: EncoderKey) -> None:
    with Catalog.open(data_dir, key, readonly=True) as catalog:
        catalog.refresh_index()

"""Searches in a process of its own, so that the program goes on drawing and playing meanwhile.

hnswlib keeps Python's lock while it reads an index: 0.2 s for 100,000 tracks, in which no other
thread could do anything. The ranking of the candidates takes the lock for milliseconds, too.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.errors import SearchFailed, TaskRefused, WorkerFailure
from app.worker_start import Limits
from library.errors import LibraryError

if TYPE_CHECKING:
    from app.encoder_choice import EncoderChoice
    from app.match_request import Matches, MatchRequest, SeedKey
    from app.matching import MatchFinder
    from app.similar import Seed
    from app.workers import Worker

# The first search reads the index of the library, or all its vectors where there is none yet.
_SEARCH_TIMEOUT_S = 120.0
# Enough for the arithmetic of one search, which the memory holds up, not the processor.
_MAX_THREADS = 2


class MatchProcess:
    """Answers requests about the library of one data folder. Its process starts with the first."""

    def __init__(self, data_dir: Path, encoder: "EncoderChoice") -> None:
        """Keep where the library lies and by which encoder it is heard."""
        self._library = (data_dir, encoder)
        self._worker: Worker | None = None

    def prepare(self) -> None:
        """Start the process and read what searches need, so that the first is as quick as the next.

        Raises:
            SearchFailed: the library cannot be searched.
        """
        self._ask(_prepare)

    def find(self, request: "MatchRequest", heard: "Mapping[SeedKey, Seed]") -> "Matches":
        """The matches of a request, as `app.matching.MatchFinder` finds them.

        Raises:
            SearchFailed: the library cannot be searched, or the process ended.
        """
        found: Matches = self._ask(_find, request, heard)
        return found

    def close(self) -> None:
        """End the process."""
        if self._worker is not None:
            self._worker.close()

    def _ask(self, function: Callable[..., Any], *arguments: object) -> Any:
        worker = self._worker = self._worker or _new_worker()
        try:
            worker.give(function, *self._library, *arguments, timeout_s=_SEARCH_TIMEOUT_S)
            return worker.result()
        except TaskRefused as refused:
            error = refused.__cause__
            if error is None or isinstance(error, LibraryError | MemoryError):
                raise SearchFailed(refused.reason) from refused
            raise error from error.__cause__  # a mistake of Segue's own, with its traceback
        except WorkerFailure as failure:
            raise SearchFailed(failure.reason) from failure


def _new_worker() -> "Worker":
    from app.workers import Worker  # not for every library that is opened

    n_threads = min(_MAX_THREADS, os.cpu_count() or 1)
    # Not niced: somebody waits for the answer.
    return Worker("search", Limits(address_space_bytes=None, n_threads=n_threads, niceness=0))


def _prepare(data_dir: Path, encoder: "EncoderChoice") -> None:
    _finder(data_dir, encoder).prepare()


def _find(
    data_dir: Path,
    encoder: "EncoderChoice",
    request: "MatchRequest",
    heard: "Mapping[SeedKey, Seed]",
) -> "Matches":
    return _finder(data_dir, encoder).find(request, heard)


def _finder(data_dir: Path, encoder: "EncoderChoice") -> "MatchFinder":
    """The one of this process, which serves one library for all its life."""
    if not _finders:
        from app.matching import MatchFinder
        from library.catalog import Catalog

        catalog = Catalog.open(data_dir, encoder.key, readonly=True)
        _finders.append(MatchFinder(catalog, encoder))
    return _finders[0]


_finders: "list[MatchFinder]" = []

"""Which file is analysed next: what is wanted, then one of every folder, then the rest.

A folder stands for an album, because tags are not known before a file has been opened. One track of
every album makes the whole library searchable early.
"""

import os
from collections import deque
from collections.abc import Iterable

from library.records import Stamp

_SEPARATOR = os.fsencode(os.sep)


class WorkQueue:
    """Files that wait to be analysed, each once."""

    def __init__(self, wanted: Iterable[bytes] = ()) -> None:
        """Paths in `wanted` come first when they are added, folders included."""
        self._wanted_paths = {path.rstrip(_SEPARATOR) for path in wanted}
        self._wanted: deque[bytes] = deque()
        self._first_of_folder: deque[bytes] = deque()
        self._rest: deque[bytes] = deque()
        self._waiting: dict[bytes, Stamp] = {}
        self._folders: set[bytes] = set()

    def __len__(self) -> int:
        """How many files wait."""
        return len(self._waiting)

    def add(self, stamp: Stamp) -> None:
        """Let a file wait; a newer stamp of a waiting file takes its place."""
        path = stamp.path
        if path not in self._waiting:
            self._lane(path).append(path)
        self._waiting[path] = stamp

    def want(self, path: bytes) -> None:
        """Move a waiting file, or every waiting file of a folder, to the front; remember it."""
        path = path.rstrip(_SEPARATOR)
        self._wanted_paths.add(path)
        folder = path + _SEPARATOR
        self._wanted.extend(
            waiting for waiting in self._waiting if waiting == path or waiting.startswith(folder)
        )

    def next(self) -> Stamp:
        """Take the next file.

        Raises:
            IndexError: none waits.
        """
        while True:
            # A file that was moved to the front still stands in its old lane; it is taken once.
            stamp = self._waiting.pop(self._next_path(), None)
            if stamp is not None:
                return stamp

    def _next_path(self) -> bytes:
        for lane in (self._wanted, self._first_of_folder):
            if lane:
                return lane.popleft()
        return self._rest.popleft()

    def _lane(self, path: bytes) -> deque[bytes]:
        if self._is_wanted(path):
            return self._wanted
        folder = path.rpartition(_SEPARATOR)[0]
        if folder in self._folders:
            return self._rest
        self._folders.add(folder)
        return self._first_of_folder

    def _is_wanted(self, path: bytes) -> bool:
        if not self._wanted_paths:
            return False
        while path:
            if path in self._wanted_paths:
                return True
            path = path.rpartition(_SEPARATOR)[0]
        return False

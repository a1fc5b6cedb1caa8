"""Errors of the library. `str()` of each is a sentence for the person at the screen.

LibraryError
├── TagError            a file's tags cannot be read
├── StoreError          the database cannot be opened, read or written
│   ├── StoreTooNew     it was written by a newer Segue
│   └── StoreDamaged    it fails its integrity check
├── LibraryLocked       another Segue is writing
├── PlaylistError       a playlist cannot be found or changed
└── PlaylistFileError   a playlist file cannot be read or written
"""

from pathlib import Path
from typing import Self

from library.records import display_path


class LibraryError(Exception):
    """Something in the environment, not in Segue, kept the library from doing its work."""


class TagError(LibraryError):
    """The tags of one file cannot be read."""

    def __init__(self, path: bytes, reason: str) -> None:
        """Keep the path and the cause."""
        super().__init__(f"Could not read the tags of {display_path(path)}: {reason}")
        self.path = path
        self.reason = reason

    def __reduce__(self) -> tuple[type[Self], tuple[bytes, str]]:
        """Cross from a decoder to the program."""
        return type(self), (self.path, self.reason)


class StoreError(LibraryError):
    """The database cannot be opened, read or written."""

    def __init__(self, path: Path, reason: str) -> None:
        """Keep the path and the cause."""
        super().__init__(f"Could not use the library database {path}: {reason}")
        self.path = path
        self.reason = reason

    def __reduce__(self) -> tuple[type[Self], tuple[Path, str]]:
        """Cross from a worker to the program."""
        return type(self), (self.path, self.reason)


class StoreTooNew(StoreError):
    """The database was written by a newer Segue and is left alone."""


class StoreDamaged(StoreError):
    """The database fails its integrity check."""


class LibraryLocked(LibraryError):
    """Another Segue is writing to the same library."""

    def __init__(self, data_dir: Path) -> None:
        """Keep the folder."""
        super().__init__(
            f"Another Segue is changing the library in {data_dir}. Try again when it has finished."
        )
        self.data_dir = data_dir


class PlaylistError(LibraryError):
    """A playlist cannot be found or changed."""


class PlaylistFileError(LibraryError):
    """A playlist file cannot be read or written."""

    def __init__(self, path: bytes, reason: str) -> None:
        """Keep the path and the cause."""
        super().__init__(f"Could not use the playlist file {display_path(path)}: {reason}")
        self.path = path
        self.reason = reason

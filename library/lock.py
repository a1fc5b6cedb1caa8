"""One writer at a time: an operating-system lock on a file in the data folder.

The lock belongs to the process and goes with it, however it ends, so a killed Segue never leaves
a library locked.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from library.errors import LibraryLocked, StoreError

LOCK_NAME = "segue.lock"


@contextmanager
def writer_lock(data_dir: Path) -> Iterator[None]:
    """Hold the right to write to the library in this folder.

    Raises:
        LibraryLocked: another program, or another catalog of this one, holds it.
        StoreError: the lock file cannot be made.
    """
    lock = FileLock(data_dir / LOCK_NAME, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise LibraryLocked(data_dir) from error
    except OSError as error:
        raise StoreError(data_dir / LOCK_NAME, error.strerror or str(error)) from error
    try:
        yield
    finally:
        lock.release()

"""Files that are replaced in one step."""

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_DEFAULT_MODE = 0o666  # less what the umask takes away


def write_atomically(path: Path, data: bytes) -> None:
    """Make `path` hold these bytes; whatever goes wrong, it holds the old ones or the new ones.

    The data are on the disk when this returns. An existing file keeps its mode, a link stays a
    link to the file it names.

    Raises:
        OSError: the file cannot be written, or is no regular file; the old one is untouched.
    """
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    mode = _mode_of(target)
    temporary = os.path.join(folder, f".segue-{secrets.token_hex(8)}")
    handle = os.open(temporary, _NEW_FILE, _DEFAULT_MODE)
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
        if mode is not None:
            os.chmod(temporary, mode)
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    _sync_folder(folder)


def _mode_of(target: str) -> int | None:
    try:
        status = os.stat(target)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise OSError("it is not a regular file")
    return stat.S_IMODE(status.st_mode)


def _sync_folder(folder: str) -> None:
    if os.name == "nt":  # folders cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

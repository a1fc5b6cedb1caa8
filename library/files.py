"""Finding music files: regular files with an audio ending, below the folders of the library.

Paths stay the bytes that the file system gave. No file is opened and no link is followed: what a
link inside the library leads to is found under its own name, and what lies outside has not been
added to the library. Everything audible that is passed over is reported with the reason.
"""

import os
import stat as modes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from library.records import Stamp, display_path

AUDIO_ENDINGS = frozenset(
    b"." + ending
    for ending in b"""
    aac ac3 aif aifc aiff ape asf au bwf caf dff dsf eac3 flac m4a m4b m4r mka mp1 mp2 mp3 mp4 mpc
    mpp oga ofr ofs ogg opus spx tak tta wav wave wma wv
    """.split()
)
EXCLUSION_MARKERS = frozenset((b".nomedia", b".notmusic"))
_INT64_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that was passed over, and why: a sentence's end for the person.

    out_of_reach: the system did not let us look, so that files may well be there.
    """

    path: bytes
    reason: str
    out_of_reach: bool = False


def find(roots: Sequence[bytes]) -> Iterator[Stamp | Skipped]:
    """Stamps of the audio files below these folders, each file once, folder by folder in order.

    Folders that are hidden (their name begins with a dot) or hold a file named `.nomedia` or
    `.notmusic` are skipped; hidden files are not. A root that is itself a link is followed.
    """
    visited: set[tuple[int, int]] = set()
    for root in roots:
        yield from _find_below(os.path.abspath(root), visited)


def stamp(path: bytes) -> Stamp:
    """The stamp of a file as it is now, following links.

    Raises:
        OSError: it is not there or cannot be reached.
    """
    return _stamp(path, os.stat(path))


def _find_below(root: bytes, visited: set[tuple[int, int]]) -> Iterator[Stamp | Skipped]:
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            entries = _entries(folder, visited)
        except OSError as error:
            yield _refused(folder, error)
            continue
        if any(entry.name in EXCLUSION_MARKERS for entry in entries):
            yield Skipped(folder, "the folder is marked as holding no music")
            continue
        below = []
        for entry in entries:
            if _is_folder(entry):
                below.append(entry)
            else:
                yield from _look_at(entry)
        for entry in reversed(below):
            if entry.name.startswith(b"."):
                yield Skipped(entry.path, "the folder is hidden")
            else:
                waiting.append(entry.path)


def _entries(folder: bytes, visited: set[tuple[int, int]]) -> list[os.DirEntry[bytes]]:
    """What a folder holds, in order of name; nothing if the folder was met before."""
    status = os.stat(folder)
    place = (status.st_dev, status.st_ino)
    if place in visited and status.st_ino:
        return []
    visited.add(place)
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)


def _is_folder(entry: os.DirEntry[bytes]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False  # `_look_at` meets the same error and reports it


def _look_at(entry: os.DirEntry[bytes]) -> Iterator[Stamp | Skipped]:
    audible = os.path.splitext(entry.name)[1].lower() in AUDIO_ENDINGS
    try:
        if audible and entry.name.startswith(b"._"):
            yield Skipped(entry.path, "it holds a Mac's notes on a file, not music")
        elif entry.is_symlink():
            if audible or entry.is_dir():
                yield Skipped(entry.path, f"it is a link to {_target(entry.path)}")
        elif audible:
            status = entry.stat(follow_symlinks=False)
            if modes.S_ISREG(status.st_mode):
                yield _stamp(entry.path, status)
            else:
                yield Skipped(entry.path, "it is not a regular file")
    except OSError as error:
        yield _refused(entry.path, error)


def _target(link: bytes) -> str:
    return display_path(os.readlink(link))


def _stamp(path: bytes, status: os.stat_result) -> Stamp:
    # file systems hold times beyond the 64 bits of a database integer
    times_ns = (
        max(-_INT64_MAX, min(_INT64_MAX, t)) for t in (status.st_mtime_ns, status.st_ctime_ns)
    )
    return Stamp(path, status.st_size, *times_ns)


def _refused(path: bytes, error: OSError) -> Skipped:
    is_gone = isinstance(error, FileNotFoundError | NotADirectoryError)
    return Skipped(path, (error.strerror or str(error)).lower(), out_of_reach=not is_gone)

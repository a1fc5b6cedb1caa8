"""The folders of the library, watched for changes while the window is open.

    watch = FolderWatch(roots, on_change, on_notice)   # both are called from its own thread
    watch.close()

What changed is told folder by folder, once it has been quiet there for a while: a file that is
still being copied is not worth reading. A folder that cannot be watched, because it lies on another
computer, because the system watches no more folders, or because it is not there, is told whole
every now and then, so that whoever scans it finds what is new.
"""

import errno
import os
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psutil
from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from library.files import AUDIO_ENDINGS, EXCLUSION_MARKERS
from library.records import display_path

_SEPARATOR = os.fsencode(os.sep)
_EVENTS: list[type[FileSystemEvent]] = [
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
]
# File systems whose changes on another computer the system does not hear of.
_REMOTE = (
    *("9p", "afpfs", "afs", "ceph", "cifs", "davfs", "fuse.davfs2", "fuse.gvfsd-fuse"),
    *("fuse.rclone", "fuse.sshfs", "glusterfs", "ncpfs", "nfs", "nfs4"),
    *("smb2", "smb3", "smbfs", "webdav"),
)
_LIMITS = (errno.ENOSPC, errno.EMFILE)

_Identity = tuple[int, int]


@dataclass(frozen=True, slots=True)
class WatchConfig:
    """How patient a watch is.

    quiet_s: so long nothing may have changed in a folder before it is told.
    rescan_s: a folder that cannot be watched is told so often.
    look_s: so often it is seen whether a folder is still the one that is watched.
    """

    quiet_s: float = 2.0
    rescan_s: float = 900.0
    look_s: float = 30.0


@dataclass(slots=True)
class _Root:
    """A folder of the library.

    real: where it really is.
    is_remote: that is on another computer.
    identity: of the folder that was there last; None where there was none.
    watch: None while it cannot be watched.
    noticed: why that is, as the listener was told.
    """

    path: bytes
    real: bytes = b""
    is_remote: bool = False
    identity: _Identity | None = None
    watch: ObservedWatch | None = None
    told_at_s: float = 0.0
    noticed: str = ""


class FolderWatch:
    """Tells of changes below some folders until it is closed."""

    def __init__(
        self,
        roots: Collection[bytes],
        on_change: Callable[[frozenset[bytes]], None],
        on_notice: Callable[[str], None],
        config: WatchConfig | None = None,
    ) -> None:
        """Begin; the folders themselves are read by the watch's own thread.

        Args:
            roots: absolute paths.
            on_change: gets folders in which, or below which, something changed, or which are gone.
            on_notice: gets a sentence for each folder that is looked through instead of watched.
            config: how patient it is.
        """
        self._config = config or WatchConfig()
        self._on_change = on_change
        self._on_notice = on_notice
        self._roots = [_Root(root) for root in roots]
        self._awake = threading.Condition()
        self._changed_at_s: dict[bytes, float] = {}
        self._new_folders = False
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="folder watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End all threads; nothing is told afterwards."""
        with self._awake:
            self._closed = True
            self._awake.notify()
        self._thread.join()

    def _run(self) -> None:
        with _observer() as observer:
            for root in self._roots:
                self._begin(observer, root)
            looked_at_s = time.monotonic()
            while (changed := self._next_changed(looked_at_s)) is not None:
                if self._new_folders:
                    self._new_folders = False
                    self._mind_the_limit(observer)
                if time.monotonic() - looked_at_s >= self._config.look_s:
                    looked_at_s = time.monotonic()
                    changed |= self._look(observer)
                if changed and not self._closed:
                    self._on_change(frozenset(changed))

    def _next_changed(self, looked_at_s: float) -> set[bytes] | None:
        """Folders that are quiet by now, after waiting until one is or it is time to look.

        None when the watch is closed.
        """
        with self._awake:
            while not self._closed:
                now_s = time.monotonic()
                quiet_since_s = now_s - self._config.quiet_s
                quiet = {p for p, at_s in self._changed_at_s.items() if at_s <= quiet_since_s}
                for path in quiet:
                    del self._changed_at_s[path]
                look_in_s = looked_at_s + self._config.look_s - now_s
                if quiet or look_in_s <= 0:
                    return quiet
                first_s = min(self._changed_at_s.values(), default=now_s + look_in_s)
                self._awake.wait(min(look_in_s, max(0.0, first_s - quiet_since_s)))
        return None

    def _begin(self, observer: BaseObserver | None, root: _Root) -> None:
        """Watch a folder, or say why it is looked through instead."""
        root.told_at_s = time.monotonic()
        root.real = os.path.realpath(root.path)
        root.is_remote = _is_remote(root.real)
        root.identity = None if root.is_remote else _identity(root.real)
        is_gone = root.identity is None and not root.is_remote
        reason = "" if is_gone else self._try_to_watch(observer, root)
        if reason and reason != root.noticed:
            minutes = max(1, round(self._config.rescan_s / 60))
            self._on_notice(
                f"Changes in {display_path(root.path)} are not noticed at once, because {reason}. "
                f"Segue looks through it every {f'{minutes} minutes' if minutes > 1 else 'minute'}."
            )
        root.noticed = reason

    def _try_to_watch(self, observer: BaseObserver | None, root: _Root) -> str:
        """Begin to watch a folder; the reason where that cannot be."""
        if observer is None:
            return "the system watches no more folders"
        if root.is_remote:
            return "it lies on another computer"
        handler = _Handler(lambda event: self._note(root, event))
        try:
            root.watch = observer.schedule(
                handler, os.fsdecode(root.real), recursive=True, event_filter=_EVENTS
            )
        except OSError as error:
            if error.errno not in _LIMITS:
                return (error.strerror or str(error)).lower()
        else:
            if not _is_at_limit(observer):
                return ""
            self._give_up(observer, root)
        return "the system watches no more folders"

    def _give_up(self, observer: BaseObserver, root: _Root) -> None:
        if root.watch is not None:
            with suppress(KeyError, OSError):  # it ends by itself where its folder has gone
                observer.unschedule(root.watch)
        root.watch = None

    def _note(self, root: _Root, event: FileSystemEvent) -> None:
        """Remember the folders that an event concerns; called by the observer's thread."""
        paths = {os.fsencode(path) for path in (event.src_path, event.dest_path) if path}
        folders = {folder for path in paths for folder in _concerned(path, root.real, event)}
        with self._awake:
            self._new_folders |= event.is_directory
            for folder in folders:
                self._changed_at_s[root.path + folder[len(root.real) :]] = time.monotonic()
            self._awake.notify()

    def _mind_the_limit(self, observer: BaseObserver | None) -> None:
        """Folders that are made beyond the system's limit are not watched, and nobody says so."""
        if observer is not None and _is_at_limit(observer):
            for root in self._roots:
                if root.watch is not None:
                    self._give_up(observer, root)
                    self._begin(observer, root)

    def _look(self, observer: BaseObserver | None) -> set[bytes]:
        """Roots that went, came back, or are due to be looked through."""
        changed = set()
        for root in self._roots:
            # a computer that does not answer would keep this thread waiting
            is_other = not root.is_remote and root.identity != _identity(root.path)
            if is_other:
                if observer is not None:
                    self._give_up(observer, root)
                self._begin(observer, root)
                changed.add(root.path)
            elif root.watch is None and time.monotonic() >= root.told_at_s + self._config.rescan_s:
                root.told_at_s = time.monotonic()
                changed.add(root.path)
        return changed


class _Handler(FileSystemEventHandler):
    def __init__(self, note: Callable[[FileSystemEvent], None]) -> None:
        self._note = note

    def on_any_event(self, event: FileSystemEvent) -> None:
        self._note(event)


@contextmanager
def _observer() -> Iterator[BaseObserver | None]:
    """The system's own observer, running; None where it has no room for another."""
    try:
        observer: BaseObserver = Observer()
    except OSError:
        yield None
        return
    observer.start()
    try:
        yield observer
    finally:
        observer.stop()
        observer.join()


def _concerned(path: bytes, root: bytes, event: FileSystemEvent) -> Iterator[bytes]:
    """The folder that is to be listed for a path of an event; none where it holds no music."""
    if path != root and not path.startswith(root.rstrip(_SEPARATOR) + _SEPARATOR):
        return
    folder, name = os.path.split(path)
    if event.is_directory:
        folder, name = path, b""
    elif name in EXCLUSION_MARKERS:
        name = b""
    is_audible = not name or os.path.splitext(name)[1].lower() in AUDIO_ENDINGS
    is_hidden = _SEPARATOR + b"." in folder[len(root) :]
    if is_audible and not is_hidden:
        yield folder


def _is_at_limit(observer: BaseObserver) -> bool:
    """Whether the system refuses to watch one more folder.

    Of the folders below one that is watched, those beyond the limit are passed over in silence.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            watch = observer.schedule(FileSystemEventHandler(), folder)
        except OSError as error:
            return error.errno in _LIMITS
        observer.unschedule(watch)
    return False


def _is_remote(path: bytes) -> bool:
    """Whether a folder lies on a file system of another computer."""
    at, kind = "", ""
    for mount in psutil.disk_partitions(all=True):
        is_above = os.path.join(os.fsdecode(path), "").startswith(
            os.path.join(mount.mountpoint, "")
        )
        if is_above and len(mount.mountpoint) >= len(at):
            at, kind = mount.mountpoint, mount.fstype.lower()
            if "remote" in mount.opts.split(","):  # what Windows says
                kind = "nfs"
    return kind in _REMOTE


def _identity(path: bytes) -> _Identity | None:
    """Which folder this is; None where there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino

"""The folders of the library, watched while the window is open."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from library.records import LibraryChanged
from ui.background import Background

if TYPE_CHECKING:
    from app.services import Services
    from app.watch import FolderWatch


class FolderWatching(QObject):
    """Says where something changed, as long as it is switched on.

    changed: folders (paths, bytes) to look at again.
    told: a sentence about a folder that cannot be watched.
    """

    changed = Signal(frozenset)
    told = Signal(str)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        """Begin switched off."""
        super().__init__(parent)
        self._background = background
        self._is_on = False
        self._watch: FolderWatch | None = None
        self._open = _OpenWatches()
        background.library_changed.connect(self._follow)

    def switch(self, *, on: bool) -> None:
        """Begin to watch the folders that the library has, or watch none."""
        if on == self._is_on:
            return
        self._is_on = on
        if on:
            self._begin()
        else:
            self._end()

    def close(self) -> None:
        """Watch no more; returns once its threads have ended."""
        self._is_on = False
        self._watch = None
        self._open.close_all()

    def _begin(self) -> None:
        tell_change, tell_notice = self.changed.emit, self.told.emit
        watches = self._open

        def work(services: "Services") -> "FolderWatch | None":
            from app.watch import FolderWatch

            roots = services.catalog.roots()
            return watches.add(lambda: FolderWatch(roots, tell_change, tell_notice))

        self._background.read(work, parent=self, on_success=self._take)

    def _take(self, watch: "FolderWatch | None") -> None:
        before, self._watch = self._watch, watch
        if before is not None:
            self._close(before)
        if not self._is_on:
            self._end()

    def _end(self) -> None:
        watch, self._watch = self._watch, None
        if watch is not None:
            self._close(watch)

    def _close(self, watch: "FolderWatch") -> None:
        """Wait for its threads elsewhere."""
        watches = self._open
        self._background.read(
            lambda _services: watches.close(watch), parent=self, on_success=lambda _nothing: None
        )

    def _follow(self, change: LibraryChanged) -> None:
        if change.roots and self._is_on:
            self._begin()


class _OpenWatches:
    """The watches that are open, wherever they are on their way from the thread that made them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watches: set[FolderWatch] = set()
        self._ended = False

    def add(self, make: "Callable[[], FolderWatch]") -> "FolderWatch | None":
        """A new watch; None where there is to be none any more."""
        with self._lock:
            if self._ended:
                return None
            watch = make()
            self._watches.add(watch)
            return watch

    def close(self, watch: "FolderWatch") -> None:
        """Close one of them."""
        with self._lock:
            self._watches.discard(watch)
        watch.close()

    def close_all(self) -> None:
        """Close those that there are, and let none be made."""
        with self._lock:
            self._ended = True
            for watch in self._watches:
                watch.close()
            self._watches.clear()

"""The folders of the library, watched while the window is open."""

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
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.close()

    def _begin(self) -> None:
        tell_change, tell_notice = self.changed.emit, self.told.emit

        def work(services: "Services") -> "FolderWatch":
            from app.watch import FolderWatch

            return FolderWatch(services.catalog.roots(), tell_change, tell_notice)

        self._background.read(work, parent=self, on_success=self._take)

    def _take(self, watch: "FolderWatch") -> None:
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
        self._background.read(
            lambda _services: watch.close(), parent=self, on_success=lambda _nothing: None
        )

    def _follow(self, change: LibraryChanged) -> None:
        if change.roots and self._is_on:
            self._begin()

"""Asking for something of tracks in batches, for views that want it piece by piece."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from library.records import LibraryChanged, TrackId
from ui.background import Background

if TYPE_CHECKING:
    from app.services import Services

Read = Callable[["Services", list[TrackId]], Any]
Take = Callable[[Any, set[TrackId]], None]


class Batches(QObject):
    """One batch at a time, the last wanted first: what was scrolled past may be dropped."""

    def __init__(
        self, background: Background, read: Read, take: Take, *, at_a_time: int, parent: QObject
    ) -> None:
        """Ask for nothing yet.

        Args:
            background: does the reading.
            read: reads a batch on the reading lane.
            take: gets what was read, and the tracks among them that have changed meanwhile.
            at_a_time: tracks in a batch.
            parent: of this object.
        """
        super().__init__(parent)
        self._background = background
        self._read = read
        self._take = take
        self._at_a_time = at_a_time
        self._wanted: dict[TrackId, None] = {}
        self._under_way: set[TrackId] = set()
        self._outdated: set[TrackId] = set()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.ask)
        background.library_changed.connect(self._note_change)

    def want(self, ids: Iterable[TrackId]) -> None:
        """Ask for these, before what was wanted earlier."""
        for track_id in ids:
            if track_id not in self._under_way:
                self._wanted.pop(track_id, None)
                self._wanted[track_id] = None
        if self._wanted:
            self._soon.start()

    def ask(self) -> None:
        """Ask for a batch now, unless one is under way."""
        if self._under_way or not self._wanted:
            return
        batch = list(self._wanted)[-self._at_a_time :]
        self._wanted = {}
        self._under_way = set(batch)
        self._outdated = set()
        self._background.read(
            lambda services: self._read(services, batch),
            on_success=self._hand_on,
            on_failure=self._give_up,
            parent=self,
        )

    def _hand_on(self, found: object) -> None:
        self._under_way = set()
        self._take(found, self._outdated)
        self.ask()

    def _give_up(self, error: Exception) -> None:
        self._under_way = set()
        self._background.failed.emit(error)

    def _note_change(self, change: LibraryChanged) -> None:
        self._outdated |= change.updated & self._under_way

"""Asks for the matches of a request whenever it, or the library, has changed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.errors import AppError
from app.match_request import Matches, MatchRequest, RequestHistory, SeedKey
from library.errors import LibraryError
from library.records import LibraryChanged
from ui.background import Background

if TYPE_CHECKING:
    from app.seeds import SeedsFound
    from app.services import Services
    from app.similar import Seed

_LATE_MS = 300
_LIBRARY_MS = 2000
_PREPARED_AFTER_MS = 500


class Matcher(QObject):
    """The request with its past, the answer to it, and what is known of its seeds.

    requested: another request is current. answered: `matches` are of the current request and
    library. seeds_told: more is known of a seed. late: whether an answer takes its time.
    ready: a first question would be answered as quickly as the next, or none can be.
    """

    requested = Signal()
    answered = Signal()
    seeds_told = Signal()
    late = Signal(bool)
    ready = Signal()

    def __init__(self, background: Background, request: MatchRequest, parent: QObject) -> None:
        """Begin with a request, usually one without seeds."""
        super().__init__(parent)
        self.history = RequestHistory(request)
        self.matches = Matches()
        self.listening: tuple[SeedKey, ...] = ()
        self._background = background
        self._heard: dict[SeedKey, Seed] = {}
        self._refused: dict[SeedKey, str] = {}
        self._late = QTimer(self, singleShot=True, interval=_LATE_MS)
        self._late.timeout.connect(lambda: self.late.emit(True))
        self._soon = QTimer(self, singleShot=True, interval=_LIBRARY_MS)
        self._soon.timeout.connect(self._ask)
        self._idle = QTimer(self, singleShot=True, interval=_PREPARED_AFTER_MS)
        self._idle.timeout.connect(self._prepare)
        background.opened.connect(self._idle.start)
        background.library_changed.connect(self._follow_library)

    @property
    def request(self) -> MatchRequest:
        """What is asked."""
        return self.history.current

    @property
    def refused(self) -> Mapping[SeedKey, str]:
        """The seeds that cannot be used, and why."""
        return {**self._refused, **self.matches.refused}

    def begin(self, request: MatchRequest) -> None:
        """Ask this, with nothing to undo."""
        self.history = RequestHistory(request)
        self._follow()

    def go_on(self, request: MatchRequest) -> None:
        """Ask this next."""
        if self.history.go_on(request):
            self._follow()

    def undo(self) -> None:
        """Ask again what was asked before."""
        if self.history.can_undo:
            self.history.undo()
            self._follow()

    def redo(self) -> None:
        """Ask again what was taken back."""
        if self.history.can_redo:
            self.history.redo()
            self._follow()

    def _prepare(self) -> None:
        """Let the first question be answered as quickly as the next."""
        self._background.match(
            lambda services: services.matches.prepare(),
            on_success=lambda _: self.ready.emit(),
            on_failure=self._give_up_preparing,
            parent=self,
        )

    def _give_up_preparing(self, error: Exception) -> None:
        self._background.failed.emit(error)
        self.ready.emit()

    def _follow(self) -> None:
        keys = set(self.request.keys)
        self._refused = {key: why for key, why in self._refused.items() if key in keys}
        self.requested.emit()
        self._ask()

    def _follow_library(self, change: LibraryChanged) -> None:
        changed = change.added | change.updated | change.removed
        self._refused = {key: why for key, why in self._refused.items() if key not in changed}
        if changed and self.request.seeds and not self._soon.isActive():
            self._soon.start()

    def _ask(self) -> None:
        self._soon.stop()
        if not self._late.isActive():
            self._late.start()
        request, heard = self.request, dict(self._heard)

        self._background.match(
            lambda services: services.matches.find(request, heard),
            on_success=self._take,
            on_failure=self._give_up,
            parent=self,
            replaces="matches",
        )

    def _take(self, matches: Matches) -> None:
        self._end_wait()
        self.matches = matches
        unheard = tuple(key for key in matches.unheard if key not in self._refused)
        if unheard and not self.listening:
            self._listen(unheard)
        self.seeds_told.emit()
        self.answered.emit()

    def _give_up(self, error: Exception) -> None:
        self._end_wait()
        self._background.failed.emit(error)

    def _end_wait(self) -> None:
        self._late.stop()
        self.late.emit(False)

    def _listen(self, keys: tuple[SeedKey, ...]) -> None:
        self.listening = keys

        def hear(services: "Services") -> "SeedsFound":
            from app.matching import hear_seeds

            return hear_seeds(services, keys)

        self._background.listen(
            hear, on_success=self._take_heard, on_failure=self._refuse_all, parent=self
        )

    def _take_heard(self, found: "SeedsFound") -> None:
        self._heard.update(found.seeds)
        self._refused.update(found.refused)
        self._go_on_listening()

    def _refuse_all(self, error: Exception) -> None:
        """The seeds say what is the matter in their place; a fault of the program is shown too."""
        self._refused.update(dict.fromkeys(self.listening, str(error)))
        if not isinstance(error, AppError | LibraryError):
            self._background.failed.emit(error)
        self._go_on_listening()

    def _go_on_listening(self) -> None:
        self.listening = ()
        self.seeds_told.emit()
        self._ask()

"""The thread that waits for decoded sound, so that the window does not."""

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.errors import FileUnusable

if TYPE_CHECKING:
    from app.playback import SoundSource

# A file that nobody waits for any more may take so long before its decoder is ended.
_UNWANTED_PATIENCE_S = 5.0
# One that is waited for may take as long as its worker lets it, with room for a second try.
_WANTED_PATIENCE_S = 40.0
_START_PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """A second of sound that is wanted; no two are equal."""

    path: bytes
    start: int
    rate_hz: int


class Feeder(QObject):
    """Reads what was asked for last.

    read: a request and its `Chunk`.
    refused: a request and the reason.
    """

    read = Signal(object, object)
    refused = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        """Start no thread yet."""
        super().__init__(parent)
        self._wanted: Request | None = None
        self._ready_wanted = False
        self._closing = False
        self._served = False
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None

    def get_ready(self) -> None:
        """Start the decoder now, so that the first track begins at once."""
        with self._wake:
            self._ready_wanted = True
            self._wake.notify()
        self._begin()

    def ask(self, request: Request) -> None:
        """Read this next, in the place of what still waits."""
        with self._wake:
            self._wanted = request
            self._wake.notify()
        self._begin()

    def forget(self) -> None:
        """Nothing is wanted any more."""
        with self._wake:
            self._wanted = None

    def close(self) -> None:
        """End the thread and its process."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join()

    def _begin(self) -> None:
        if self._thread is None and not self._closing:
            self._thread = threading.Thread(target=self._run, name="segue-feeder", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        from app.playback import SoundSource

        source = SoundSource()
        answered: Request | None = None
        try:
            while (request := self._next(answered)) is not None:
                if isinstance(request, Request):
                    self._serve(source, request)
                    answered = request
                else:
                    source.get_ready()
        finally:
            source.close()

    def _next(self, answered: Request | None) -> Request | bool | None:
        """A request, True for "get ready", or None at the end."""
        with self._wake:
            while not self._closing:
                if self._wanted is not None and self._wanted is not answered:
                    return self._wanted
                if self._ready_wanted:
                    self._ready_wanted = False
                    return True
                self._wake.wait()
        return None

    def _serve(self, source: "SoundSource", request: Request) -> None:
        def patience_s() -> float:
            if self._closing:
                return 0.0
            if not self._served:
                return _START_PATIENCE_S
            return _WANTED_PATIENCE_S if self._wanted is request else _UNWANTED_PATIENCE_S

        try:
            chunk = source.read(
                request.path, request.start, rate_hz=request.rate_hz, patience_s=patience_s
            )
        except FileUnusable as error:
            self.refused.emit(request, error.reason)
        else:
            self.read.emit(request, chunk)
        self._served = True

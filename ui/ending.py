"""Signals that ask the program to end (Ctrl+C, logout, shutdown) close its window in order.

Python handles a signal only when it runs Python again, which a window at rest does not. So the
number of the signal is written to a socket that Qt watches. A second signal ends the program at
once, as the first one would have done by itself.
"""

import signal
import socket
from contextlib import suppress

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtWidgets import QApplication

_ENDING = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


class EndBySignal(QObject):
    """From its making to `close`, the first signal to end closes every window and quits."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Listen to the signals; made on the main thread."""
        super().__init__(parent)
        self._told, self._tells = socket.socketpair()
        self._told.setblocking(False)
        self._tells.setblocking(False)
        self._notifier = QSocketNotifier(self._told.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._end)
        self._wakeup_before = signal.set_wakeup_fd(self._tells.fileno())
        self._before = {number: signal.signal(number, _leave_to_qt) for number in _ENDING}

    def close(self) -> None:
        """Leave the signals to who had them before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}
        if self._told.fileno() >= 0:
            signal.set_wakeup_fd(self._wakeup_before)
            self._notifier.setEnabled(False)
            self._told.close()
            self._tells.close()

    def _end(self) -> None:
        with suppress(BlockingIOError):
            told = self._told.recv(64)
            if not any(number in told for number in _ENDING):
                return
        self.close()
        QApplication.closeAllWindows()
        QApplication.quit()


def _leave_to_qt(_number: int, _frame: object) -> None:
    """What there is to do was written to the socket before this is called."""

"""Pause, resume, cancel and hurry a long piece of work from another thread."""

import threading


class Control:
    """The listener's hand on one run of work. All methods may be called from any thread."""

    def __init__(self) -> None:
        """Start running, not paused."""
        self._lock = threading.Lock()
        self._running = threading.Event()
        self._running.set()
        self._cancelled = threading.Event()
        self._wanted: list[bytes] = []

    @property
    def paused(self) -> bool:
        """True between `pause` and `resume`."""
        return not self._running.is_set()

    @property
    def cancelled(self) -> bool:
        """True once `cancel` was called."""
        return self._cancelled.is_set()

    def pause(self) -> None:
        """Begin no new file; what is under way is finished."""
        self._running.clear()

    def resume(self) -> None:
        """Go on."""
        self._running.set()

    def cancel(self) -> None:
        """End the run soon; what is finished is kept."""
        self._cancelled.set()
        self._running.set()

    def want(self, path: bytes) -> None:
        """Ask for a file, or for the files of a folder, to be analysed next."""
        with self._lock:
            self._wanted.append(path)

    def take_wanted(self) -> list[bytes]:
        """The paths asked for since the last call."""
        with self._lock:
            taken, self._wanted = self._wanted, []
        return taken

    def wait_while_paused(self, timeout_s: float) -> None:
        """Return when the run goes on, or after `timeout_s`."""
        self._running.wait(timeout_s)

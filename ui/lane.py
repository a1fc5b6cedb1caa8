"""One thread with one open library: jobs in their order, and streams a step at a time."""

import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.control import Control
from library.errors import LibraryError

if TYPE_CHECKING:
    from app.services import Services

# What is drawn comes first where both want the same core. Processes that a lane starts, such as
# decoders, have as much less priority than it as they ask for themselves.
_NICENESS = 5

OpenServices = Callable[[bool], AbstractContextManager["Services"]]


@dataclass(eq=False, slots=True)
class Job:
    """A work, and who is told what came of it."""

    work: Callable[["Services"], object]
    on_success: Callable[[Any], None] | None
    on_failure: Callable[[Exception], None] | None
    parent: QObject
    replaces: str | None


@dataclass(eq=False, slots=True)
class Stream:
    """A generator of events, and who is told of each."""

    steps: Callable[["Services"], Iterator[object]]
    control: Control
    on_event: Callable[[Any], None]
    on_end: Callable[[], None]
    on_failure: Callable[[Exception], None] | None
    parent: QObject
    begun: bool = False
    running: Iterator[object] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job or of one step of a stream."""

    value: object = None
    error: Exception | None = None
    at_end: bool = False


class LaneThread(QObject):
    """One thread with one library. Jobs come before the next step of a stream.

    ended: a task and its `Outcome`. dropped: the thread holds no task any more. The other two are
    of the lane that writes.
    """

    ended = Signal(object, object)
    dropped = Signal()
    opened = Signal(tuple)
    could_not_open = Signal(Exception)

    def __init__(
        self,
        name: str,
        open_services: OpenServices,
        written_once: threading.Event,
        *,
        writes: bool,
        reads_at_once: bool,
        parent: QObject,
    ) -> None:
        """Keep how the library is opened.

        Args:
            name: of the thread.
            open_services: opens the library, for reading only or not.
            written_once: set by the lane that writes, once it has the library open.
            writes: whether this is that lane.
            reads_at_once: a library is there, so that it may be read while it is still being
                checked for writing; otherwise a lane that reads waits for the one that writes.
            parent: of this object.
        """
        super().__init__(parent)
        self._name = name
        self._writes = writes
        self._open_services = open_services
        self._written_once = written_once
        self._reads_at_once = reads_at_once
        self._is_outdated = False
        self._jobs: deque[Job] = deque()
        self._streams: deque[Stream] = deque()
        self._serving = False
        self._closing = False
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        # A task may hold the last reference to a widget, which must not end on the thread here.
        self._held: list[Job | Stream] = []
        self.ended.connect(self._hold)
        self.dropped.connect(self._let_go)

    def begin(self) -> None:
        """Start the thread, unless it runs."""
        with self._wake:
            if self._closing or self._serving:
                return
            self._serving = True
        if self._thread is not None:
            self._thread.join()  # it could not open the library, and is about to end
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def give(self, job: Job) -> None:
        """Let a job wait its turn; it takes the place of a waiting one that it replaces."""
        with self._wake:
            if job.replaces is not None:
                waiting = [one for one in self._jobs if one.replaces != job.replaces]
                self._jobs = deque(waiting)
            self._jobs.append(job)
            self._wake.notify()
        if not self._writes:
            self.begin()

    def give_stream(self, stream: Stream) -> None:
        """Let a stream wait its turn; one runs at a time."""
        with self._wake:
            self._streams.append(stream)
            self._wake.notify()

    def end(self) -> None:
        """Ask the thread to end: streams are cancelled, a writer finishes its jobs."""
        with self._wake:
            self._closing = True
            for stream in self._streams:
                stream.control.cancel()
            self._streams = deque(one for one in self._streams if one.begun)
            if not self._writes:
                self._jobs.clear()
            self._wake.notify()

    def open_anew(self) -> None:
        """Open the library again before the next job: another may stand in its place."""
        with self._wake:
            self._is_outdated = True
            self._wake.notify()

    def join(self, timeout_s: float) -> None:
        """Wait until the thread has ended."""
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        _make_way()
        while not self._closing or self._writes:
            with ExitStack() as closing:
                try:
                    services = self._open(closing)
                except Exception as error:  # noqa: BLE001 - the border of a thread
                    self._refuse(error)
                    self.dropped.emit()
                    return
                if services is None or self._serve(services):
                    return

    def _serve(self, services: "Services") -> bool:
        """Work until the end, or until the library has to be opened anew; whether it is the end."""
        while (task := self._next()) is not None:
            if isinstance(task, Job):
                self._do(task, services)
            else:
                self._advance(task, services)
            del task
            self.dropped.emit()
        return not self._is_outdated

    def _hold(self, task: Job | Stream, _outcome: Outcome) -> None:
        """Keep a task on the main thread until the thread here has dropped it."""
        self._held.append(task)

    def _let_go(self) -> None:
        self._held.clear()

    def _open(self, closing: ExitStack) -> "Services | None":
        if self._writes:
            services = closing.enter_context(self._open_services(False))
            self._written_once.set()
            self.opened.emit(services.catalog.notices)
            return services
        self._is_outdated = False
        if self._reads_at_once and not self._written_once.is_set():
            with suppress(LibraryError):  # of an older Segue, or damaged: the writer sees to it
                return closing.enter_context(self._open_services(True))
        self._written_once.wait()
        return None if self._closing else closing.enter_context(self._open_services(True))

    def _refuse(self, error: Exception) -> None:
        """Nothing can be done here: say so once for the library, or for every waiting job."""
        with self._wake:
            self._serving = False
            jobs = deque[Job]()
            if not self._writes:
                jobs, self._jobs = self._jobs, jobs
        if self._writes:
            self.could_not_open.emit(error)
        for job in jobs:
            self.ended.emit(job, Outcome(error=error))

    def _next(self) -> Job | Stream | None:
        with self._wake:
            while True:
                if self._is_outdated:
                    return None
                if self._jobs:
                    return self._jobs.popleft()
                if self._streams:
                    self._streams[0].begun = True
                    return self._streams[0]
                if self._closing:
                    return None
                self._wake.wait()

    def _do(self, job: Job, services: "Services") -> None:
        try:
            outcome = Outcome(job.work(services))
        except Exception as error:  # noqa: BLE001 - the border of a thread
            outcome = Outcome(error=error)
        self.ended.emit(job, outcome)

    def _advance(self, stream: Stream, services: "Services") -> None:
        try:
            if stream.running is None:
                stream.running = stream.steps(services)
            outcome = Outcome(next(stream.running))
        except StopIteration:
            outcome = Outcome(at_end=True)
        except Exception as error:  # noqa: BLE001 - the border of a thread
            outcome = Outcome(error=error)
        if outcome.at_end or outcome.error is not None:
            with self._wake:
                self._streams.popleft()
        self.ended.emit(stream, outcome)


def _make_way() -> None:
    """Give the thread less priority; only Linux has priorities of single threads."""
    if sys.platform == "linux":
        thread_id = threading.get_native_id()
        niceness = os.getpriority(os.PRIO_PROCESS, thread_id) + _NICENESS
        os.setpriority(os.PRIO_PROCESS, thread_id, niceness)  # at most 19, where more is asked for

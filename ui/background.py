"""Work off the main thread: lanes, each a thread with an open library of its own.

    background.read(lambda services: services.catalog.listing(query), on_success=self.show_ids,
                    parent=self, replaces="listing")

A work is a function of the `Services` of its lane and touches no widget. What it returns reaches
`on_success` on the main thread, unless the parent is gone by then or a later work with the same
`replaces` was given. An error reaches `on_failure`; without one it is shown by the window.

One lane writes. Long work there is a generator (`stream`), between whose steps other writes come
in, so that a playlist is saved while a library is analysed.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Signal

from app.control import Control
from library.records import LibraryChanged
from ui.lane import Job, LaneThread, OpenServices, Outcome, Stream

if TYPE_CHECKING:
    from app.services import Services

T = TypeVar("T")

Work = Callable[["Services"], T]

_END_WITHIN_S = 20.0


class Lane(StrEnum):
    """The threads that work, by what they do."""

    WRITE = "write"
    READ = "read"
    BROWSE = "browse"
    MATCH = "match"
    LISTEN = "listen"
    SOUND = "sound"


@dataclass(frozen=True, slots=True)
class Written(Generic[T]):
    """What a writing work gives back: its value, and what every view has to know of."""

    value: T
    change: LibraryChanged


class Reading:
    """A lane that reads, as something to call: `background.read(work, parent=..., ...)`."""

    def __init__(self, give: Callable[[Job], None]) -> None:
        """Keep who takes the works."""
        self._give = give

    def __call__(
        self,
        work: Work[T],
        *,
        parent: QObject,
        on_success: Callable[[T], None],
        on_failure: Callable[[Exception], None] | None = None,
        replaces: str | None = None,
    ) -> None:
        """Let a work wait its turn; it takes the place of an earlier one that it `replaces`."""
        self._give(Job(work, on_success, on_failure, parent, replaces))


class Background(QObject):
    """All work that is not drawing. Made, used and closed on the main thread.

    read: ask the library something that it answers in milliseconds.
    browse: ask it what takes tenths of a second: whole listings, counts, albums.
    match: search for neighbours, by the process that keeps the index in memory.
    listen: listen to files, which takes seconds.
    scan_sound: draw up the outline of a file.
    opened: the library is open for writing; the sentences tell what happened to it meanwhile.
    could_not_open: the library cannot be opened, or another Segue writes to it.
    library_changed: something was written; every view refreshes from it.
    failed: a work failed and nobody asked to be told.
    """

    opened = Signal(tuple)
    could_not_open = Signal(Exception)
    library_changed = Signal(LibraryChanged)
    failed = Signal(Exception)

    def __init__(
        self,
        open_services: OpenServices,
        parent: QObject | None = None,
        *,
        reads_at_once: bool = False,
    ) -> None:
        """Keep how a lane opens the library: a function of "for reading only".

        Where there is a library already, it can be read at once, while it is checked for writing.
        """
        super().__init__(parent)
        self._written_once = threading.Event()
        self._lanes = {
            lane: LaneThread(
                f"segue-{lane}",
                open_services,
                self._written_once,
                writes=lane == Lane.WRITE,
                reads_at_once=reads_at_once,
                parent=self,
            )
            for lane in Lane
        }
        self._latest: dict[str, Job] = {}
        self.read = Reading(partial(self._give, Lane.READ))
        self.browse = Reading(partial(self._give, Lane.BROWSE))
        self.match = Reading(partial(self._give, Lane.MATCH))
        self.listen = Reading(partial(self._give, Lane.LISTEN))
        self.scan_sound = Reading(partial(self._give, Lane.SOUND))
        for thread in self._lanes.values():
            thread.ended.connect(self._deliver)
        self._lanes[Lane.WRITE].opened.connect(self._take_opened)
        self._lanes[Lane.WRITE].could_not_open.connect(self.could_not_open)

    def open(self) -> None:
        """Open the library for writing; other lanes begin once that is done."""
        self._lanes[Lane.WRITE].begin()

    def write(
        self,
        work: Callable[["Services"], Written[T]],
        *,
        parent: QObject,
        on_success: Callable[[T], None] | None = None,
        on_failure: Callable[[Exception], None] | None = None,
    ) -> None:
        """Change the library; works are carried out in the order given."""
        self._give(Lane.WRITE, Job(work, on_success, on_failure, parent, None))

    def stream(
        self,
        steps: Callable[["Services"], Iterator[T]],
        control: Control,
        *,
        parent: QObject,
        on_event: Callable[[T], None],
        on_end: Callable[[], None],
        on_failure: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run a generator of events on the writing lane, one step at a time.

        Every event reaches `on_event`, in order; `on_end` follows the last, unless it failed.
        `control` is cancelled when the program is closed.
        """
        self._lanes[Lane.WRITE].give_stream(
            Stream(steps, control, on_event, on_end, on_failure, parent)
        )

    def announce(self, change: LibraryChanged) -> None:
        """Tell every view of a change that an event of a stream brought."""
        self.library_changed.emit(change)

    def close(self) -> None:
        """Cancel what runs, finish what was to be written, end every thread."""
        for thread in self._lanes.values():
            thread.end()
        self._written_once.set()
        for thread in self._lanes.values():
            thread.join(_END_WITHIN_S)

    def _take_opened(self, notices: tuple[str, ...]) -> None:
        """Where something happened to the library as it was opened, those who read look anew."""
        if notices:
            for lane, thread in self._lanes.items():
                if lane != Lane.WRITE:
                    thread.open_anew()
            self.library_changed.emit(LibraryChanged(roots=True))
        self.opened.emit(notices)

    def _give(self, lane: Lane, job: Job) -> None:
        if job.replaces is not None:
            self._latest[job.replaces] = job
        self._lanes[lane].give(job)

    def _deliver(self, task: Job | Stream, outcome: Outcome) -> None:
        if isinstance(outcome.value, Written) and outcome.error is None:
            self.library_changed.emit(outcome.value.change)
            outcome = Outcome(outcome.value.value)
        if not shiboken6.isValid(task.parent) or self._is_outdated(task):
            return
        if outcome.error is not None:
            (task.on_failure or self.failed.emit)(outcome.error)
        elif isinstance(task, Job):
            if task.on_success is not None:
                task.on_success(outcome.value)
        elif outcome.at_end:
            task.on_end()
        else:
            task.on_event(outcome.value)

    def _is_outdated(self, task: Job | Stream) -> bool:
        if not isinstance(task, Job) or task.replaces is None:
            return False
        return self._latest.get(task.replaces) is not task

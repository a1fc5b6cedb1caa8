"""The analysis as the window sees it: one run at a time, and what is asked for meanwhile."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, Signal

from app.control import Control
from app.events import Failed, Finished, FolderMissing, NotScanned, Progress, Report
from app.sentences import sentence_of
from library.records import LibraryChanged
from ui.background import Background, Written

if TYPE_CHECKING:
    from app.events import Event
    from app.folders import FoldersAdded
    from app.services import Services
    from app.upkeep import Upkeep

_TELL_EVERY_MS = 100
_MOST_PASSED_OVER = 10_000
_MOST_WANTED = 1_000


class Analysis(QObject):
    """Runs analyses on the writing lane and says how they go.

    began: a run has begun; a run that is made to begin anew, with more to do, says it once.
    progressed: how far it is, at most ten times a second.
    failed_file: a file could not be analysed.
    folder_missing: a folder of the library is not there.
    ended: a run is over, with its report; stopped: it could not go on.
    paused_changed: whether it rests.
    folders_added: what became of folders that were to be added.
    """

    began = Signal()
    progressed = Signal(Progress)
    failed_file = Signal(Failed)
    folder_missing = Signal(FolderMissing)
    ended = Signal(Report)
    stopped = Signal(Exception)
    paused_changed = Signal(bool)
    folders_added = Signal(object)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        """Begin idle; the window asks for a scan when the library is open."""
        super().__init__(parent)
        self._background = background
        self._control: Control | None = None
        self._running_upkeep: Upkeep | None = None
        self._waiting: Upkeep | None = None
        self._begins_anew = False
        self._rests_anew = False
        self._wanted: list[bytes] = []
        self._told_at = QElapsedTimer()
        self._report: Report | None = None
        self._passed_over: list[NotScanned] = []

    @property
    def running(self) -> bool:
        """Whether a run is under way, at rest or not."""
        return self._control is not None

    @property
    def paused(self) -> bool:
        """Whether a run is under way and rests."""
        return self._control is not None and self._control.paused

    @property
    def passed_over(self) -> tuple[NotScanned, ...]:
        """What the last run found and did not read; the first ten thousand."""
        return tuple(self._passed_over)

    def scan(self) -> None:
        """Look at every folder of the library, now or after the present run."""
        from app.upkeep import Upkeep

        self._ask(Upkeep())

    def scan_changed(self, paths: Iterable[bytes]) -> None:
        """Look at these folders and files, now or after the present run."""
        from app.upkeep import Upkeep

        self._ask(Upkeep(folders=frozenset(paths)))

    def retry(self, paths: Iterable[bytes]) -> None:
        """Read these files again, which failed before."""
        from app.upkeep import Upkeep

        self._ask(Upkeep(frozenset(), retry=frozenset(paths)), at_once=True)

    def retry_all(self) -> None:
        """Read every file again that failed before."""
        from app.upkeep import Upkeep

        self._ask(Upkeep(retry_failed=True), at_once=True)

    def add_folders(self, folders: Iterable[bytes]) -> None:
        """Add folders to the library and analyse what is in them."""
        chosen = tuple(folders)

        def work(services: "Services") -> "Written[FoldersAdded]":
            from app.folders import add_folders

            return Written(add_folders(services, chosen), LibraryChanged(roots=True))

        self._background.write(work, parent=self, on_success=self._take_folders)

    def add_demo(self) -> None:
        """Add the collection that comes with the program."""

        def work(services: "Services") -> "Written[FoldersAdded]":
            from app.demo import demo_folder
            from app.folders import add_folders

            return Written(add_folders(services, [demo_folder()]), LibraryChanged(roots=True))

        self._background.write(work, parent=self, on_success=self._take_folders)

    def remove_folder(self, folder: bytes) -> None:
        """Take a folder out of the library; the files in it are not touched."""

        def work(services: "Services") -> Written[None]:
            from app.folders import remove_folder

            return Written(None, remove_folder(services, folder))

        self._background.write(work, parent=self, on_success=self._begin_without)

    def want(self, paths: Iterable[bytes]) -> None:
        """Let these files, or the files of these folders, be analysed next."""
        for path in paths:
            if self._control is not None:
                self._control.want(path)
            else:
                self._wanted.append(path)
        del self._wanted[:-_MOST_WANTED]

    def pause(self) -> None:
        """Begin no new file."""
        if self._control is not None and not self._control.paused:
            self._control.pause()
            self.paused_changed.emit(True)

    def resume(self) -> None:
        """Go on."""
        if self._control is not None and self._control.paused:
            self._control.resume()
            self.paused_changed.emit(False)

    def cancel(self) -> None:
        """End the run soon, and do nothing after it; what is finished is kept."""
        self._waiting = None
        self._begins_anew = False
        if self._control is not None:
            self._control.cancel()

    def _ask(self, upkeep: "Upkeep", *, at_once: bool = False) -> None:
        self._waiting = upkeep if self._waiting is None else self._waiting.joined(upkeep)
        if self._control is None:
            self._begin()
        elif at_once and self._running_upkeep is not None:
            self._begin_anew()

    def _begin_anew(self) -> None:
        """End the run and do what is left of it together with what waits."""
        if self._control is None or self._running_upkeep is None or self._begins_anew:
            return
        left = self._running_upkeep
        self._waiting = left if self._waiting is None else self._waiting.joined(left)
        self._begins_anew = True
        self._rests_anew = self._control.paused
        self._control.cancel()

    def _begin_without(self, _nothing: None) -> None:
        """A run that still reads a folder which is not in the library any more begins anew."""
        self._begin_anew()

    def _begin(self, *, paused: bool = False) -> None:
        upkeep, self._waiting = self._waiting, None
        if upkeep is None:
            return
        upkeep = replace(upkeep, wanted=(*upkeep.wanted, *self._wanted))
        self._wanted = []
        self._passed_over = []
        self._report = None
        self._running_upkeep = upkeep
        control = self._control = Control()
        if paused:
            control.pause()

        def steps(services: "Services") -> "Iterator[Event | LibraryChanged]":
            from app.upkeep import keep_up

            return keep_up(services, upkeep, control)

        self._told_at.invalidate()
        if not self._begins_anew:
            self.began.emit()
        self._begins_anew = False
        self._background.stream(
            steps,
            control,
            parent=self,
            on_event=self._take,
            on_end=self._end,
            on_failure=self._fail,
        )

    def _take(self, event: "Event | LibraryChanged") -> None:
        match event:
            case LibraryChanged():
                self._announce(event)
            case Progress():
                self._tell(event)
            case Failed():
                self.failed_file.emit(event)
            case NotScanned():
                if len(self._passed_over) < _MOST_PASSED_OVER:
                    self._passed_over.append(event)
            case FolderMissing():
                self.folder_missing.emit(event)
            case Finished():
                self._report = event.report
            case _:
                pass  # a file that was kept is part of a change in the library

    def _announce(self, change: LibraryChanged) -> None:
        if change.added or change.updated:
            self._background.announce(change)

    def _tell(self, progress: Progress) -> None:
        if not self._told_at.isValid() or self._told_at.elapsed() >= _TELL_EVERY_MS:
            self._told_at.start()
            self.progressed.emit(progress)

    def _end(self) -> None:
        self._control = None
        self._running_upkeep = None
        if self._report is not None and not self._begins_anew:
            self.ended.emit(self._report)
        self._begin(paused=self._begins_anew and self._rests_anew)

    def _fail(self, error: Exception) -> None:
        self._control = None
        self._running_upkeep = None
        self._waiting = None
        self._begins_anew = False
        self.stopped.emit(error)
        if sentence_of(error) is None:
            self._background.failed.emit(error)

    def _take_folders(self, added: "FoldersAdded") -> None:
        from app.upkeep import Upkeep

        self.folders_added.emit(added)
        if added.accepted:
            self._ask(Upkeep(folders=frozenset(added.accepted)), at_once=True)

"""What a listener does in the first hour, with a real pointer and real keys.

Start without a library, add a folder, search, seed, save as a playlist, export, close, start
again, kill in the middle of an analysis, start again.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from library.formats.files import read_playlist
from tests.desktop.program import Program
from tests.desktop.screen import Screen
from ui.crash_dialog import LOG_NAME

_IN_LIST = "Tracks of the playlist"
_LEAST_TRACKS = 5
_END_S = 20.0
_WORKING = 4  # search, a decoder, an embedder, and what keeps track of their shared memory


@dataclass
class FirstHour:
    """One listener's first hour. `steps` holds what was done and how many seconds it took.

    options: of the program. before_kill: called before the start that is killed.
    """

    screen: Screen
    folder: Path
    data_dir: Path
    options: tuple[str, ...] = ()
    before_kill: Callable[[], None] = lambda: None
    steps: list[tuple[str, float]] = field(default_factory=list)
    _begun_s: float = field(default_factory=time.monotonic)

    def play(self) -> None:
        """Do all of it.

        Raises:
            AssertionError: something is not as it should be.
        """
        exported = self.data_dir.parent / "first-hour.m3u8"
        program = self._start()
        self._add_folder(program)
        matches = self._search_and_save(program)
        self._export(program, exported, len(matches))
        self._close(program)
        name = self._again(matches)
        self._killed()
        assert self._again(matches) == name
        assert len(read_playlist(exported)) == len(matches)
        log = self.data_dir / LOG_NAME
        assert not log.exists(), log.read_text()
        self._tell("No mistake in the log, no process left")

    def _start(self) -> Program:
        program = Program(self.screen, self.data_dir, options=self.options)
        program.until("title", "Segue")
        self._tell("Started")
        return program

    def _add_folder(self, program: Program) -> None:
        program.until("is_shown", True, name="Choose folders…")
        self.screen.click(program.ask("centre", name="Choose folders…"))
        program.until("active_title", "Choose a folder with music")
        self.screen.press("ctrl+a")
        self.screen.type(str(self.folder))
        program.until("text", str(self.folder), name="fileNameEdit")
        self.screen.press("Return")
        program.until("active_title", "Segue")
        self.screen.click(program.ask("centre", name="Start listening"))
        program.until("has_rows", True, view="Tracks", least=_LEAST_TRACKS)
        self._tell(f"Added {self.folder}; the first tracks are there")

    def _search_and_save(self, program: Program) -> list[str]:
        """Search for a title, make it a seed, and save its matches; the titles that were saved."""
        program.until("is_filled", True, view="Tracks")
        title = program.ask("texts", view="Tracks")[0]
        self.screen.press("ctrl+f")
        self.screen.type(title)
        program.until("has_rows", True, view="Tracks", least=1)
        program.until("starts_with", True, view="Tracks", title=title)
        self.screen.press("Return")
        program.until("focus", "Tracks")
        self.screen.press("ctrl+Return")
        program.until("has_rows", True, view="Matches", least=1)
        self._tell(f"Searched, and found matches of “{title}”")
        self.screen.click(program.ask("centre", name="Save the matches as a playlist"))
        program.until("has_rows", True, view=_IN_LIST, least=1)
        program.until("is_filled", True, view=_IN_LIST)
        saved: list[str] = program.ask("texts", view=_IN_LIST)
        self._tell(f"Saved {len(saved)} matches as a playlist")
        return saved

    def _export(self, program: Program, to: Path, n_tracks: int) -> None:
        self.screen.click(program.ask("row", view=_IN_LIST, text=""))
        self.screen.press("ctrl+e")
        program.until("focus", "File")
        self.screen.press("ctrl+a")
        self.screen.type(str(to))
        program.until("text", str(to), name="File")
        self.screen.press("alt+s")
        said = f"Saved and read back: {n_tracks:,} of {n_tracks:,} tracks."
        program.until("is_said", True, words=said)
        self.screen.press("Escape")
        program.until("active_title", "Segue")
        self._tell(f"Exported it: “{said}”")

    def _again(self, matches: list[str]) -> str:
        """Start again; the playlist is still there, and shown. Its name."""
        program = self._start()
        program.until("texts", matches, view=_IN_LIST)
        name: str = program.ask("texts", view="Playlists")[0]
        self._tell(f"“{name}” is still there")
        self._close(program)
        return name

    def _close(self, program: Program) -> None:
        processes = psutil.Process(program.pid).children(recursive=True)
        assert program.close() == 0
        _assert_ended(processes)
        self._tell("Closed")

    def _killed(self) -> None:
        self.before_kill()
        program = self._start()
        program.until("is_analysing", True)  # every start looks through the folders
        processes = _working(program)
        is_amid = program.ask("is_analysing")
        program.kill()
        _assert_ended(processes)
        with_ = f"; {len(processes)} other processes ended with it"
        self._tell(f"Killed {'amid an analysis' if is_amid else 'at rest'}{with_}")

    def _tell(self, what: str) -> None:
        now_s = time.monotonic()
        self.steps.append((what, now_s - self._begun_s))
        self._begun_s = now_s


def _working(program: Program) -> list[psutil.Process]:
    """The processes of a program, once some of them decode and listen, or it has nothing to do."""
    while True:
        processes = psutil.Process(program.pid).children(recursive=True)
        if len(processes) >= _WORKING or not program.ask("is_analysing"):
            return processes
        time.sleep(0.05)


def _assert_ended(processes: list[psutil.Process]) -> None:
    _, alive = psutil.wait_procs(processes, timeout=_END_S)
    assert not alive, f"still there: {alive}"

"""The whole window at work, while everything is noted that its main thread asks of the system.

    python -m tests.ui.main_thread_driver DATA_DIR MUSIC_FOLDER

What the main thread should have left to others is printed, a line each, with where it happened.
"""

import os
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType
from unittest.mock import patch

from PySide6.QtMultimedia import QAudioDevice, QMediaDevices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from library.records import TrackId
from tests.ui.conftest import services_of
from tests.ui.whole_window import N_TRACKS
from ui.background import Background
from ui.main import make_application, open_window
from ui.playlists.side_bar import Place
from ui.window import MainWindow

ONE, TWO, THREE = map(TrackId, (1, 2, 3))

_ROOT = Path(__file__).resolve().parents[2]
_OWN_ICONS = str(_ROOT / "assets")
_LOG = "segue.log"
_LISTED = ("os.listdir", "os.scandir", "os.remove", "os.rename", "os.mkdir", "shutil.", "glob.")
_FORBIDDEN = ("sqlite3.", "subprocess.", "os.posix_spawn", "os.fork", *_LISTED)
_HEAVY = ("torch", "torchaudio", "librosa", "hnswlib", "sqlite3", "av", "mutagen")
# Loading a module, PySide looks whether its source asks for anything special.
_IMPORTING = ("importlib._bootstrap", "shibokensupport")
_LONGEST_WAIT_S = 60.0


class Notes:
    """What the main thread asked of the system, and where."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.on = False
        self._main = threading.get_ident()
        self._noting = False
        sys.addaudithook(self._hear)
        for name in ("stat", "lstat", "access", "readlink"):
            setattr(os, name, self._heard(name, getattr(os, name)))

    def _heard(self, name: str, call: Callable[..., object]) -> Callable[..., object]:
        def heard(*args: object, **kwargs: object) -> object:
            self._note(f"os.{name} {args[0]!r}")
            return call(*args, **kwargs)

        return heard

    def _hear(self, event: str, args: tuple[object, ...]) -> None:
        if not self.on:
            return
        if event == "open" and not _is_allowed(args[0]):
            self._note(f"open {args[0]!r}")
        elif event == "import" and str(args[0]).partition(".")[0] in _HEAVY:
            self._note(f"import {args[0]}", within_imports=True)
        elif event.startswith(_FORBIDDEN):
            self._note(f"{event} {args[:1]!r}")

    def _note(self, what: str, *, within_imports: bool = False) -> None:
        if not self.on or self._noting or threading.get_ident() != self._main:
            return
        self._noting = True
        try:
            places = _places()
            if within_imports or not any(part in place for place in places for part in _IMPORTING):
                self.lines.append(f"{what} at {' < '.join(places[:8])}")
        finally:
            self._noting = False


def _is_allowed(path: object) -> bool:
    if isinstance(path, int):
        return True
    name = os.fsdecode(path) if isinstance(path, bytes | str | os.PathLike) else ""
    return name.startswith(_OWN_ICONS) or os.path.basename(name) == _LOG


def _places() -> list[str]:
    """Where the main thread is, from the innermost of the callers out."""
    found = []
    frame: FrameType | None = sys._getframe(3)
    while frame is not None:
        found.append(f"{frame.f_code.co_filename.replace(str(_ROOT), '')}:{frame.f_lineno}")
        frame = frame.f_back
    return found


def wait(condition: Callable[[], object]) -> None:
    """Let the window work until this holds."""
    ends_at_s = time.monotonic() + _LONGEST_WAIT_S
    while not condition():
        if time.monotonic() > ends_at_s:
            raise TimeoutError(f"line {sys._getframe(1).f_lineno}: this did not come true")
        QTest.qWait(10)


def work(window: MainWindow, data_dir: Path, music: Path) -> None:
    """Use every part of the window once."""
    panels = window.panels
    wait(lambda: len(panels.library._table.ids) == N_TRACKS)
    browse(window)
    search(window, music)
    edit_playlists(window, data_dir)
    play(window)
    open_dialogs(window)
    analyse(window, music)
    window._save()
    QTest.qWait(100)


def browse(window: MainWindow) -> None:
    """Search, albums and the column browser."""
    library = window.panels.library
    library.search("Tone 1")
    wait(lambda: len(library._table.ids) == 1)
    library.clear_search()
    library.browser_action.setChecked(True)
    window.navigation.go_to(Place.ALBUMS)
    QTest.qWait(300)
    window.grab()
    window.navigation.go_to(Place.LIBRARY)
    wait(lambda: len(library._table.ids) == N_TRACKS)
    window.grab()


def search(window: MainWindow, music: Path) -> None:
    """Seeds of the library and from outside, dials, locks and exclusions."""
    actions, similar = window.panels.actions, window.panels.similar
    actions.similar_wanted.emit((ONE,))
    wait(similar.matched_ids)
    similar.results_bar.dials_button.click()
    window.take_files([os.fsencode(music / "outside.flac")])
    wait(lambda: not similar.matcher.listening and similar.matched_ids())
    actions.seeds_wanted.emit((ONE,))
    actions.unwanted_seeds_wanted.emit((TWO,))
    actions.exclusion_wanted.emit((THREE,))
    similar.undo()
    wait(similar.matched_ids)
    window.grab()


def edit_playlists(window: MainWindow, data_dir: Path) -> None:
    """A playlist that is made, added to, played, exported and imported."""
    panels = window.panels
    panels.similar.saving_bar.save.click()
    wait(lambda: not isinstance(window.navigation.here, Place))
    playlist_id = window.navigation.here
    assert not isinstance(playlist_id, Place)
    panels.actions.playlist_wanted.emit((ONE, TWO), playlist_id)
    wait(lambda: panels.playlist.table.model().rowCount() >= 3)
    panels.playlist.undo()
    panels.actions.playlist_wanted.emit((ONE,), None)
    wait(lambda: window.navigation.here not in (playlist_id, *Place))
    window.dialogs.export_playlist(playlist_id)
    wait(lambda: "export" in window.dialogs._open)
    export = window.dialogs._open["export"]
    exported = data_dir / "List.m3u8"
    export.file.setText(str(exported))  # type: ignore[attr-defined]
    wait(lambda: ".flac" in export.preview.toPlainText())  # type: ignore[attr-defined]
    export.save()  # type: ignore[attr-defined]
    wait(lambda: export.status.text().startswith("Saved"))  # type: ignore[attr-defined]
    close_dialogs()
    window.dialogs.import_playlists((os.fsencode(exported),))
    wait(dialogs)
    QTest.qWait(300)
    close_dialogs()


def play(window: MainWindow) -> None:
    """Play, seek, a part, the queue, and a file from outside."""
    panels = window.panels
    panels.actions.play_wanted.emit((ONE, TWO))
    wait(lambda: panels.player.position_s > 0.05)
    panels.player.play_part(THREE, 0.1, 0.3)
    wait(lambda: panels.player.playing is not None and panels.player.playing.track_id == ONE)
    panels.actions.play_next_wanted.emit((THREE,))
    panels.actions.queue_wanted.emit((THREE,))
    panels.player.next()
    panels.player.seek(0.2)
    window.navigation.go_to(Place.QUEUE)
    panels.queue.undo()
    wait(lambda: panels.transport.waveform.outline is not None)
    window.grab()
    panels.player.stop()


def open_dialogs(window: MainWindow) -> None:
    """Every dialog of the menus and of a track."""
    dialogs_of = window.dialogs
    for show in (
        partial(dialogs_of.show_properties, (ONE,)),
        partial(dialogs_of.show_properties, (ONE, TWO)),
        dialogs_of.show_failures,
        dialogs_of.show_settings,
        dialogs_of.show_shortcuts,
        dialogs_of.show_about,
        dialogs_of.choose_folder,
    ):
        show()
        QTest.qWait(200)
        for dialog in dialogs():
            dialog.grab()
        close_dialogs()
    dialogs_of.show_in_folder((ONE,))
    panels = window.panels
    panels.actions.menu((ONE,), window).popup(window.pos())
    QTest.qWait(50)
    menu = QApplication.activePopupWidget()
    if menu is not None:
        menu.close()


def analyse(window: MainWindow, music: Path) -> None:
    """Add a folder, pause, go on, and be told of it."""
    analysis = window.panels.analysis
    ended: list[object] = []
    analysis.ended.connect(ended.append)
    analysis.add_folders([os.fsencode(music)])
    wait(lambda: analysis.running)
    analysis.pause()
    analysis.resume()
    wait(lambda: ended and not analysis.running)
    wait(lambda: len(window.panels.library._table.ids) > N_TRACKS)
    window.grab()


def dialogs() -> list[QDialog]:
    """Those that are open."""
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog)]


def close_dialogs() -> None:
    """Close what is open."""
    for dialog in dialogs():
        dialog.close()
    QTest.qWait(50)


def main() -> None:
    """Work, close, and print what was noted."""
    data_dir, music = Path(sys.argv[1]), Path(sys.argv[2])
    application = make_application()
    background = Background(partial(services_of, data_dir), reads_at_once=True)
    notes = Notes()
    with patch.object(QMediaDevices, "defaultAudioOutput", staticmethod(QAudioDevice)):
        window = open_window(application, background, data_dir, [])
        application.processEvents()
        notes.on = True
        try:
            work(window, data_dir, music)
        finally:
            window.close()
            background.close()
            notes.on = False
    sys.stdout.write("".join(f"{line}\n" for line in dict.fromkeys(notes.lines)))


if __name__ == "__main__":
    main()

"""The scenes that `screenshots.py` takes: a real window, led from page to page.

usage: window_scenes.py demo|corpus WIDTHxHEIGHT LIBRARY MUSIC PICTURES

LIBRARY is written to; MUSIC is the folder that the first start offers.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QElapsedTimer, QEventLoop, QItemSelectionModel
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialog, QLabel, QWidget

from library.records import PlaylistId, TrackId
from ui.background import Background
from ui.main import make_application, open_library, open_window
from ui.playing.player import PlayState
from ui.playlists.side_bar import Place
from ui.window import MainWindow

if TYPE_CHECKING:
    from app.services import Services

_WAIT_MS = 120_000
_SETTLE_MS = 900
_N_HEARD = 24


@dataclass(frozen=True, slots=True)
class Subject:
    """What is shown of a library. Every name is a search that finds one track."""

    wanted: tuple[str, ...]
    unwanted: str
    playlists: dict[str, tuple[str, ...]]
    played: tuple[str, ...]


DEMO = Subject(
    wanted=("Counting Snow", "The Lamp Is Lit at Five"),
    unwanted="First Winter",
    playlists={
        "Quiet evening": (
            "The Sum of Quiet Rooms",
            "Harbour, Seen from Above",
            "The Long Window",
            "Lamp Study, Amber",
            "Slow Elevator",
            "Last Light, North",
            "A Table Near the Stairs",
            "Wingdust",
        ),
        "On the road": ("Motorway Verge", "Night Bus Strut", "Eleven Oars"),
        "Sunday": ("Paper Bunting", "Under the Damson Tree"),
    },
    played=("Trellis Light", "Watered Glass", "The Umbrella Stand", "Elbows on the Counter"),
)
OTHER = Subject(
    wanted=("Late Blues", "Enigma Rag"),
    unwanted="Motorway",
    playlists={"After midnight": ("Lucid Dream", "Late Blues", "icy wind")},
    played=("Lucid Dream", "Enigma Rag", "Black Bass Blues"),
)


class Camera:
    """A window, and what it takes to bring it into a state and take a picture of that."""

    def __init__(self, window: MainWindow, background: Background, pictures: Path) -> None:
        """Take pictures into a folder."""
        self.window = window
        self.panels = window.panels
        self._background = background
        self._pictures = pictures

    def take(self, name: str, widget: QWidget | None = None) -> None:
        """A picture, once everything that was asked for has come."""
        self.panels.notices.dismiss()
        self.settle()
        (widget or self.window).grab().save(str(self._pictures / f"{name}.png"))

    def settle(self) -> None:
        """Let timers run out and answers arrive."""
        clock = QElapsedTimer()
        clock.start()
        self.until(lambda: clock.hasExpired(_SETTLE_MS))

    def until(self, holds: Callable[[], bool]) -> None:
        """Let the program run until something holds."""
        clock = QElapsedTimer()
        clock.start()
        while not holds():
            if clock.hasExpired(_WAIT_MS):
                raise SystemExit("What a picture was to show did not come.")
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)

    def ask(self, work: "Callable[[Services], Any]") -> Any:
        """Ask the library something, and wait for the answer."""
        answers: list[Any] = []
        self._background.read(work, on_success=answers.append, parent=self.window)
        self.until(lambda: bool(answers))
        return answers[0]

    def track(self, words: str) -> TrackId:
        """The one track that words find."""

        def work(services: "Services") -> list[TrackId]:
            from library.query import words as query_of

            return services.catalog.listing(query_of(words), limit=1)

        (found,) = self.ask(work)
        return TrackId(found)

    def playlist(self, name: str) -> PlaylistId:
        """A playlist by its name."""

        def work(services: "Services") -> list[PlaylistId]:
            return [one.id for one in services.catalog.playlists.all() if one.name == name]

        (found,) = self.ask(work)
        return PlaylistId(found)

    def view(self, name: str, within: QWidget) -> QAbstractItemView:
        """A list by its accessible name."""
        views = within.findChildren(QAbstractItemView)
        return next(view for view in views if view.accessibleName() == name)

    def choose(self, view: QAbstractItemView, *rows: int) -> None:
        """Select rows."""
        flag = QItemSelectionModel.SelectionFlag
        view.setCurrentIndex(view.model().index(rows[0], 0))
        for row in rows:
            view.selectionModel().select(view.model().index(row, 0), flag.Select | flag.Rows)

    @contextmanager
    def dialog(self, show: Callable[[], None]) -> Iterator[QDialog]:
        """A dialog over the window, closed in the end."""
        show()
        self.until(lambda: any(True for _ in self._dialogs()))
        dialog = next(self._dialogs())
        labels = dialog.findChildren(QLabel)
        self.until(lambda: not any(label.text().endswith("…") for label in labels))
        yield dialog
        dialog.close()
        self.settle()

    def _dialogs(self) -> Iterator[QDialog]:
        widgets = QApplication.topLevelWidgets()
        return (one for one in widgets if isinstance(one, QDialog) and one.isVisible())


def take_beginning(camera: Camera, _subject: Subject) -> None:
    """A library without folders, and one whose music is being analysed."""
    panels = camera.panels
    camera.until(panels.first_start.isVisible)
    camera.take("first-start")


def take_analysis(camera: Camera, music: Path) -> None:
    """The table fills while music is analysed."""
    n_done = [0]
    camera.panels.analysis.progressed.connect(lambda told: n_done.__setitem__(0, told.n_done))
    camera.panels.analysis.add_folders([os.fsencode(music)])
    camera.until(lambda: n_done[0] >= _N_HEARD)
    camera.panels.analysis.pause()
    camera.settle()
    camera.panels.analysis.resume()
    camera.take("analysis")


def take_browsing(camera: Camera, _subject: Subject) -> None:
    """The table, the search, the column browser, the albums, and the properties of a track."""
    panels = camera.panels
    tracks = camera.view("Tracks", panels.library)
    camera.until(lambda: tracks.model().rowCount() > 0)
    panels.library.browser_action.setChecked(True)
    camera.take("library")
    panels.library.browser_action.setChecked(False)
    panels.library.search("tag:instrumental -genre:metal")
    camera.take("search")
    panels.library.search("no such song")
    camera.take("nothing-found")
    panels.library.clear_search()
    camera.window.navigation.go_to(Place.ALBUMS)
    camera.take("albums")
    camera.window.navigation.go_to(Place.LIBRARY)


def take_properties(camera: Camera, subject: Subject) -> None:
    """What is known of a track."""
    track = camera.track(subject.wanted[0])
    with camera.dialog(lambda: camera.window.dialogs.show_properties((track,))) as dialog:
        camera.take("properties", dialog)


def take_similar(camera: Camera, subject: Subject) -> None:
    """Seeds and matches, first without filters and then with them."""
    panels = camera.panels
    similar = panels.similar
    similar.add_seeds([camera.track(words) for words in subject.wanted])
    similar.add_unwanted_seeds([camera.track(subject.unwanted)])
    camera.until(lambda: bool(similar.matched_ids()))
    camera.choose(camera.view("Matches", similar), 0)
    camera.take("matches")
    similar.results_bar.dials_button.setChecked(True)
    camera.take("filters")
    similar.results_bar.dials_button.setChecked(False)


def take_playlist(camera: Camera, subject: Subject) -> None:
    """A playlist, and the dialog that exports it."""
    playlist = camera.playlist(next(iter(subject.playlists)))
    camera.window.navigation.go_to(playlist)
    camera.take("playlist")
    with camera.dialog(lambda: camera.window.dialogs.export_playlist(playlist)) as dialog:
        camera.take("export", dialog)


def take_playing(camera: Camera, subject: Subject) -> None:
    """The queue, and a track that plays."""
    panels = camera.panels
    panels.player.play([camera.track(words) for words in subject.played])
    camera.until(lambda: panels.player.state is PlayState.PLAYING)
    camera.until(lambda: panels.player.playing is not None)
    panels.player.pause()
    playing = panels.player.playing
    assert playing is not None  # it was waited for
    panels.player.seek(playing.duration_s * 0.4)
    camera.window.navigation.go_to(Place.QUEUE)
    camera.until(lambda: panels.transport.waveform.outline is not None)
    camera.take("queue")
    camera.window.navigation.go_to(Place.LIBRARY)
    camera.take("playing")


def take_dialogs(camera: Camera, _subject: Subject) -> None:
    """Failures, settings, shortcuts, about."""
    dialogs = camera.window.dialogs
    with camera.dialog(dialogs.show_failures) as dialog:
        camera.choose(dialog.findChildren(QAbstractItemView)[0], 0)
        camera.take("failures", dialog)
    for name, show in (
        ("settings", dialogs.show_settings),
        ("shortcuts", dialogs.show_shortcuts),
        ("about", dialogs.show_about),
    ):
        with camera.dialog(show) as dialog:
            camera.take(name, dialog)


SCENES = (
    take_browsing,
    take_similar,
    take_playlist,
    take_playing,
    take_properties,
    take_dialogs,
)


@contextmanager
def camera_for(data_dir: Path, size: str, pictures: Path) -> Iterator[Camera]:
    """A window of a library, closed in the end."""
    application = QApplication.instance() or make_application()
    assert isinstance(application, QApplication)  # there is no other
    background = Background(partial(open_library, data_dir))
    window = open_window(application, background, data_dir, [])
    window.resize(*(int(side) for side in size.split("x")))
    camera = Camera(window, background, pictures)
    is_open: list[bool] = []
    background.opened.connect(lambda _notices: is_open.append(True))
    camera.until(lambda: bool(is_open))
    camera.settle()
    yield camera
    window.close()
    background.close()


def main() -> None:
    library, size, *paths = sys.argv[1:]
    data_dir, music, pictures = (Path(path) for path in paths)
    subject = DEMO if library == "demo" else OTHER
    with tempfile.TemporaryDirectory() as empty:
        settings = (data_dir / "settings.json").read_text()
        (Path(empty) / "settings.json").write_text(settings)
        with camera_for(Path(empty), size, pictures) as camera:
            take_beginning(camera, subject)
            if size == "1280x800" and library == "demo":
                take_analysis(camera, music)
    with camera_for(data_dir, size, pictures) as camera:
        for scene in SCENES:
            scene(camera, subject)


if __name__ == "__main__":
    main()

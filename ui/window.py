"""The window: panels side by side, what comes back after a restart, and an orderly end."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QVBoxLayout, QWidget

from library.records import LibraryChanged
from ui.analysing.first_wanted import FirstWanted
from ui.background import Background, Written
from ui.dialogs import Dialogs
from ui.likeness import Likeness
from ui.menus import make_menus
from ui.navigation import Navigation
from ui.panels import make_panels
from ui.session import section, write_session
from ui.wiring import Wiring

if TYPE_CHECKING:
    from app.services import Services
    from app.settings import Settings
    from ui.playing.mpris import Mpris

_FIRST_SIZE_PX = (1280, 800)
_LEAST_SIZE_PX = (720, 480)
_FIRST_WIDTHS_PX = (190, 700, 390)
_SAVE_EVERY_MS = 60_000
# The desktop's bus may let one wait; what was opened is drawn before.
_OFFERED_AFTER_MS = 300


class MainWindow(QMainWindow):
    """The one window of a library."""

    def __init__(
        self,
        background: Background,
        data_dir: Path,
        settings: "Settings",
        session: Mapping[str, Any],
    ) -> None:
        """Put the panels together; the library is opened by `open_library_soon`."""
        super().__init__()
        self._background = background
        self._data_dir = data_dir
        self._session = session
        self._files_to_take: list[bytes] = []
        self._is_open = False
        self.panels = make_panels(background, settings, self)
        self.navigation = Navigation(self.panels, self)
        self.dialogs = Dialogs(self.panels, data_dir, settings, self)
        self.wiring = Wiring(self.panels, self.navigation, self.dialogs, self)
        self._likeness = Likeness(self.panels, self)
        FirstWanted(self.panels.analysis, self.panels.rows, self.panels.similar.matcher, self)
        make_menus(self, self.panels, self.navigation, self.dialogs)
        self._lay_out()
        self._restore(session)
        self._mpris: Mpris | None = None
        self._save_now_and_then = QTimer(self, interval=_SAVE_EVERY_MS)
        self._save_now_and_then.timeout.connect(self._save)
        background.opened.connect(self._begin)
        background.could_not_open.connect(self.wiring.tell_library_is_closed)

    def open_library_soon(self, files: Sequence[bytes] = ()) -> None:
        """Open the library once the window is on the screen, and take these files then."""
        self._files_to_take.extend(files)
        QTimer.singleShot(0, self._background.open)

    def take_files(self, files: Sequence[bytes]) -> None:
        """Make files seeds, as somebody who opens a song with Segue wants it; come to the front."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()
        if not self._is_open:
            self._files_to_take.extend(files)
        elif files:
            self.panels.similar.set_seeds(list(files))

    def showEvent(self, event: QShowEvent) -> None:
        """Give the keys to the search line when the window is first shown."""
        super().showEvent(event)
        self.panels.library.focus_list()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the state and let go of sound; the background is closed by who made it."""
        self._save_now_and_then.stop()
        if self._is_open:
            self._save()
        self._likeness.cancel()
        self.wiring.close()
        if self._mpris is not None:
            self._mpris.close()
        self.panels.player.close()
        super().closeEvent(event)

    def _lay_out(self) -> None:
        panels = self.panels
        self.setWindowTitle("Segue")
        self.setMinimumSize(*_LEAST_SIZE_PX)
        self.resize(QSize(*_FIRST_SIZE_PX).boundedTo(self.screen().availableSize()))
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        for panel in (panels.side_bar, panels.pages, panels.similar):
            self._splitter.addWidget(panel)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes(list(_FIRST_WIDTHS_PX))
        central = QWidget()
        layout = QVBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._splitter, 1)
        layout.addWidget(panels.strip)
        layout.addWidget(panels.transport)
        self.setCentralWidget(central)

    def _begin(self, notices: tuple[str, ...]) -> None:
        """The library is open: go on where the last session ended, and look for new music."""
        self._is_open = True
        for sentence in notices:
            self.panels.notices.tell(sentence)
        self.navigation.restore(section(self._session, "place"))
        self.panels.similar.restore_state(section(self._session, "similar"))
        self.wiring.restore_playing(section(self._session, "playing"))
        self.wiring.begin()
        QTimer.singleShot(_OFFERED_AFTER_MS, self._offer_player)
        if self._files_to_take:
            self.panels.similar.set_seeds(list(self._files_to_take))
            self._files_to_take.clear()
        self._save_now_and_then.start()

    def _offer_player(self) -> None:
        """Let media keys, the lock screen and remote controls find the player."""
        if not self.isVisible():  # closed meanwhile
            return
        from ui.playing.mpris import Mpris

        self._mpris = Mpris(self.panels.player, self)
        self._mpris.raise_asked.connect(lambda: self.take_files(()))
        self._mpris.quit_asked.connect(self.close)

    def _restore(self, session: Mapping[str, Any]) -> None:
        window = section(session, "window")
        geometry, widths = window.get("geometry"), window.get("widths")
        if isinstance(geometry, str):
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
        if isinstance(widths, list) and all(isinstance(width, int) for width in widths):
            self._splitter.setSizes(widths)
        self.panels.library.restore_state(section(session, "library"))
        self.dialogs.export_memory.restore_state(section(session, "export"))

    def _state(self) -> dict[str, Any]:
        return {
            "window": {
                "geometry": bytes(self.saveGeometry().toBase64().data()).decode(),
                "widths": self._splitter.sizes(),
            },
            "place": self.navigation.save(),
            "library": self.panels.library.save_state(),
            "similar": self.panels.similar.save_state(),
            "playing": self.wiring.save_playing(),
            "export": self.dialogs.export_memory.save_state(),
        }

    def _save(self) -> None:
        state, data_dir = self._state(), self._data_dir

        def write(_services: "Services") -> Written[None]:
            write_session(data_dir, state)
            return Written(None, LibraryChanged())

        self._background.write(write, parent=self)

"""The dialogs of the window, each made when it is asked for, one of a kind at a time."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QMessageBox

from app.match_request import usual_dials
from app.version import VERSION
from library.records import PlaylistId, TrackId
from ui.analysing.choose_folder import choose_folder
from ui.panels import Panels
from ui.plain_text import plain_box
from ui.playlists.export_memory import ExportMemory
from ui.style import apply_theme
from ui.track_actions import Ids

if TYPE_CHECKING:
    from app.services import Services
    from app.settings import Settings


class Dialogs(QObject):
    """Opens dialogs over the window; none of them keeps the rest of the window waiting."""

    def __init__(
        self, panels: Panels, data_dir: Path, settings: "Settings", window: QMainWindow
    ) -> None:
        """Open none yet."""
        super().__init__(window)
        self._panels = panels
        self._data_dir = data_dir
        self.settings = settings
        self._window = window
        self._open: dict[str, QDialog] = {}
        self.export_memory = ExportMemory()
        self.keep_settings_file = False  # it cannot be read, and is not to be lost
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_desktop)

    def choose_folder(self) -> None:
        """Let the listener add a folder to the library."""
        choose_folder(self._window, lambda folder: self._panels.analysis.add_folders([folder]))

    def add_demo(self) -> None:
        """Add the collection that comes with the program."""
        from contextlib import ExitStack

        from app.demo import demo_collection

        with ExitStack() as kept:
            folder = kept.enter_context(demo_collection())
            self._panels.analysis.add_folders([os.fsencode(folder.resolve())])

    def show_properties(self, ids: Ids) -> None:
        """Show all that is known of some tracks."""
        from ui.browse.properties_dialog import PropertiesDialog

        panels = self._panels
        self._show(
            "properties",
            lambda: PropertiesDialog(panels.background, panels.covers, ids, self._window),
            anew=True,
        )

    def show_in_folder(self, ids: Ids) -> None:
        """Open the desktop's file manager where these tracks lie."""
        from ui.show_in_folder import show_in_folder

        def paths(services: "Services") -> list[bytes]:
            found = services.catalog.tracks.get(ids)
            return [track.path for track in found.values() if not track.missing]

        self._panels.background.read(paths, on_success=show_in_folder, parent=self)

    def show_failures(self) -> None:
        """List the files that could not be analysed."""
        from ui.analysing.failures_dialog import FailuresDialog

        panels = self._panels
        self._show(
            "failures", lambda: FailuresDialog(panels.background, panels.analysis, self._window)
        )

    def export_playlist(self, playlist_id: PlaylistId) -> None:
        """Export a playlist."""

        def read(services: "Services") -> tuple[str, list[TrackId]]:
            playlist = services.catalog.playlists.get(playlist_id)
            return playlist.name, [entry.track_id for entry in playlist.entries]

        self._panels.background.read(
            read, on_success=lambda found: self.export_tracks(*found), parent=self
        )

    def export_tracks(self, name: str, ids: Sequence[TrackId]) -> None:
        """Export tracks under a name."""
        from ui.playlists.export_dialog import ExportDialog

        self._show(
            "export",
            lambda: ExportDialog(
                self._panels.background, name, ids, self._window, memory=self.export_memory
            ),
            anew=True,
        )

    def import_playlists(self, paths: tuple[bytes, ...]) -> None:
        """Import playlist files; with none of them named, let the listener choose."""
        from ui.playlists.import_dialog import import_playlists

        import_playlists(self._panels.background, self._panels.edits, paths, self._window)

    def show_settings(self) -> None:
        """Let the listener change the settings, unless their file is still to be put right."""
        from ui.settings_dialog import SettingsDialog

        if self.keep_settings_file:
            self._panels.notices.tell(
                self.tr("The settings cannot be changed until their file can be read.")
            )
            return

        def make() -> QDialog:
            panels = self._panels
            dialog = SettingsDialog(
                panels.background, panels.analysis, self._data_dir, self.settings, self._window
            )
            dialog.changed.connect(self.take_settings)
            return dialog

        self._show("settings", make)

    def show_shortcuts(self) -> None:
        """List the keys that do something."""
        from ui.shortcuts_dialog import ShortcutsDialog

        self._show("shortcuts", lambda: ShortcutsDialog(self._window))

    def show_about(self) -> None:
        """Say what this program is."""
        sentence = self.tr(
            "Segue {version}\n\nFinds the songs in your own library that sound like the one you"
            " are hearing.\n\nFree software under the GPL, version 3 or later. Nothing leaves"
            " this machine."
        ).format(version=VERSION)
        self._show(
            "about",
            lambda: plain_box(
                QMessageBox.Icon.NoIcon, self.tr("About Segue"), sentence, self._window
            ),
        )

    def take_settings(self, settings: "Settings") -> None:
        """Let other settings hold from now on."""
        self.settings = settings
        self._panels.watching.switch(on=settings.watch_folders)
        self._apply_theme()
        self._panels.similar.set_usual_dials(usual_dials(settings))

    def _follow_desktop(self) -> None:
        """The desktop has turned to light or to dark."""
        if self.settings.theme == "auto":
            self._apply_theme()

    def _apply_theme(self) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)  # the window runs in one
        apply_theme(application, self.settings.theme)

    def _show(self, kind: str, make: Callable[[], QDialog], *, anew: bool = False) -> None:
        """Bring a dialog to the front, and make it first where it is not open."""
        dialog = self._open.get(kind)
        if dialog is not None and anew:
            dialog.close()
            dialog = None
        if dialog is None:
            dialog = make()
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self._open[kind] = dialog
            dialog.destroyed.connect(lambda _=None, one=dialog: self._forget(kind, one))
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def _forget(self, kind: str, dialog: QDialog) -> None:
        if self._open.get(kind) is dialog:
            del self._open[kind]

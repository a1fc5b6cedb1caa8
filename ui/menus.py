"""The menu bar: every action of the window with its key, so that all can be found and read."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from ui.dialogs import Dialogs
from ui.icons import icon
from ui.navigation import Navigation
from ui.panels import Panels
from ui.playing.player import Player
from ui.playlists.side_bar import Place
from ui.undoing import REDO, UNDO, Undoing

_SEEK_S = 10.0


def make_menus(
    window: QMainWindow, panels: Panels, navigation: Navigation, dialogs: Dialogs
) -> None:
    """Give the window its menus."""
    _fill_file(window, panels, dialogs)
    _fill_edit(window, panels)
    _fill_view(window, panels, navigation)
    _fill_playback(window, panels.player)
    _fill_help(window, dialogs)


def _fill_file(window: QMainWindow, panels: Panels, dialogs: Dialogs) -> None:
    menu = window.menuBar().addMenu(_tr("&File"))
    _add(menu, "folder", _tr("Add &folder…"), dialogs.choose_folder, "Ctrl+O")
    _add(menu, "retry", _tr("&Look for changes"), panels.analysis.scan, "Ctrl+R")
    failures = _add(menu, "warning", _tr("Files &not analysed…"), dialogs.show_failures)
    panels.failure_count.counted.connect(lambda count: failures.setText(_failures(count)))
    menu.addSeparator()
    menu.addAction(panels.side_bar.new_action)
    menu.addAction(panels.side_bar.import_action)
    menu.addSeparator()
    _add(menu, "settings", _tr("&Settings…"), dialogs.show_settings, "Ctrl+P")
    menu.addSeparator()
    _add(menu, "close", _tr("&Quit"), window.close, "Ctrl+Q")


def _failures(count: int) -> str:
    if not count:
        return _tr("Files &not analysed…")
    return _tr("Files &not analysed ({count:,})…").format(count=count)


def _fill_edit(window: QMainWindow, panels: Panels) -> None:
    menu = window.menuBar().addMenu(_tr("&Edit"))
    undoing = Undoing(panels, window)
    # The panels listen to these keys themselves; here they are only shown.
    _add(menu, "undo", f"{_tr('&Undo')}\t{UNDO}", undoing.undo)
    _add(menu, "redo", f"{_tr('&Redo')}\t{REDO}", undoing.redo)
    menu.addSeparator()
    menu.addAction(panels.library.find_action)


def _fill_view(window: QMainWindow, panels: Panels, navigation: Navigation) -> None:
    menu = window.menuBar().addMenu(_tr("&View"))

    def show(place: Place) -> Callable[[], None]:
        return lambda: navigation.go_to(place)

    def show_playing() -> None:
        navigation.go_to(Place.LIBRARY)
        panels.library.jump_to_playing()

    _add(menu, "library", _tr("&Library"), show(Place.LIBRARY), "Ctrl+1")
    _add(menu, "albums", _tr("&Albums"), show(Place.ALBUMS), "Ctrl+2")
    _add(menu, "queue", _tr("&Queue"), show(Place.QUEUE), "Ctrl+3")
    _add(menu, "similar", _tr("&Seeds"), panels.similar.focus_seeds, "Ctrl+4")
    _add(menu, "similar", _tr("&Matches"), panels.similar.focus_matches, "Ctrl+5")
    menu.addSeparator()
    menu.addAction(panels.library.browser_action)
    _add(menu, "note", _tr("Show the &playing track"), show_playing, "Ctrl+J")


def _fill_playback(window: QMainWindow, player: Player) -> None:
    menu = window.menuBar().addMenu(_tr("&Playback"))
    _add(menu, "play", _tr("&Play or pause"), player.toggle, "F6", "Ctrl+Space", "Media Play")
    _add(menu, "stop", _tr("&Stop"), player.stop, "F7", "Media Stop")
    _add(menu, "previous", _tr("P&revious"), player.previous, "F5", "Media Previous")
    _add(menu, "next", _tr("&Next"), player.next, "F8", "Media Next")
    menu.addSeparator()
    _add(menu, "", _tr("&Forward 10 s"), lambda: player.seek_by(_SEEK_S), "Alt+Right")
    _add(menu, "", _tr("&Back 10 s"), lambda: player.seek_by(-_SEEK_S), "Alt+Left")
    menu.addSeparator()
    _add(menu, "", _tr("Stop &after this track"), player.stop_after_current, "Ctrl+Alt+V")


def _fill_help(window: QMainWindow, dialogs: Dialogs) -> None:
    menu = window.menuBar().addMenu(_tr("&Help"))
    _add(menu, "keyboard", _tr("&Keyboard shortcuts"), dialogs.show_shortcuts, "F1")
    _add(menu, "info", _tr("&About Segue"), dialogs.show_about)


def _add(menu: QMenu, icon_name: str, text: str, do: Callable[[], object], *keys: str) -> QAction:
    action = menu.addAction(text)
    if icon_name:
        action.setIcon(icon(icon_name))
    action.setShortcuts([QKeySequence(key) for key in keys])
    action.triggered.connect(lambda _=False: do())
    return action


def _tr(text: str) -> str:
    return QCoreApplication.translate("Menus", text)

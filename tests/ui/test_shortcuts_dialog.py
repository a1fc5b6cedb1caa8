import pytest
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QListWidget, QMainWindow, QTreeWidget

from ui.shortcuts_dialog import ShortcutsDialog, _below
from ui.track_actions import SIMILAR, TrackActions


@pytest.fixture
def window(qtbot) -> QMainWindow:
    """A window with a menu, a list with a key of its own, and what can be done with tracks."""
    window = QMainWindow()
    qtbot.addWidget(window)
    menu = window.menuBar().addMenu("&Playback")
    play = menu.addAction("&Play or pause")
    play.setShortcuts([QKeySequence("F6"), QKeySequence("Ctrl+Space")])
    menu.addAction("&Undo\tCtrl+Z")
    menu.addAction("Without a key")
    seeds = QListWidget(window)
    seeds.setAccessibleName("Seeds")
    for words, keys in (("Flip && keep", "Space"), ("", "F9")):
        action = QAction(words, seeds)
        action.setShortcut(QKeySequence(keys))
        seeds.addAction(action)
    TrackActions(window)
    return window


@pytest.fixture
def dialog(window: QMainWindow) -> ShortcutsDialog:
    return ShortcutsDialog(window)


def listed(dialog: ShortcutsDialog) -> dict[str, dict[str, str]]:
    """Keys by what they do, by group; what the filter hides is left out."""
    (tree,) = dialog.findChildren(QTreeWidget)
    return {
        head.text(0): {row.text(0): row.text(1) for row in _below(head) if not row.isHidden()}
        for head in _below(tree.invisibleRootItem())
        if not head.isHidden()
    }


def test_the_menus_keys_are_listed_menu_by_menu(dialog: ShortcutsDialog):
    assert listed(dialog)["Playback"] == {"Play or pause": "F6, Ctrl+Space", "Undo": "Ctrl+Z"}


def test_the_keys_of_a_list_stand_under_its_name(dialog: ShortcutsDialog):
    assert listed(dialog)["Seeds"] == {"Flip & keep": "Space"}


def test_what_can_be_done_with_tracks_is_listed_with_its_keys(dialog: ShortcutsDialog):
    keys = listed(dialog)["Selected tracks"]
    assert keys["Find similar"] == SIMILAR


def test_a_key_that_changes_is_listed_as_it_is(window: QMainWindow):
    menu = window.menuBar().actions()[0]
    next(a for a in window.findChildren(QAction) if a.text() == "&Play or pause").setShortcut("F12")
    assert menu.text() == "&Playback"
    assert listed(ShortcutsDialog(window))["Playback"]["Play or pause"] == "F12"


def test_gestures_of_the_mouse_are_listed_too(dialog: ShortcutsDialog):
    assert listed(dialog)["Mouse"]["Play from here"] == "Double click"


def test_the_list_is_filtered_by_word_and_by_key(dialog: ShortcutsDialog):
    dialog._search.setText("f6")
    assert listed(dialog) == {"Playback": {"Play or pause": "F6, Ctrl+Space"}}
    dialog._search.setText("playback undo")
    assert listed(dialog) == {"Playback": {"Undo": "Ctrl+Z"}}
    dialog._search.setText("")
    assert len(listed(dialog)) == 4

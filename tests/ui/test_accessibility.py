"""Every control of the window and of its dialogs: named, reached by Tab, and not cut off."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QCheckBox,
    QLabel,
    QPushButton,
    QRadioButton,
    QToolButton,
    QWidget,
)

from library.records import TrackId
from tests.ui.playlist_library import make_playlist
from tests.ui.whole_window import OpenWindow, ids, open_dialogs, open_window
from ui.playlists.side_bar import Place
from ui.style import apply_theme
from ui.window import MainWindow

__all__ = ["ids", "open_window"]

ONE, TWO = map(TrackId, (1, 2))

TEXTUAL = (QLabel, QPushButton, QCheckBox, QRadioButton, QToolButton)

SHOWN: dict[str, Callable[[MainWindow], None]] = {
    "properties": lambda window: window.dialogs.show_properties((ONE,)),
    "properties of several": lambda window: window.dialogs.show_properties((ONE, TWO)),
    "failures": lambda window: window.dialogs.show_failures(),
    "settings": lambda window: window.dialogs.show_settings(),
    "shortcuts": lambda window: window.dialogs.show_shortcuts(),
    "about": lambda window: window.dialogs.show_about(),
    "export": lambda window: window.dialogs.export_tracks("List", [ONE, TWO]),
}


@pytest.fixture
def window(ids: list[TrackId], open_window: OpenWindow, tmp_path: Path, qtbot) -> MainWindow:
    """The window with something in every part of it."""
    make_playlist(tmp_path / "data", "Evening", [ONE, TWO])
    window = open_window()
    window.panels.library.browser_action.setChecked(True)
    window.panels.actions.similar_wanted.emit((ONE,))
    window.panels.actions.queue_wanted.emit((TWO,))
    window.panels.similar.results_bar.dials_button.click()
    qtbot.waitUntil(lambda: bool(window.panels.similar.matched_ids()))
    qtbot.waitUntil(lambda: len(window.panels.library._table.ids) == len(ids))
    return window


def places(window: MainWindow) -> list[object]:
    lists = window.panels.side_bar._model.playlists
    return [*Place, *(one.id for one in lists)]


def of_qt(widget: QWidget) -> bool:
    """Qt's own parts of a control, such as the viewport of a list or the editor of a number."""
    parent = widget.parentWidget()
    is_inner = isinstance(parent, QAbstractScrollArea) and widget.objectName().startswith("qt_")
    return is_inner or widget.objectName().startswith("qt_") or widget.inherits("QMenuBar")


def nameless(widget: QWidget) -> list[str]:
    """What can have the focus and says nothing of itself."""
    found = []
    for one in [widget, *widget.findChildren(QWidget)]:
        takes_focus = one.focusPolicy() != Qt.FocusPolicy.NoFocus and one.isVisible()
        if not takes_focus or of_qt(one) or one.isWindow() or one.focusProxy() is not None:
            continue
        text = one.text() if isinstance(one, QAbstractButton) else ""
        if not (one.accessibleName() or text):
            parents = f"{type(one.parentWidget()).__name__}.{type(one).__name__}"
            found.append(f"{parents} {one.objectName()}")
    return found


def cut_off(widget: QWidget) -> list[str]:
    """Labels and buttons that have less room than their text needs."""
    found = []
    for kind in TEXTUAL:
        for one in widget.findChildren(kind):
            assert isinstance(one, QLabel | QAbstractButton)
            if not one.isVisible() or not one.text() or of_qt(one):
                continue
            if type(one).sizeHint is not kind.sizeHint:  # one that shortens its text by itself
                continue
            needs = one.sizeHint()
            if isinstance(one, QLabel) and one.wordWrap():
                needs = QSize(0, one.heightForWidth(one.width()))
            if needs.width() > one.width() or needs.height() > one.height():
                found.append(f"{one.text()!r}: {one.size().toTuple()} of {needs.toTuple()}")
    return found


def test_every_control_of_the_window_has_a_name(qtbot, window: MainWindow):
    found: list[str] = []
    for place in places(window):
        window.navigation.go_to(place)  # type: ignore[arg-type]
        found += nameless(window)
    assert found == []


@pytest.mark.parametrize("name", SHOWN)
def test_every_control_of_a_dialog_has_a_name_and_room(qtbot, window: MainWindow, name: str):
    SHOWN[name](window)
    qtbot.waitUntil(lambda: bool(open_dialogs(window)))
    (dialog,) = open_dialogs(window)
    assert dialog.windowTitle() != ""
    qtbot.wait(300)
    assert nameless(dialog) == []
    assert cut_off(dialog) == []
    assert len(tabbed_through(dialog)) >= 1
    dialog.close()


def tabbed_through(window: QWidget) -> list[QWidget]:
    """What has the focus, one Tab after the other, until it comes round."""
    window.activateWindow()
    seen: list[QWidget] = []
    for _ in range(200):
        focused = QApplication.focusWidget()
        if focused is not None and focused in seen:
            return seen[seen.index(focused) :]
        if focused is not None:
            seen.append(focused)
        window.focusNextPrevChild(True)
    raise AssertionError(f"Tab does not come round: {seen[-5:]}")


def test_tab_goes_through_all_parts_and_comes_round(qtbot, window: MainWindow):
    panels = window.panels
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    round_trip = tabbed_through(window)
    for part in (panels.side_bar, panels.library, panels.similar, panels.transport):
        assert any(part.isAncestorOf(one) for one in round_trip), type(part).__name__
    reachable = {
        one
        for one in window.findChildren(QWidget)
        if one.isVisible()
        and one.isEnabled()
        and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and one.focusProxy() is None
        and not of_qt(one)
    }
    missed = [f"{type(one).__name__} {one.accessibleName()}" for one in reachable - {*round_trip}]
    assert missed == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1000, 640), (720, 480)], ids=str)
def test_no_text_is_cut_off(qtbot, qapp, window: MainWindow, size: tuple[int, int], theme: str):
    apply_theme(qapp, theme)
    window.resize(*size)
    found: list[str] = []
    for place in places(window):
        window.navigation.go_to(place)  # type: ignore[arg-type]
        qtbot.wait(20)
        found += cut_off(window)
    apply_theme(qapp, "light")
    assert window.size().toTuple() == size
    assert found == []

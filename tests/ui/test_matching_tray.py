"""The tray of seeds: drops of every kind, keys, buttons, and what it tells who cannot see it."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication

from library.records import TrackId
from tests.ui.drops import drag_over, drop, mime_of_files
from tests.ui.similar_panel import fill, make_panel
from ui.drag import tracks_mime
from ui.matching.seed_delegate import FLIP, REMOVE

ONE, TWO, THREE = map(TrackId, (1, 2, 3))
ROLE = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture
def panel(qtbot, open_background, tmp_path):
    fill(tmp_path, 4)
    return make_panel(qtbot, open_background(tmp_path))


@pytest.fixture
def tray(panel):
    return panel.tray


def button_place(tray, row, name):
    index = tray.model.index(row, 0)
    rects = tray.view.itemDelegate().button_rects(tray.view.visualRect(index), index)
    return next(rect.center() for button, rect in rects if button.name == name)


def seed(qtbot, panel, *ids):
    with qtbot.waitSignal(panel.matcher.answered):
        panel.set_seeds(ids)
    qtbot.waitUntil(lambda: all(row.artist for row in panel.tray.model.rows))


def test_an_empty_tray_invites_a_drop(tray):
    assert tray._empty.isVisible()
    assert "Drop a song here" in tray._empty._hint.text()


def test_tracks_and_files_that_are_dropped_become_seeds(qtbot, panel, tray):
    drop(tray, tracks_mime([TWO, ONE], []), 20, 20)
    drop(tray.view.viewport(), mime_of_files("/nowhere/a #1.mp3"), 20, 20)
    assert panel.matcher.request.wanted == (TWO, ONE, b"/nowhere/a #1.mp3")
    qtbot.waitUntil(lambda: bool(panel.matcher.refused), timeout=20_000)


def test_what_is_dropped_on_the_empty_place_becomes_a_seed_too(panel):
    drop(panel.empty, tracks_mime([ONE], []), 20, 20)
    assert panel.matcher.request.wanted == (ONE,)


def test_a_drop_with_shift_is_of_unwanted_seeds(panel, tray):
    mime = tracks_mime([ONE], [])
    assert drag_over(tray, mime, 20, 20)
    event = QDropEvent(
        QPointF(20, 20),
        Qt.DropAction.CopyAction | Qt.DropAction.MoveAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.ShiftModifier,
    )
    QGuiApplication.sendEvent(tray, event)
    assert event.dropAction() == Qt.DropAction.CopyAction
    assert panel.matcher.request.unwanted == (ONE,)


def test_an_outline_shows_while_a_drag_is_over_the_tray(tray):
    assert drag_over(tray, tracks_mime([ONE], []), 20, 20)
    assert tray._outline.isVisible()
    drop(tray, tracks_mime([ONE], []), 20, 20)
    assert not tray._outline.isVisible()


def test_text_and_web_addresses_are_no_seeds(panel, tray):
    text = QMimeData()
    text.setText("a song")
    assert not drag_over(tray, text, 20, 20)
    web = QMimeData()
    web.setText("https://example.org/a.mp3")
    assert not drag_over(tray, web, 20, 20)
    assert panel.matcher.request.seeds == ()


def test_keys_switch_and_remove_the_chosen_seeds(qtbot, panel, tray):
    seed(qtbot, panel, ONE, TWO, THREE)
    tray.view.setFocus()
    tray.view.setCurrentIndex(tray.model.index(0, 0))
    qtbot.keyClick(tray.view, Qt.Key.Key_Down)
    qtbot.keyClick(tray.view, Qt.Key.Key_Space)
    assert panel.matcher.request.unwanted == (TWO,)
    qtbot.keyClick(tray.view, Qt.Key.Key_Delete)
    assert panel.matcher.request.keys == (ONE, THREE)
    assert tray.view.selected_rows() == [1]
    qtbot.keyClick(tray.view, Qt.Key.Key_Delete)
    assert panel.matcher.request.keys == (ONE,)


def test_buttons_switch_and_remove_one_seed(qtbot, panel, tray):
    seed(qtbot, panel, ONE, TWO)
    left = Qt.MouseButton.LeftButton
    qtbot.mouseClick(tray.view.viewport(), left, pos=button_place(tray, 1, FLIP))
    assert panel.matcher.request.unwanted == (TWO,)
    qtbot.mouseClick(tray.view.viewport(), left, pos=button_place(tray, 0, REMOVE))
    assert panel.matcher.request.keys == (TWO,)


def test_a_button_that_is_left_before_it_is_let_go_does_nothing(qtbot, panel, tray):
    seed(qtbot, panel, ONE)
    view, left = tray.view.viewport(), Qt.MouseButton.LeftButton
    qtbot.mousePress(view, left, pos=button_place(tray, 0, REMOVE))
    qtbot.mouseRelease(view, left, pos=QPoint(5, 5))
    assert panel.matcher.request.keys == (ONE,)


def test_a_seed_is_told_in_words_and_never_as_markup(qtbot, panel, tray):
    seed(qtbot, panel, ONE)
    index = tray.model.index(0, 0)
    assert index.data(ROLE) == "Song <b>1</b> – Artist & 1\nWanted seed"
    assert "<b>" not in index.data(Qt.ItemDataRole.ToolTipRole).replace("&lt;b&gt;", "")
    tray.flip_asked.emit([ONE])
    assert "Unwanted seed" in index.data(ROLE)
    assert tray.model.second_line(tray.model.rows[0]) == "Less like this · Artist & 1"


def test_the_menu_of_a_seed_has_its_own_entries_and_those_of_a_track(qtbot, panel, tray):
    seed(qtbot, panel, ONE)
    tray.view.setCurrentIndex(tray.model.index(0, 0))
    menu = tray.menu()
    texts = [action.text() for action in menu.actions()]
    assert texts[0].startswith("Switch")
    assert "Properties\tAlt+Return" in texts
    menu.actions()[1].trigger()
    assert panel.matcher.request.seeds == ()


def test_files_on_the_clipboard_are_pasted_as_seeds(qtbot, panel, tray):
    QGuiApplication.clipboard().setMimeData(tracks_mime([THREE], []))
    tray.paste()
    assert panel.matcher.request.wanted == (THREE,)
    QApplication.clipboard().clear()


def test_the_tray_grows_with_its_seeds_and_then_scrolls(qtbot, panel, tray):
    heights = []
    for n_seeds in (1, 2, 4, 40):
        panel.set_seeds([TrackId(n) for n in range(1, n_seeds + 1)])
        heights.append(tray.maximumHeight())
    assert heights[0] == heights[1] < heights[2] == heights[3]


def test_the_tray_is_drawn_with_every_kind_of_seed(qtbot, panel, tray):
    panel.add_seeds([ONE, b"/nowhere/x.mp3"])
    panel.add_unwanted_seeds([TWO])
    qtbot.waitUntil(lambda: bool(panel.matcher.refused), timeout=20_000)
    picture = tray.grab().toImage()
    assert len({picture.pixel(x, 12) for x in range(picture.width())}) > 5

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ui.notices import NoticeBar


@pytest.fixture
def panel(qtbot) -> QWidget:
    panel = QWidget()
    QVBoxLayout(panel).addWidget(QLineEdit())
    panel.resize(600, 400)
    panel.move(300, 300)  # away from the pointer
    qtbot.addWidget(panel)
    panel.show()
    return panel


@pytest.fixture
def bar(panel: QWidget) -> NoticeBar:
    return NoticeBar(panel)


def sentence(bar: NoticeBar) -> str:
    return label(bar).text() if bar.isVisible() else ""


def label(bar: NoticeBar) -> QLabel:
    (label,) = bar.findChildren(QLabel)
    return label


def button(bar: NoticeBar) -> QPushButton:
    (button,) = bar.findChildren(QPushButton)
    return button


def test_a_notice_lies_at_the_bottom_and_moves_with_it(panel: QWidget, bar: NoticeBar):
    bar.tell("Playlist deleted.")
    assert sentence(bar) == "Playlist deleted."
    assert panel.rect().contains(bar.geometry())
    assert bar.geometry().bottom() > panel.height() - 30
    panel.resize(400, 300)
    assert panel.rect().contains(bar.geometry())
    assert bar.geometry().bottom() > panel.height() - 30


def test_a_long_sentence_is_wrapped_within_the_panel(panel: QWidget, bar: NoticeBar):
    panel.resize(300, 300)
    bar.tell("Could not use the library database: " + "the disk is full and " * 8 + "so on.")
    assert panel.rect().contains(bar.geometry())
    words = label(bar)
    assert words.height() >= words.heightForWidth(words.width())


def test_markup_in_a_sentence_stays_text(bar: NoticeBar):
    bar.tell("<b>Bold</b> & co.")
    assert label(bar).textFormat() == Qt.TextFormat.PlainText
    assert sentence(bar) == "<b>Bold</b> & co."


def test_a_notice_closes_by_itself_and_the_next_one_follows(qtbot, bar: NoticeBar):
    bar.shown_ms = 50
    bar.tell("First.", "Undo", lambda: None)
    bar.tell("Second.", "Undo", lambda: None)
    assert sentence(bar) == "First."
    qtbot.waitUntil(lambda: sentence(bar) == "Second.")
    qtbot.waitUntil(bar.isHidden)


def test_a_notice_without_an_action_gives_way_sooner_to_the_next(qtbot, bar: NoticeBar):
    bar.tell("First.")
    bar.tell("Second.")
    assert sentence(bar) == "First."
    assert bar._end.remainingTime() < bar.shown_ms / 2
    qtbot.waitUntil(lambda: sentence(bar) == "Second.")


def test_the_same_sentence_is_shown_once(qtbot, bar: NoticeBar):
    bar.tell("The disk is full.")
    bar.tell("The disk is full.")
    bar.dismiss()
    assert bar.isHidden()


def test_the_action_is_carried_out_once_and_closes_the_notice(qtbot, bar: NoticeBar):
    done: list[str] = []
    bar.tell("Playlist deleted.", "Undo", lambda: done.append("undone"))
    qtbot.mouseClick(button(bar), Qt.MouseButton.LeftButton)
    assert done == ["undone"]
    assert bar.isHidden()


def test_an_action_may_tell_something_itself(qtbot, bar: NoticeBar):
    bar.tell("Playlist deleted.", "Undo", lambda: bar.tell("It is back."))
    button(bar).click()
    assert sentence(bar) == "It is back."


def test_a_notice_under_the_pointer_stays(qtbot, bar: NoticeBar):
    bar.shown_ms = 50
    bar.tell("Read me.")
    here = QPointF(5, 5)
    bar.enterEvent(QEnterEvent(here, here, QPointF(bar.mapToGlobal(QPoint(5, 5)))))
    assert not bar._end.isActive()
    bar.leaveEvent(QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(bar.isHidden)


def test_a_notice_with_the_focus_stays_until_escape(qtbot, panel: QWidget, bar: NoticeBar):
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    bar.tell("Playlist deleted.", "Undo", lambda: None)
    button(bar).setFocus()
    bar._leave()
    assert sentence(bar) == "Playlist deleted."
    qtbot.keyClick(button(bar), Qt.Key.Key_Escape)
    assert bar.isHidden()

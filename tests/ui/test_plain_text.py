import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QMessageBox

from ui.plain_text import menu_text, one_line, plain_box, plain_label, plain_tooltip

MARKUP = "<b>Bold</b> & <img src='file:///etc/passwd'>"


def test_a_label_shows_markup_as_it_is(qtbot):
    label = plain_label(MARKUP)
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.text() == MARKUP


def test_a_box_shows_markup_as_it_is(qtbot):
    box = plain_box(QMessageBox.Icon.Warning, "Title", MARKUP)
    qtbot.addWidget(box)
    assert box.textFormat() == Qt.TextFormat.PlainText
    assert box.text() == MARKUP


@pytest.mark.parametrize("text", [MARKUP, "one\ntwo", "&amp;", "1 < 2"], ids=repr)
def test_a_tooltip_reads_as_the_text_itself(qapp, text: str):
    shown = QTextDocument()
    shown.setHtml(plain_tooltip(text))
    assert shown.toPlainText() == text


def test_no_text_is_no_tooltip():
    assert plain_tooltip("") == ""


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain", "plain"),
        ("one\ntwo\r\tthree", "one two  three"),
        ("a\u2028b\u2029c\x00d\x1b[31m", "a b c d [31m"),
        ("Ωß 日本 🎵", "Ωß 日本 🎵"),
    ],
    ids=["plain", "breaks", "control", "other scripts"],
)
def test_a_row_of_a_table_has_one_line(text: str, line: str):
    assert one_line(text) == line


def test_an_ampersand_in_a_menu_underlines_nothing():
    assert menu_text("Plum & Lantern\n") == "Plum && Lantern "

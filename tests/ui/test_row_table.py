"""How every table of tracks is painted: which rows and columns, where, in which colours."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QRegion, QStandardItemModel
from PySide6.QtTest import QTest

from ui.rows.cell import Cell, Ink, Mark
from ui.rows.row_painter import MARK_GAP_PX, MARK_PX
from ui.rows.row_table import RowTable
from ui.style import DARK, LIGHT, ROW_PX, apply_theme

N_ROWS, COLUMN_PX, MARGIN_PX = 40, 100, 8
LONG = "far too long a text to fit into its column"
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class Cells(RowTable):
    """Three columns, each in an ink of its own: a text, one too long, one behind a mark."""

    def __init__(self):
        model = QStandardItemModel(N_ROWS, 3)
        super().__init__(model, MARGIN_PX)
        model.setParent(self)
        self.asked = set()
        for column in range(3):
            self.setColumnWidth(column, COLUMN_PX)

    def cells(self, row, columns):
        self.asked.add(row)
        all_columns = [
            Cell(f"row {row}", Ink.TEXT),
            Cell(LONG, Ink.ACCENT),
            Cell("away", Ink.DIM, mark=Mark.MISSING),
        ]
        return [all_columns[column] for column in columns]


@pytest.fixture
def table(qtbot, qapp):
    apply_theme(qapp, "light")
    table = Cells()
    qtbot.addWidget(table)
    table.resize(4 * COLUMN_PX, 240)
    table.show()
    table.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # else the first row is framed
    table.clearFocus()
    yield table
    apply_theme(qapp, "light")


def painted(table, area=None):
    """The viewport as an image, or a part of it on an empty one."""
    viewport = table.viewport()
    image = QImage(viewport.size(), QImage.Format.Format_RGB32)
    image.fill(QColor(LIGHT.base))
    area = viewport.rect() if area is None else area
    with QPainter(image) as painter:
        viewport.render(painter, area.topLeft(), QRegion(area))
    return image


def colours(image, area):
    """The colours that occur in a part of an image."""
    part = image.copy(area.intersected(image.rect())).convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(part.constBits(), np.uint32) & 0xFFFFFF
    return {f"#{pixel:06x}" for pixel in np.unique(pixels)}


def cell(row, place):
    return QRect(place * COLUMN_PX, row * ROW_PX, COLUMN_PX, ROW_PX)


def test_every_cell_is_painted_in_its_ink_and_nothing_elsewhere(table):
    image = painted(table)
    for row in (0, 3):
        assert LIGHT.text in colours(image, cell(row, 0))
        assert LIGHT.accent in colours(image, cell(row, 1))
        assert LIGHT.dim in colours(image, cell(row, 2))
        assert colours(image, cell(row, 3)) == {LIGHT.base}


def fitting(table, width_px):
    """The long text in a cell of this width, as it should look."""
    image = QImage(width_px, ROW_PX, QImage.Format.Format_RGB32)
    image.fill(QColor(LIGHT.base))
    painter = QPainter(image)
    painter.setFont(table.font())
    painter.setPen(QColor(LIGHT.accent))
    area = image.rect().adjusted(MARGIN_PX, 0, -MARGIN_PX, 0)
    text = table.fontMetrics().elidedText(LONG, Qt.TextElideMode.ElideRight, area.width())
    assert text.endswith("…")
    painter.drawText(area, LEFT, text)
    painter.end()
    return image


def test_a_text_is_made_to_fit_and_stays_in_its_cell(table):
    assert painted(table).copy(cell(0, 1)) == fitting(table, COLUMN_PX)


def test_a_text_is_fitted_anew_where_its_column_is_wider_or_its_font_larger(table):
    painted(table)
    table.setColumnWidth(1, COLUMN_PX + 30)
    wide = cell(0, 1).adjusted(0, 0, 30, 0)
    assert painted(table).copy(wide) == fitting(table, COLUMN_PX + 30)
    font = table.font()
    font.setPixelSize(table.fontInfo().pixelSize() + 3)
    table.setFont(font)
    assert painted(table).copy(wide) == fitting(table, COLUMN_PX + 30)


def test_columns_are_painted_where_the_listener_put_them(table):
    table.horizontalHeader().setSectionsMovable(True)
    table.horizontalHeader().moveSection(0, 1)
    table.setColumnHidden(2, True)
    image = painted(table)
    assert LIGHT.accent in colours(image, cell(0, 0))
    assert LIGHT.text in colours(image, cell(0, 1))
    assert colours(image, cell(0, 2)) == {LIGHT.base}


def test_the_chosen_the_hovered_and_the_framed_row_are_told_apart(table):
    table.setCurrentIndex(table.model().index(2, 0))
    table.setFocus()
    table.frame_current()
    table.selectionModel().clearSelection()
    select = table.selectionModel().SelectionFlag
    table.selectionModel().select(table.model().index(1, 0), select.Select | select.Rows)
    table._hover(3)
    image = painted(table)
    right_px = 3 * COLUMN_PX - 1
    middle = [
        image.pixelColor(QPoint(right_px, row * ROW_PX + ROW_PX // 2)).name() for row in range(4)
    ]
    assert middle == [LIGHT.base, LIGHT.chosen, LIGHT.base, LIGHT.hover]
    for y_px in (2 * ROW_PX, 3 * ROW_PX - 1):
        assert image.pixelColor(QPoint(right_px, y_px)).name() == LIGHT.accent
    assert image.pixelColor(QPoint(3 * COLUMN_PX, ROW_PX + 5)).name() == LIGHT.base


@pytest.mark.parametrize("offset_px", [0, 13, ROW_PX])
def test_a_part_is_painted_as_it_is_in_the_whole(table, offset_px):
    table.verticalScrollBar().setValue(offset_px)
    table.selectRow(2)
    whole = painted(table)
    for area in (QRect(0, 30, 400, 9), QRect(90, 0, 40, 200), QRect(205, 57, 3, 3)):
        assert painted(table, area).copy(area) == whole.copy(area)


def test_only_rows_in_sight_are_asked_for(table):
    painted(table)
    table.asked.clear()
    table.verticalScrollBar().setValue(10 * ROW_PX)
    painted(table)
    assert min(table.asked) == 10
    assert max(table.asked) <= 10 + table.viewport().height() // ROW_PX + 1


def test_below_the_last_row_there_is_nothing(table):
    table.model().setRowCount(2)
    image = painted(table)
    below = QRect(0, 2 * ROW_PX, 400, table.viewport().height() - 2 * ROW_PX)
    assert colours(image, below) == {LIGHT.base}
    table.model().setRowCount(0)
    assert colours(painted(table), table.viewport().rect()) == {LIGHT.base}


def test_a_mark_stands_at_the_left_and_moves_the_text(table):
    image = painted(table)
    left_px = 2 * COLUMN_PX + MARGIN_PX
    assert colours(image, QRect(left_px, 0, MARK_PX, ROW_PX)) > {LIGHT.base}
    between = QRect(left_px + MARK_PX, 0, MARK_GAP_PX, ROW_PX)
    assert colours(image, between) == {LIGHT.base}
    behind = QRect(left_px + MARK_PX + MARK_GAP_PX, 0, COLUMN_PX // 4, ROW_PX)
    assert colours(image, behind) > {LIGHT.base}


def test_a_mistake_in_one_frame_leaves_the_next_ones_whole(table, monkeypatch):
    whole = painted(table)
    with monkeypatch.context() as broken:
        broken.setattr(table, "cells", lambda row, columns: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            painted(table)
    assert painted(table) == whole


def test_the_row_under_the_pointer_is_lit_up_when_the_rows_move_under_it(table, qtbot):
    table.setMouseTracking(True)
    QTest.mouseMove(table.viewport(), QPoint(50, ROW_PX + 5))
    qtbot.waitUntil(lambda: table._hovered == 1)
    table.verticalScrollBar().setValue(3 * ROW_PX)
    assert table._hovered == 4


def test_another_theme_has_other_inks(table, qapp):
    apply_theme(qapp, "dark")
    assert DARK.text in colours(painted(table), cell(0, 0))

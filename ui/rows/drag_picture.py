"""Drags of tracks, and what hangs at the pointer then: a few words on a rounded ground."""

from PySide6.QtCore import QMimeData, QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QDrag, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from ui.plain_text import one_line
from ui.style import RADIUS_PX, ROW_PX, SPACE_PX, theme_of

_MAX_WIDTH_PX = 280


def drag_picture(words: str, widget: QWidget) -> QPixmap:
    """A picture of some words, in the look of a widget."""
    theme = theme_of(widget.palette())
    text = widget.fontMetrics().elidedText(
        one_line(words), Qt.TextElideMode.ElideRight, _MAX_WIDTH_PX
    )
    width = widget.fontMetrics().horizontalAdvance(text) + 2 * SPACE_PX
    ratio = widget.devicePixelRatioF()
    pixmap = QPixmap(round(width * ratio), round(ROW_PX * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(widget.font())
    painter.setBrush(QColor(theme.accent))
    painter.setPen(Qt.PenStyle.NoPen)
    area = QRectF(0, 0, width, ROW_PX)
    painter.drawRoundedRect(area, RADIUS_PX, RADIUS_PX)
    painter.setPen(QColor(theme.on_accent))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return pixmap


def drag_copies(source: QWidget, mime: QMimeData, words: str) -> None:
    """Drag something under some words until it is dropped; nobody's drop may move music."""
    drag = QDrag(source)
    drag.setMimeData(mime)
    drag.setPixmap(drag_picture(words, source))
    drag.setHotSpot(QPoint(-12, -8))
    drag.exec(Qt.DropAction.CopyAction, Qt.DropAction.CopyAction)

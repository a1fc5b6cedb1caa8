"""Drags and drops sent to a widget as events."""

from collections.abc import Callable

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QWidget

_COPY, _LEFT = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
_NO_KEYS, _CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


def mime_of_files(*paths: str) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(path) for path in paths])
    return mime


def drag_over(
    widget: QWidget, mime: QMimeData, x_px: int, y_px: int, *, ctrl: bool = False
) -> bool:
    """Bring a drag to a point; whether it could be dropped there."""
    keys, point = _CTRL if ctrl else _NO_KEYS, QPointF(x_px, y_px)
    enter = QDragEnterEvent(point, _COPY, mime, _LEFT, keys)
    QGuiApplication.sendEvent(widget, enter)
    if not enter.isAccepted():
        return False
    move = QDragMoveEvent(point, _COPY, mime, _LEFT, keys)
    QGuiApplication.sendEvent(widget, move)
    return move.isAccepted() and move.dropAction() == _COPY


def drop(
    widget: QWidget,
    mime: QMimeData,
    x_px: int,
    y_px: int,
    *,
    ctrl: bool = False,
    meanwhile: Callable[[], None] = lambda: None,
) -> None:
    """Drag to a point, look, and let go."""
    assert drag_over(widget, mime, x_px, y_px, ctrl=ctrl)
    meanwhile()
    keys = _CTRL if ctrl else _NO_KEYS
    let_go = QDropEvent(QPointF(x_px, y_px), _COPY, mime, _LEFT, keys)
    QGuiApplication.sendEvent(widget, let_go)

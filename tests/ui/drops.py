"""Drags and drops sent to a widget as events."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl, qVersion
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QWidget

_COPY, _LEFT = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
_NO_KEYS, _CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


def mime_of_files(*paths: str) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(path) for path in paths])
    return mime


def _point(x_px: int, y_px: int) -> Any:
    """Where a drag is, as this version of Qt wants it; others refuse it, or warn of it."""
    takes_fractions = tuple(map(int, qVersion().split(".")[:2])) >= (6, 12)
    return QPointF(x_px, y_px) if takes_fractions else QPoint(x_px, y_px)


def drag_over(
    widget: QWidget, mime: QMimeData, x_px: int, y_px: int, *, ctrl: bool = False
) -> bool:
    """Bring a drag to a point; whether it could be dropped there."""
    keys = _CTRL if ctrl else _NO_KEYS
    point = _point(x_px, y_px)
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

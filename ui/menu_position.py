"""Where the context menu of a list opens."""

from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QAbstractItemView


def menu_position(view: QAbstractItemView, event: QContextMenuEvent) -> QPoint:
    """A point of the screen: at the pointer, or at the current row where a key asked."""
    if event.reason() != QContextMenuEvent.Reason.Keyboard:
        return event.globalPos()
    place = view.visualRect(view.currentIndex()).intersected(view.viewport().rect())
    return view.viewport().mapToGlobal(place.center())

"""Give a list new rows without losing sight of the old ones: selection, current row, scrolling."""

from collections.abc import Callable, Hashable, Sequence

from PySide6.QtCore import QItemSelectionModel, QPoint
from PySide6.QtWidgets import QListView

_CHOOSE = QItemSelectionModel.SelectionFlag.Select
_KEEP = QItemSelectionModel.SelectionFlag.NoUpdate
_INSIDE = QPoint(4, 1)


def replace_rows(
    view: QListView,
    before: Sequence[Hashable],
    after: Sequence[Hashable],
    replace: Callable[[], None],
) -> None:
    """Replace the rows of a view; what is in both stays chosen and where it was on the screen.

    A list that shows its beginning goes on doing so. Where the current row is gone, the one that
    came to its place takes over.

    Args:
        view: rows of one height.
        before: what the rows stand for, from top to bottom.
        after: what they will stand for.
        replace: does it, by resetting the model.
    """
    chosen = {before[index.row()] for index in view.selectionModel().selectedIndexes()}
    current = view.currentIndex().row()
    anchor = _anchor(view, before, set(after))
    replace()
    places = {key: row for row, key in enumerate(after)}
    model, selection = view.model(), view.selectionModel()
    for key in chosen & places.keys():
        selection.select(model.index(places[key], 0), _CHOOSE)
    if current >= 0 and after:
        key = before[current]
        row = places.get(key, min(current, len(after) - 1))
        taken_over = key not in places and key in chosen
        selection.setCurrentIndex(model.index(row, 0), _CHOOSE if taken_over else _KEEP)
    view.doItemsLayout()
    if anchor is not None:
        key, top_px = anchor
        bar = view.verticalScrollBar()
        bar.setValue(bar.value() + view.visualRect(model.index(places[key], 0)).top() - top_px)


def _anchor(
    view: QListView, before: Sequence[Hashable], left: set[Hashable]
) -> tuple[Hashable, int] | None:
    """The first row on the screen that stays, and where its top is; None at the beginning."""
    if view.verticalScrollBar().value() == 0:
        return None
    first = view.indexAt(view.viewport().rect().topLeft() + _INSIDE).row()
    for row in range(max(0, first), len(before)):
        if before[row] in left:
            return before[row], view.visualRect(view.model().index(row, 0)).top()
    return None

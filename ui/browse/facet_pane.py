"""One pane of the column browser: choose one value, several with Ctrl, or all."""

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from library.listing import FacetCount
from library.query import Facet
from ui.browse.facet_model import FacetModel, facet_name
from ui.style import theme_of

MAX_CHOSEN = 50  # every value is looked for by itself
_ROW_PX = 24
_MARGIN_PX = 8
_TYPING_ENDS_MS = 1_000


class FacetPane(QListView):
    """Values with their counts. chosen: by the listener, a tuple of values, () for all."""

    chosen = Signal(tuple)

    def __init__(self, facet: Facet, parent: QWidget | None = None) -> None:
        """Begin without values."""
        super().__init__(parent)
        self._model = FacetModel(facet, self)
        self._chosen: tuple[str, ...] = ()
        self._typed = ""
        self._typing_ends = QTimer(self, singleShot=True, interval=_TYPING_ENDS_MS)
        self._typing_ends.timeout.connect(self._forget_typed)
        self.setModel(self._model)
        self.setItemDelegate(_FacetDelegate(self._model, self))
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setAccessibleName(facet_name(facet))
        self.selectionModel().selectionChanged.connect(self._take_selection)
        self._select_chosen()

    @property
    def facet(self) -> Facet:
        """What is chosen here."""
        return self._model.facet

    @property
    def counts(self) -> list[FacetCount]:
        """The values in order; not to be changed."""
        return self._model.counts

    @property
    def values(self) -> tuple[str, ...]:
        """The chosen values; () where it is all."""
        return self._chosen

    def show_counts(self, counts: list[FacetCount]) -> None:
        """Show other values; what is chosen stays chosen, and the list where it was."""
        place_px = self.verticalScrollBar().value()
        self._model.show_counts(counts, self._chosen)
        self._select_chosen()
        self.doItemsLayout()
        self.verticalScrollBar().setValue(place_px)

    def choose(self, values: tuple[str, ...]) -> None:
        """Choose these without telling anybody."""
        self._chosen = values
        self._model.show_counts(
            [one for one in self._model.counts if one.n_tracks or one.value in values], values
        )
        self._select_chosen()

    def selectAll(self) -> None:
        """All values are the first row."""
        self._go_to(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Home with or without Ctrl chooses all."""
        if event.key() == Qt.Key.Key_Home:
            self._go_to(0)
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Choose the next value that begins with what is typed."""
        again = not self._typed or self._typed == search
        self._typed = search if again else self._typed + search
        self._typing_ends.start()
        start = max(1, self.currentIndex().row() + again)
        row = self._model.row_beginning_with(self._typed, start)
        if row is not None:
            self._go_to(row)

    def _go_to(self, row: int) -> None:
        index = self._model.index(row)
        self.selectionModel().setCurrentIndex(
            index, QItemSelectionModel.SelectionFlag.ClearAndSelect
        )
        self.scrollTo(index)

    def _forget_typed(self) -> None:
        self._typed = ""

    def _take_selection(self, added: QItemSelection, _removed: QItemSelection) -> None:
        rows = self._selected_rows()
        all_was_added = any(one.top() == 0 for one in added.toList())
        wanted = () if all_was_added else tuple(row for row in rows if row)[:MAX_CHOSEN]
        values = tuple(self._model.value_at(row) for row in wanted)
        changed = values != self._chosen
        self._chosen = values
        if rows != list(wanted or (0,)):
            self._select_chosen()
        if changed:
            self.chosen.emit(values)

    def _selected_rows(self) -> list[int]:
        ranges = self.selectionModel().selection().toList()
        rows = {row for one in ranges for row in range(one.top(), one.bottom() + 1)}
        return sorted(rows)

    def _select_chosen(self) -> None:
        """Let the selection say what is chosen."""
        rows = self._model.rows_of(self._chosen) if self._chosen else [0]
        selection = QItemSelection()
        for row in rows:
            index = self._model.index(row)
            selection.select(index, index)
        model = self.selectionModel()
        before = model.blockSignals(True)
        model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if not self.currentIndex().isValid() and rows:
            flag = QItemSelectionModel.SelectionFlag.NoUpdate
            model.setCurrentIndex(self._model.index(rows[0]), flag)
        model.blockSignals(before)
        self.viewport().update()


class _FacetDelegate(QStyledItemDelegate):
    """A name at the left, how many tracks at the right."""

    def __init__(self, model: FacetModel, view: QListView) -> None:
        super().__init__(view)
        self._model = model
        self._view = view

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(0, _ROW_PX)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        theme = theme_of(option.palette)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(theme.chosen))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, QColor(theme.hover))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(theme.accent))
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))
        row = index.row()
        area = option.rect.adjusted(_MARGIN_PX, 0, -_MARGIN_PX, 0)
        painter.setPen(QColor(theme.dim))
        if row:
            area = _draw_count(painter, area, self._model.counts[row - 1].n_tracks)
            painter.setPen(QColor(theme.text if self._model.value_at(row) else theme.dim))
        name = self._model.name_at(row)
        metrics = painter.fontMetrics()
        elided = metrics.elidedText(name, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, elided)


def _draw_count(painter: QPainter, area: QRect, count: int) -> QRect:
    text = f"{count:,}"
    painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
    return area.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(text) - _MARGIN_PX, 0)

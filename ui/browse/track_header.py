"""The heads of a table's columns: choose, order, widen and sort them."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QCursor, QPainter, QPolygon
from PySide6.QtWidgets import QApplication, QHeaderView, QMenu, QWidget

from ui.browse.column_widths import LEAST_PX, Wanted, fitted
from ui.browse.columns import COLUMNS, LOOKS, SHOWN_AT_FIRST, Column, column_name
from ui.browse.sort_order import Order, clicked, order_from, plain_order
from ui.browse.track_model import alignment
from ui.style import theme_of

_MARGIN_PX = 8
_ARROW_PX = 7
_LEAST_NUMBER_PX = 40
_READABLE_PX = 96


class TrackHeader(QHeaderView):
    """Columns that fill the table. order_changed: a tuple of `SortKey`s, by a click."""

    order_changed = Signal(tuple)

    def __init__(self, parent: QWidget) -> None:
        """Begin with the columns that most listeners look at, in the order of relevance."""
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._order: Order = ()
        self._widths = {column: look.width_px for column, look in LOOKS.items()}
        self._shown = frozenset(SHOWN_AT_FIRST)
        self._is_fitting = False
        self.setSectionsMovable(True)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(_LEAST_NUMBER_PX)
        self.setAccessibleName(self.tr("Columns"))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)
        self.sectionClicked.connect(self._sort_by_section)
        self.sectionResized.connect(self._keep_width)

    @property
    def order(self) -> Order:
        """What the table is sorted by; () as it was found."""
        return self._order

    def is_shown(self, column: Column) -> bool:
        """Whether a column is wanted; where it is narrow, not all of the first ones have room."""
        return column in self._shown

    def show_columns(self, columns: Iterable[Column]) -> None:
        """Show these columns and no others; the title always stays."""
        self._shown = frozenset((Column.TITLE, *columns))
        self.fit()

    def sort_by(self, column: Column, *, adds: bool = False) -> None:
        """Sort as a click on a head does; with `adds` the other columns still count."""
        order = clicked(self._order, column, adds=adds)
        if order != self._order:
            self._order = order
            self.viewport().update()
            self.order_changed.emit(order)

    def fit(self, pinned: int | None = None) -> None:
        """Let the columns fill the table."""
        in_sight = self._with_room()
        with self._by_program():
            for index, column in enumerate(COLUMNS):
                self.setSectionHidden(index, column not in in_sight)
        wanted = {
            index: Wanted(self._widths[column], LOOKS[column].is_text)
            for index, column in enumerate(COLUMNS)
            if not self.isSectionHidden(index)
        }
        with self._by_program():
            for index, width_px in fitted(wanted, self.viewport().width(), pinned=pinned).items():
                self.resizeSection(index, width_px)

    def menu(self) -> QMenu:
        """What is shown and how it is sorted, for the pointer and the keys alike."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column in COLUMNS:
            action = menu.addAction(column_name(column))
            action.setCheckable(True)
            action.setChecked(self.is_shown(column))
            action.setEnabled(column != Column.TITLE)
            action.triggered.connect(
                lambda checked, column=column: self._choose(column, shown=checked)
            )
        menu.addSeparator()
        self._add_sorting(menu)
        reset = menu.addAction(self.tr("Columns as at first"))
        reset.triggered.connect(self.show_as_at_first)
        return menu

    def show_as_at_first(self) -> None:
        """Columns, their order and widths as at first."""
        self.restore_state({})

    def save_state(self) -> dict[str, object]:
        """Columns, widths and sorting as plain data."""
        visual = sorted(COLUMNS, key=lambda column: self.visualIndex(COLUMNS.index(column)))
        return {
            "columns": [str(column) for column in visual],
            "shown": [str(column) for column in COLUMNS if self.is_shown(column)],
            "widths": {str(column): width_px for column, width_px in self._widths.items()},
            "order": plain_order(self._order),
        }

    def restore_state(self, state: dict[str, object]) -> None:
        """Bring back what `save_state` said; nonsense is left out."""
        widths = state.get("widths")
        for column, look in LOOKS.items():
            saved = widths.get(str(column)) if isinstance(widths, dict) else None
            valid = (
                isinstance(saved, int) and _LEAST_NUMBER_PX <= saved <= self.maximumSectionSize()
            )
            self._widths[column] = saved if valid else look.width_px  # type: ignore[assignment]
        self._arrange(_columns_from(state.get("columns")))
        shown = _columns_from(state.get("shown"))
        self.show_columns(shown or SHOWN_AT_FIRST)
        order = order_from(state.get("order"))
        if order != self._order:
            self._order = order
            self.order_changed.emit(order)

    def paintSection(self, painter: QPainter, rect: QRect, logical: int) -> None:
        """Draw one head: its name, and the way it is sorted."""
        theme = theme_of(self.palette())
        is_hovered = self._section_under_pointer() == logical
        painter.save()
        painter.fillRect(rect, QColor(theme.hover if is_hovered else theme.base))
        painter.setPen(QColor(theme.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        area = rect.adjusted(_MARGIN_PX, 0, -_MARGIN_PX, 0)
        place = self._place_in_order(COLUMNS[logical])
        painter.setPen(QColor(theme.dim if place is None else theme.text))
        if place is not None:
            area = self._draw_sorting(painter, area, place)
        text = column_name(COLUMNS[logical])
        elided = painter.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideRight, max(0, area.width())
        )
        painter.drawText(area, alignment(COLUMNS[logical]), elided)
        painter.restore()

    def resizeEvent(self, event: object) -> None:
        """Fill the new width."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self.fit()

    def event(self, event: QEvent) -> bool:
        """Draw the head under the pointer anew where it changed."""
        if event.type() in (QEvent.Type.HoverMove, QEvent.Type.HoverLeave):
            self.viewport().update()
        return super().event(event)

    def _draw_sorting(self, painter: QPainter, area: QRect, place: int) -> QRect:
        """Draw the arrow, and among several its number, at the right; what is left of the area."""
        descending = self._order[place].descending
        number = str(place + 1) if len(self._order) > 1 else ""
        number_px = painter.fontMetrics().horizontalAdvance(number)
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, number)
        right, middle = area.right() - number_px - (2 if number else 0), area.center().y()
        tip, foot = (middle + 2, middle - 2) if descending else (middle - 2, middle + 2)
        half = _ARROW_PX // 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(painter.pen().color())
        painter.drawPolygon(
            QPolygon(
                [
                    QPoint(right - 2 * half, foot),
                    QPoint(right, foot),
                    QPoint(right - half, tip),
                ]
            )
        )
        return area.adjusted(0, 0, -(number_px + _ARROW_PX + 5), 0)

    def _place_in_order(self, column: Column) -> int | None:
        sort = LOOKS[column].sort
        places = (place for place, key in enumerate(self._order) if key.column == sort)
        return None if sort is None else next(places, None)

    def _section_under_pointer(self) -> int:
        viewport = self.viewport()
        if not viewport.underMouse():
            return -1
        return self.logicalIndexAt(viewport.mapFromGlobal(QCursor.pos()))

    def _sort_by_section(self, logical: int) -> None:
        held = QApplication.keyboardModifiers()
        adds = bool(held & Qt.KeyboardModifier.ControlModifier)
        self.sort_by(COLUMNS[logical], adds=adds)

    @contextmanager
    def _by_program(self) -> Iterator[None]:
        """Widths that change inside were not chosen by the listener."""
        self._is_fitting = True
        yield
        self._is_fitting = False

    def _keep_width(self, logical: int, _before: int, width_px: int) -> None:
        """The listener drags a border: the other columns give way."""
        if self._is_fitting:
            return
        least = LEAST_PX if LOOKS[COLUMNS[logical]].is_text else _LEAST_NUMBER_PX
        self._widths[COLUMNS[logical]] = max(least, width_px)
        self.fit(pinned=logical)
        for index, column in enumerate(COLUMNS):
            if not self.isSectionHidden(index):
                self._widths[column] = self.sectionSize(index)

    def _choose(self, column: Column, *, shown: bool) -> None:
        self.show_columns(self._shown | {column} if shown else self._shown - {column})

    def _with_room(self) -> frozenset[Column]:
        """The columns to show: those that the listener chose, or as many of the first as fit."""
        if self._shown != frozenset(SHOWN_AT_FIRST):
            return self._shown
        left_px = self.viewport().width()
        fitting: list[Column] = []
        for column in SHOWN_AT_FIRST:
            left_px -= _READABLE_PX if LOOKS[column].is_text else LOOKS[column].width_px
            if left_px < 0 and fitting:
                break
            fitting.append(column)
        return frozenset(fitting)

    def _add_sorting(self, menu: QMenu) -> None:
        sorting = menu.addMenu(self.tr("Sort by"))
        for column, look in LOOKS.items():
            if look.sort is None:
                continue
            action = sorting.addAction(column_name(column))
            action.setCheckable(True)
            action.setChecked(self._place_in_order(column) is not None)
            action.triggered.connect(lambda _checked, column=column: self.sort_by(column))
        sorting.addSeparator()
        none = sorting.addAction(self.tr("As found"))
        none.setEnabled(bool(self._order))
        none.triggered.connect(self._unsort)

    def _unsort(self) -> None:
        self._order = ()
        self.viewport().update()
        self.order_changed.emit(())

    def _open_menu(self, position: QPoint) -> None:
        self.menu().popup(self.mapToGlobal(position))

    def _arrange(self, columns: Sequence[Column]) -> None:
        """Put columns in this order; those that are not named come last."""
        wanted = [*columns, *(column for column in COLUMNS if column not in columns)]
        for place, column in enumerate(wanted):
            self.moveSection(self.visualIndex(COLUMNS.index(column)), place)


def _columns_from(saved: object) -> list[Column]:
    known = set(map(str, COLUMNS))
    names = saved if isinstance(saved, list) else []
    return list(dict.fromkeys(Column(name) for name in names if name in known))

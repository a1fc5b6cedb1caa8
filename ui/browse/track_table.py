"""A table of tracks, quick with any number of them: select, play, copy, drag out, sort."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import QAbstractItemView, QWidget

from library.records import TrackId
from ui.background import Background
from ui.browse.columns import COLUMNS, Column, cell_text
from ui.browse.keys import is_typing
from ui.browse.track_cells import track_cells
from ui.browse.track_header import TrackHeader
from ui.browse.track_model import TrackTableModel
from ui.drag import tracks_mime
from ui.menu_position import menu_position
from ui.rows.cell import Cell
from ui.rows.drag_picture import drag_copies
from ui.rows.row_painter import MARK_GAP_PX, MARK_PX
from ui.rows.row_runs import runs_of
from ui.rows.row_table import RowTable
from ui.style import ROW_PX
from ui.track_actions import Ids, TrackActions
from ui.track_rows import TrackRows

if TYPE_CHECKING:
    from app.browsing import TrackRow
    from app.services import Services

_MARGIN_PX = 8
_MAX_FILES = 2_000
_READ_AT_A_TIME = 200
_SELECTION_SETTLES_MS = 40


class TrackTable(RowTable):
    """Tracks in rows.

    play_asked: the whole list (a list of ids, not to be changed) and the place to begin at.
    typed: letters that were typed here and belong into the search.
    order_changed: the listener sorts, by a tuple of `SortKey`s.
    """

    play_asked = Signal(object, int)
    typed = Signal(str)
    order_changed = Signal(tuple)

    def __init__(
        self,
        background: Background,
        rows: TrackRows,
        actions: TrackActions,
        parent: QWidget | None = None,
    ) -> None:
        """Begin without tracks."""
        model = TrackTableModel(rows)
        super().__init__(model, _MARGIN_PX, parent)
        model.setParent(self)
        self._background = background
        self._rows = rows
        self._actions = actions
        self._model = model
        self._header = TrackHeader(self)
        self._selection_settled = QTimer(self, singleShot=True, interval=_SELECTION_SETTLES_MS)
        self._selection_settled.timeout.connect(self._read_selected)
        self.setHorizontalHeader(self._header)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(self.tr("Tracks"))
        self._header.show_as_at_first()
        self._header.order_changed.connect(self.order_changed)
        self.doubleClicked.connect(lambda index: self._play_from(index.row()))
        self.selectionModel().selectionChanged.connect(self._selection_settled.start)
        actions.add_keys(self, self.meant_ids, play=self._play_current)
        rows.arrived.connect(self._draw_arrived)

    @property
    def ids(self) -> list[TrackId]:
        """The tracks in order; not to be changed."""
        return self._model.ids

    @property
    def header(self) -> TrackHeader:
        """The heads of the columns."""
        return self._header

    def cells(self, row: int, columns: Sequence[int]) -> Sequence[Cell]:
        """What the cells of a track show."""
        plays = self._model.ids[row] == self._model.playing
        return track_cells(self._model.row_at(row), columns, plays=plays)

    def sizeHintForColumn(self, column: int) -> int:
        """As wide as the texts in sight: for a double click on the border of a head."""
        metrics, kind = self.fontMetrics(), COLUMNS[column]
        known = map(self._model.row_at, self.visible_range())
        texts = (cell_text(row, kind) for row in known if row is not None)
        mark_px = MARK_PX + MARK_GAP_PX if kind is Column.TITLE else 0
        return 2 * _MARGIN_PX + mark_px + max(map(metrics.horizontalAdvance, texts), default=0)

    def show_ids(self, ids: list[TrackId], *, keeps_place: bool) -> None:
        """Show other tracks.

        Args:
            ids: in order; the table keeps this list.
            keeps_place: what is selected stays so, and what is in sight stays where it is.
        """
        if not keeps_place:
            self._model.show_ids(ids)
            self.scrollToTop()
            return
        if ids == self._model.ids:
            return
        chosen, current, anchor = self._chosen(), self._current_id(), self._anchor()
        self._model.show_ids(ids)
        if not self.selectionModel().hasSelection():
            self._choose_again(chosen, current)
        if anchor is not None:
            self._put_back(*anchor)

    def is_busy(self) -> bool:
        """Whether the listener is just pressing or dragging something here."""
        return self.state() != QAbstractItemView.State.NoState or bool(
            QGuiApplication.mouseButtons() and self.underMouse()
        )

    def select_track(self, track_id: TrackId) -> bool:
        """Select a track and bring it into sight; False where it is not in the list."""
        if track_id not in self._model.ids:
            return False
        index = self._model.index(self._model.ids.index(track_id), 0)
        self.selectionModel().setCurrentIndex(
            index,
            QItemSelectionModel.SelectionFlag.ClearAndSelect
            | QItemSelectionModel.SelectionFlag.Rows,
        )
        if not self.viewport().rect().contains(self.visualRect(index)):
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        return True

    def set_playing(self, track_id: TrackId | None) -> None:
        """Mark the track that plays."""
        self._model.set_playing(track_id)
        self.viewport().update()

    def selected_ids(self) -> Ids:
        """The selected tracks, in order of the list."""
        ids = self._model.ids
        return tuple(track_id for first, end in self._selected() for track_id in ids[first:end])

    def meant_ids(self) -> Ids:
        """What keys are about: the selected tracks, or the framed one where none is selected."""
        current = self._current_id()
        return self.selected_ids() or (() if current is None else (current,))

    def selection_mime(self) -> QMimeData:
        """The selected tracks for a drag or the clipboard.

        Segue's own lists get every track. Other programs get the files of the first 2,000, as far
        as their rows were read, which they are moments after they were selected: naming 200,000
        files would take seconds, and nothing here waits for the disk.
        """
        ids = self.selected_ids()
        present = [row.track.path for row in self._known(ids) if not row.track.missing]
        return tracks_mime(ids, present)

    def visible_range(self) -> range:
        """The rows in sight."""
        n_rows = len(self._model.ids)
        first = max(0, self.rowAt(0))
        last = self.rowAt(self.viewport().height() - 1)
        return range(first if n_rows else 0, n_rows if last < 0 else last + 1)

    def copy(self) -> None:
        """Put the selected tracks on the clipboard: as files, and as lines of text."""
        ids = self.selected_ids()
        if not ids:
            return
        mime = self.selection_mime()
        mime.setText("\n".join(map(_line, self._known(ids))))
        QGuiApplication.clipboard().setMimeData(mime)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy by its key; letters go to the search."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif is_typing(event):
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Nothing: letters go to the search."""

    def moveCursor(
        self,
        action: QAbstractItemView.CursorAction,
        modifiers: Qt.KeyboardModifier,
    ) -> QModelIndex:
        """Rows are the unit: Home and End go to the first and the last one."""
        to = QAbstractItemView.CursorAction
        if action in (to.MoveLeft, to.MoveRight):
            bar = self.horizontalScrollBar()
            step = ROW_PX if action == to.MoveRight else -ROW_PX
            bar.setValue(bar.value() + step)
            return self.currentIndex()
        if action in (to.MoveHome, to.MoveEnd):
            modifiers |= Qt.KeyboardModifier.ControlModifier
        moved: QModelIndex = super().moveCursor(action, modifiers)
        return moved.siblingAtColumn(max(0, self.currentIndex().column()))

    def startDrag(self, _supported: Qt.DropAction) -> None:
        """Carry the selected tracks, as copies: nobody's drop may move music."""
        drag_copies(self, self.selection_mime(), self._drag_words())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the selected tracks, at the pointer or at the current row."""
        ids = self.selected_ids()
        if ids:
            self._actions.menu(ids, self).popup(menu_position(self, event))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Without a current row the first becomes it, though not selected."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self._model.ids:
            self.selectionModel().setCurrentIndex(
                self._model.index(0, 0), QItemSelectionModel.SelectionFlag.NoUpdate
            )

    def _selected(self) -> list[tuple[int, int]]:
        """The selected rows as first and end, rising; no row is looked at one by one."""
        selection = self.selectionModel().selection()
        return sorted(
            {(one.top(), one.bottom() + 1) for one in selection.toList() if one.isValid()}
        )

    def _known(self, ids: Ids) -> "Iterator[TrackRow]":
        known = (self._rows.known(track_id) for track_id in ids[:_MAX_FILES])
        return (row for row in known if row is not None)

    def _drag_words(self) -> str:
        ids = self.selected_ids()
        if len(ids) == 1:
            row = self._rows.known(ids[0])
            return self.tr("1 track") if row is None else row.track.title
        return self.tr("{count:,} tracks").format(count=len(ids))

    def _read_selected(self) -> None:
        """Read the rows of what is selected, so that a drag can name their files."""
        ids = [id_ for first, end in self._selected() for id_ in self._model.ids[first:end]]
        unknown = [id_ for id_ in ids[:_MAX_FILES] if self._rows.known(id_) is None]
        for start in range(0, len(unknown), _READ_AT_A_TIME):
            self._read(unknown[start : start + _READ_AT_A_TIME])

    def _read(self, ids: list[TrackId]) -> None:
        def read(services: "Services") -> "list[TrackRow]":
            from app.browsing import track_rows

            return track_rows(services, ids)

        self._background.browse(read, on_success=self._rows.put, parent=self)

    def _play_from(self, row: int) -> None:
        if 0 <= row < len(self._model.ids):
            self.play_asked.emit(self._model.ids, row)

    def _play_current(self) -> None:
        self._play_from(self.currentIndex().row())

    def _draw_arrived(self, ids: frozenset[TrackId]) -> None:
        """Draw rows that came, where they are in sight."""
        shown = self.visible_range()
        if any(track_id in ids for track_id in self._model.ids[shown.start : shown.stop]):
            self._model.dataChanged.emit(
                self._model.index(shown.start, 0),
                self._model.index(shown.stop - 1, len(COLUMNS) - 1),
            )

    def _chosen(self) -> "frozenset[TrackId] | None":
        """The selected tracks; None where that is all of them."""
        selected = self._selected()
        if selected == [(0, len(self._model.ids))]:
            return None
        return frozenset(self.selected_ids())

    def _current_id(self) -> TrackId | None:
        index = self.currentIndex()
        return self._model.ids[index.row()] if index.isValid() else None

    def _choose_again(self, chosen: "frozenset[TrackId] | None", current: TrackId | None) -> None:
        """Select the same tracks in another list, and put the keys where they were."""
        ids = self._model.ids
        flags = QItemSelectionModel.SelectionFlag
        if current is not None and current in ids:
            index = self._model.index(ids.index(current), 0)
            self.selectionModel().setCurrentIndex(index, flags.NoUpdate)
        if chosen is None:
            self.selectAll()
        elif chosen:
            rows = [row for row, track_id in enumerate(ids) if track_id in chosen]
            selection = QItemSelection()
            for first, last in runs_of(rows):
                selection.select(self._model.index(first, 0), self._model.index(last, 0))
            self.selectionModel().select(selection, flags.Select | flags.Rows)

    def _anchor(self) -> tuple[TrackId, int] | None:
        """A track in sight that shall stay where it is, and where; None at the top of the list."""
        if not self._model.ids or (not self.verticalScrollBar().value() and not self.underMouse()):
            return None
        row = self._hovered if self._hovered >= 0 else self.visible_range().start
        return self._model.ids[row], self.rowViewportPosition(row)

    def _put_back(self, track_id: TrackId, position_px: int) -> None:
        if track_id in self._model.ids:
            row = self._model.ids.index(track_id)
            # the header lays itself out late after a change of rows
            self.doItemsLayout()
            self.verticalScrollBar().setValue(row * ROW_PX - position_px)


def _line(row: "TrackRow") -> str:
    return " - ".join(filter(None, (row.track.tags.artist, row.track.title)))

"""The table of a playlist: its entries are numbered, copied, cut and pasted."""

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from ui.playlists.playlist_model import PlaylistModel
from ui.rows.entry_model import Column
from ui.rows.gap_table import GapTable
from ui.style import SPACE_PX
from ui.track_actions import TrackActions

_LENGTH_PX = 68
_DIGIT_ROOM_PX = 4
_ALBUM_FROM_PX = 520


class EntryTable(GapTable):
    """The entries of a playlist in rows.

    play_asked: all its tracks, and the place to begin at.
    """

    play_asked = Signal(object, int)

    def __init__(
        self, model: PlaylistModel, actions: TrackActions, parent: QWidget | None = None
    ) -> None:
        """Show the entries of a model."""
        super().__init__(model, actions, parent)
        self._model = model
        self._set_up_columns()
        self.setAccessibleName(self.tr("Tracks of the playlist"))
        keys = QKeySequence.StandardKey
        self.add_edit(self.tr("Cut"), keys.Cut, self.cut)
        self.add_edit(self.tr("Copy"), keys.Copy, self.copy)
        self.add_edit(self.tr("Paste"), keys.Paste, self.paste, needs_rows=False)
        self.add_moves(remove_text=self.tr("Remove from playlist"))
        self.row_opened.connect(lambda row: self.play_asked.emit(list(model.ids), row))
        model.modelReset.connect(self._number_column_fits)
        model.rowsInserted.connect(self._number_column_fits)

    def copy(self) -> None:
        """Put the chosen entries on the clipboard: as tracks, files, and lines of text."""
        rows = self.selected_rows()
        if rows:
            QGuiApplication.clipboard().setMimeData(self._copied(rows))

    def cut(self) -> None:
        """Copy the chosen entries, and take them out."""
        self.copy()
        self.remove()

    def paste(self) -> None:
        """Put what is on the clipboard behind the chosen entries, or at the end."""
        rows = self.selected_rows()
        position = rows[-1] + 1 if rows else self._model.rowCount()
        self._model.take(QGuiApplication.clipboard().mimeData(), position, copies=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the album away where there is little room."""
        super().resizeEvent(event)
        self.setColumnHidden(Column.ALBUM, self.viewport().width() < _ALBUM_FROM_PX)

    def _set_up_columns(self) -> None:
        header = self.horizontalHeader()
        header.moveSection(Column.NUMBER, 0)
        header.setSectionResizeMode(Column.NUMBER, QHeaderView.ResizeMode.Fixed)
        self.setColumnWidth(Column.LENGTH, _LENGTH_PX)
        self._number_column_fits()

    def _copied(self, rows: list[int]) -> QMimeData:
        mime = self._model.mime_of(rows)
        lines = (
            (self._model.text(row, Column.ARTIST), self._model.text(row, Column.TITLE))
            for row in rows
            if self._model.row_at(row) is not None  # nobody waits for rows that were never shown
        )
        mime.setText("\n".join(" - ".join(filter(None, line)) for line in lines))
        return mime

    def _number_column_fits(self) -> None:
        metrics = self.fontMetrics()
        widest = max(
            metrics.horizontalAdvance(f"{self._model.rowCount():,}"),
            metrics.horizontalAdvance(self.tr("No.")),
        )
        self.setColumnWidth(Column.NUMBER, widest + 2 * SPACE_PX + _DIGIT_ROOM_PX)

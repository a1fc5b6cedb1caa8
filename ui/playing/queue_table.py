"""The table of the queue: its entries stay chosen while the queue changes."""

from collections.abc import Collection

from PySide6.QtWidgets import QWidget

from app.queue_line import QueueKey
from ui.playing.player import Player
from ui.playing.queue_model import QueueModel
from ui.rows.entry_model import Column
from ui.rows.gap_table import GapTable
from ui.track_actions import TrackActions

_LENGTH_PX = 72


class QueueTable(GapTable):
    """The entries of the queue in rows."""

    def __init__(
        self,
        model: QueueModel,
        player: Player,
        actions: TrackActions,
        parent: QWidget | None = None,
    ) -> None:
        """Show the entries of a model."""
        super().__init__(model, actions, parent)
        self._model = model
        self._kept: tuple[Collection[QueueKey], int] = ((), 0)
        self.setColumnWidth(Column.LENGTH, _LENGTH_PX)
        self.setAccessibleName(self.tr("Queue"))
        self.set_empty_text(
            self.tr(
                "Nothing is queued.\n\nDouble-click a track in the library to play it with what"
                " follows, or drop tracks and files here."
            )
        )
        self.add_moves(remove_text=self.tr("Remove from queue"))
        self.row_opened.connect(player.play_entry)
        model.modelAboutToBeReset.connect(self._keep_selection)
        model.modelReset.connect(self._restore_selection)

    def _keep_selection(self) -> None:
        scrolled_px = self.verticalScrollBar().value()
        self._kept = (frozenset(self._model.keys(self.selected_rows())), scrolled_px)

    def _restore_selection(self) -> None:
        """Choose the entries that were chosen, wherever they are now."""
        keys, scrolled_px = self._kept
        rows = [row for row, key in enumerate(self._model.line.keys) if key in keys] if keys else []
        model, selection = self.selectionModel(), self.selectionModel().SelectionFlag
        for row in rows:
            model.select(self._model.index(row, 0), selection.Select | selection.Rows)
        if rows:
            model.setCurrentIndex(self._model.index(rows[0], 0), selection.NoUpdate)
        self.verticalScrollBar().setValue(scrolled_px)
        self.frame_current()

"""The queue on a page: what plays, what follows, how long it lasts."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QLocale, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.queue import PlayQueue
from app.queue_line import Line
from ui.background import Background
from ui.playing.player import Player
from ui.playing.queue_model import QueueModel
from ui.playing.queue_table import QueueTable
from ui.rows.page_head import about_label, lay_out_page, name_label, page_button
from ui.style import SPACE_PX
from ui.track_actions import TrackActions
from ui.track_rows import TrackRows
from ui.words import long_time

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from app.services import Services

_MEASURED_AFTER_MS = 150


class QueuePage(QWidget):
    """The queue.

    playlist_asked: keep these tracks as a playlist: a name for it, and their ids.
    """

    playlist_asked = Signal(str, object)

    def __init__(
        self,
        player: Player,
        background: Background,
        rows: TrackRows,
        actions: TrackActions,
        parent: QWidget | None = None,
    ) -> None:
        """Show the queue of a player."""
        super().__init__(parent)
        self._player = player
        self._background = background
        self.model = QueueModel(player, background, rows, self)
        self.table = QueueTable(self.model, player, actions, self)
        self._name = name_label(self.tr("Queue"))
        self.about = about_label()
        button = partial(page_button, self)
        save, clear = self.tr("Save as playlist"), self.tr("Clear the queue")
        self.save_button = button(save, self._ask_playlist, icon_name="save", keys="Ctrl+S")
        self.clear_button = button(clear, self._clear_all, icon_name="delete", keys="Ctrl+K")
        self._undo = button(self.tr("Undo"), self.undo, icon_name="undo", keys="Ctrl+Z")
        self._redo = button(self.tr("Redo"), self.redo, icon_name="redo", keys="Ctrl+Shift+Z")
        self._measured: tuple[Line, npt.NDArray[np.float64]] | None = None
        self._later = QTimer(self, singleShot=True, interval=_MEASURED_AFTER_MS)
        self._later.timeout.connect(self._measure)
        self._lay_out()
        player.queue_changed.connect(self._follow)
        player.position_changed.connect(lambda _position_s: self._show_times())
        self._follow()

    def undo(self) -> None:
        """Take the last change of the queue back."""
        self._player.edit_queue(lambda queue: queue.undo())

    def redo(self) -> None:
        """Do again what was undone last."""
        self._player.edit_queue(lambda queue: queue.redo())

    def _lay_out(self) -> None:
        self.setAccessibleName(self.tr("Queue"))
        words = QVBoxLayout()
        words.setSpacing(SPACE_PX // 2)
        words.addWidget(self._name)
        words.addWidget(self.about)
        head = QHBoxLayout()
        head.addLayout(words, 1)
        for button in (self.save_button, self.clear_button, self._undo, self._redo):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        lay_out_page(self, head, self.table)

    def _follow(self) -> None:
        queue = self._player.queue
        has_entries = bool(queue.line.keys)
        self.save_button.setEnabled(has_entries)
        self.clear_button.setEnabled(has_entries)
        self._undo.setEnabled(queue.can_undo)
        self._redo.setEnabled(queue.can_redo)
        if self._measured is None or self._measured[0] is not queue.line:
            self._later.start()
        self._show_times()

    def _measure(self) -> None:
        line = self._player.queue.line

        def read(services: "Services") -> "npt.NDArray[np.float64]":
            from app.queue_entries import ends_s

            return ends_s(services, line.playables)

        def show(ends: "npt.NDArray[np.float64]") -> None:
            if line is self._player.queue.line:  # an undo may have brought back what was measured
                self._measured = (line, ends)
                self._show_times()

        self._background.read(read, on_success=show, parent=self, replaces="queue-times")

    def _show_times(self) -> None:
        text = self._words(self._player.queue)
        if text != self.about.text():
            self.about.setText(text)

    def _words(self, queue: PlayQueue) -> str:
        """How many entries there are, how long they last, how much of that is left."""
        n_entries = len(queue.line.keys)
        if not n_entries:
            return ""
        count = self.tr("1 track") if n_entries == 1 else self.tr("{count:,} tracks")
        words = [count.format(count=n_entries)]
        if self._measured is not None and self._measured[0] is queue.line:
            ends = self._measured[1]
            words.append(long_time(float(ends[-1])))
            if queue.current_index is not None:
                before_s = float(ends[queue.current_index - 1]) if queue.current_index else 0.0
                left_s = max(0.0, float(ends[-1]) - before_s - self._player.position_s)
                words.append(self.tr("{time} left").format(time=long_time(left_s)))
        return " · ".join(words)

    def _ask_playlist(self) -> None:
        ids = self.model.ids_of(range(self.model.rowCount()))
        if ids:
            today = QLocale().toString(QDate.currentDate(), QLocale.FormatType.ShortFormat)
            self.playlist_asked.emit(self.tr("Queue of {date}").format(date=today), ids)

    def _clear_all(self) -> None:
        self._player.edit_queue(lambda queue: queue.clear())

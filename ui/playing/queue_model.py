"""The queue as a table: its entries, the one that plays, and what may be dropped between them."""

import json
import os
from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from app.queue_line import Line, Playable, QueueKey
from library.records import TrackId, display_path
from ui.background import Background
from ui.drag import dragged_files, dragged_tracks, tracks_mime, url_of
from ui.plain_text import one_line, plain_tooltip
from ui.playing.player import Player
from ui.track_rows import TrackRows
from ui.words import clock

if TYPE_CHECKING:
    from app.browsing import TrackRow
    from app.services import Services

Index = QModelIndex | QPersistentModelIndex

ENTRIES = "application/x-segue-queue-entries"
_NOWHERE = QModelIndex()
_NOT_THERE_YET = "…"
_FLAGS = (
    Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsDragEnabled
    | Qt.ItemFlag.ItemNeverHasChildren
)


class Column(IntEnum):
    """What is shown of an entry."""

    TITLE = 0
    ARTIST = 1
    ALBUM = 2
    LENGTH = 3


class QueueModel(QAbstractTableModel):
    """Follows the queue of a player."""

    def __init__(
        self,
        player: Player,
        background: Background,
        rows: TrackRows,
        parent: QObject | None = None,
    ) -> None:
        """Show what is in the queue now."""
        super().__init__(parent)
        self._player = player
        self._background = background
        self._rows = rows
        self._line = player.queue.line
        self._current = player.queue.current_index
        player.queue_changed.connect(self._follow)
        rows.arrived.connect(lambda _ids: self._draw_anew())

    @property
    def line(self) -> Line:
        """The entries that are shown."""
        return self._line

    def is_current(self, row: int) -> bool:
        """Whether this entry plays, or would on "play"."""
        return row == self._current

    def is_missing(self, row: int) -> bool:
        """Whether the file of a track is away."""
        found = self._row(row)
        return found is not None and found.track.missing

    def ids(self, rows: Sequence[int]) -> tuple[TrackId, ...]:
        """The tracks in some rows; files from outside are none."""
        playables = (self._line.playables[row] for row in rows)
        return tuple(one for one in playables if not isinstance(one, bytes))

    def keys(self, rows: Sequence[int]) -> list[QueueKey]:
        """The keys of some rows."""
        return [self._line.keys[row] for row in rows]

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many entries there are."""
        return 0 if parent.isValid() else len(self._line.keys)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Title, artist, album, length."""
        return 0 if parent.isValid() else len(Column)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Entries can be chosen and dragged."""
        return _FLAGS if index.isValid() else Qt.ItemFlag.ItemIsDropEnabled

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text of a cell; that an entry plays is told to screen readers."""
        row, column = index.row(), Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(row, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            text = self.text(row, column)
            if column is Column.TITLE and self.is_current(row):
                return self.tr("{title}, playing").format(title=text)
            return text
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(self.text(row, column))
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """The names of the columns."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            at_right = section == Column.LENGTH
            side = Qt.AlignmentFlag.AlignRight if at_right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        names = (self.tr("Title"), self.tr("Artist"), self.tr("Album"), self.tr("Length"))
        return names[section]

    def text(self, row: int, column: Column) -> str:
        """What stands in a cell."""
        playable = self._line.playables[row]
        if isinstance(playable, bytes):
            return _text_of_file(playable, column)
        found = self._row(row)
        if found is None:
            return _NOT_THERE_YET if column is Column.TITLE else ""
        track = found.track
        if column is Column.TITLE:
            return one_line(track.title)
        if column is Column.ARTIST:
            return one_line(track.tags.artist)
        return one_line(track.tags.album) if column is Column.ALBUM else clock(track.duration_s)

    def mime_of(self, rows: Sequence[int]) -> QMimeData:
        """Some entries for a drag: their tracks and files, and which entries they are."""
        paths = [path for row in rows if (path := self._path(row)) is not None]
        mime = tracks_mime(self.ids(rows), paths)
        if not self.ids(rows):
            mime = QMimeData()
            mime.setUrls([url_of(path) for path in paths])
        mime.setData(ENTRIES, json.dumps(self.keys(rows)).encode())
        return mime

    def take(self, mime: QMimeData, position: int) -> bool:
        """Take what was dropped into a gap; whether there was anything."""
        if mime.hasFormat(ENTRIES):
            there = set(self._line.keys)
            keys = [key for key in json.loads(bytes(mime.data(ENTRIES).data())) if key in there]
            self._player.edit_queue(lambda queue: queue.move(keys, position))
        elif ids := dragged_tracks(mime):
            self._player.edit_queue(lambda queue: queue.insert(position, ids))
        elif files := dragged_files(mime):
            self._insert_files(files, position)
        else:
            return False
        return True

    def _insert_files(self, files: Sequence[bytes], position: int) -> None:
        def read(services: "Services") -> list[Playable]:
            from app.queue_entries import playables_of

            return playables_of(services, files)

        def insert(playables: list[Playable]) -> None:
            gap = min(position, len(self._player.queue.line.keys))
            self._player.edit_queue(lambda queue: queue.insert(gap, playables))

        self._background.read(read, on_success=insert, parent=self)

    def _row(self, row: int) -> "TrackRow | None":
        playable = self._line.playables[row]
        return None if isinstance(playable, bytes) else self._rows.get(playable)

    def _path(self, row: int) -> bytes | None:
        playable = self._line.playables[row]
        if isinstance(playable, bytes):
            return playable
        found = self._row(row)
        return None if found is None or found.track.missing else found.track.path

    def _follow(self) -> None:
        queue = self._player.queue
        if queue.line is not self._line:
            self.beginResetModel()
            self._line = queue.line
            self._current = queue.current_index
            self.endResetModel()
        elif queue.current_index != self._current:
            self._current = queue.current_index
            self._draw_anew()

    def _draw_anew(self) -> None:
        if self._line.keys:
            last = self.index(len(self._line.keys) - 1, len(Column) - 1)
            self.dataChanged.emit(self.index(0, 0), last)


def _text_of_file(path: bytes, column: Column) -> str:
    if column is Column.TITLE:
        return one_line(os.path.splitext(display_path(os.path.basename(path)))[0])
    return one_line(display_path(os.path.dirname(path))) if column is Column.ALBUM else ""

"""The queue as a table: its entries, the one that plays, and what may be dropped between them."""

import json
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QModelIndex, QObject

from app.queue_line import Line, Playable, QueueKey
from library.records import TrackId, display_path
from ui.background import Background
from ui.drag import carries_music, dragged_files, dragged_tracks, tracks_mime, url_of
from ui.plain_text import one_line
from ui.playing.player import Player
from ui.rows.entry_model import Column, EntryModel, track_text
from ui.rows.row_model import Index
from ui.track_rows import TrackRows

if TYPE_CHECKING:
    from app.browsing import TrackRow
    from app.services import Services

ENTRIES = "application/x-segue-queue-entries"
_N_COLUMNS = 4  # the place of an entry is not numbered
_NOWHERE = QModelIndex()


class QueueModel(EntryModel):
    """Follows the queue of a player."""

    def __init__(
        self,
        player: Player,
        background: Background,
        rows: TrackRows,
        parent: QObject | None = None,
    ) -> None:
        """Show what is in the queue now."""
        super().__init__(_N_COLUMNS, parent)
        self._player = player
        self._background = background
        self._rows = rows
        self._line = player.queue.line
        self._current = player.queue.current_index
        player.queue_changed.connect(self._follow)
        rows.arrived.connect(lambda _ids: self.draw_anew())

    @property
    def line(self) -> Line:
        """The entries that are shown."""
        return self._line

    def plays(self, row: int) -> bool:
        """Whether this entry plays, or would on "play"."""
        return row == self._current

    def is_missing(self, row: int) -> bool:
        """Whether the file of a track is away; not asked of what plays."""
        found = None if self.plays(row) else self._row(row)
        return found is not None and found.track.missing

    def ids_of(self, rows: Sequence[int]) -> tuple[TrackId, ...]:
        """The tracks in some rows; files from outside are none."""
        playables = (self._line.playables[row] for row in rows)
        return tuple(one for one in playables if not isinstance(one, bytes))

    def keys(self, rows: Sequence[int]) -> list[QueueKey]:
        """The keys of some rows."""
        return [self._line.keys[row] for row in rows]

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many entries there are."""
        return 0 if parent.isValid() else len(self._line.keys)

    def text(self, row: int, column: Column) -> str:
        """What stands in a cell."""
        playable = self._line.playables[row]
        if isinstance(playable, bytes):
            return _text_of_file(playable, column)
        return track_text(self._rows.get(playable), column)

    def spoken(self, row: int, column: Column) -> str:
        """What a screen reader says of a cell: that an entry plays, too."""
        text = self.text(row, column)
        if column is Column.TITLE and self.plays(row):
            return self.tr("{title}, playing").format(title=text)
        return text

    def mime_of(self, rows: Sequence[int]) -> QMimeData:
        """Some entries for a drag: their tracks and files, and which entries they are."""
        paths = [path for row in rows if (path := self._path(row)) is not None]
        mime = tracks_mime(self.ids_of(rows), paths)
        if not self.ids_of(rows):
            mime = QMimeData()
            mime.setUrls([url_of(path) for path in paths])
        mime.setData(ENTRIES, json.dumps(self.keys(rows)).encode())
        return mime

    def takes(self, mime: QMimeData) -> bool:
        """Tracks and files."""
        return carries_music(mime) or mime.hasFormat(ENTRIES)

    def take(self, mime: QMimeData, position: int, *, copies: bool = False) -> bool:
        """Take what was dropped into a gap; the queue's own entries are moved, never copied."""
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

    def remove(self, rows: Sequence[int]) -> None:
        """Take entries out."""
        keys = self.keys(rows)
        self._player.edit_queue(lambda queue: queue.remove(keys))

    def move(self, rows: Sequence[int], position: int) -> None:
        """Bring entries together in a gap."""
        keys = self.keys(rows)
        self._player.edit_queue(lambda queue: queue.move(keys, position))

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
            self.draw_anew()


def _text_of_file(path: bytes, column: Column) -> str:
    if column is Column.TITLE:
        return one_line(os.path.splitext(display_path(os.path.basename(path)))[0])
    return one_line(display_path(os.path.dirname(path))) if column is Column.ALBUM else ""

"""The entries of a playlist as a table, with edits shown before they are written."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QModelIndex, QObject, Qt, Signal

from app.playlist_edits import Edit, NewIds, shown_with
from library.records import EntryId, PlaylistEntry, PlaylistId, PlaylistOverview, TrackId
from ui.drag import (
    DraggedEntries,
    add_entries,
    carries_music,
    dragged_entries,
    dragged_files,
    dragged_tracks,
    tracks_mime,
)
from ui.playlists.edits import EditEnd, PlaylistEdits
from ui.rows.entry_model import Column, EntryModel, track_text
from ui.rows.row_model import Index
from ui.rows.row_runs import runs_of
from ui.track_rows import TrackRows

if TYPE_CHECKING:
    from app.browsing import TrackRow

_NOWHERE = QModelIndex()
_MAX_RUNS = 200  # where more stretches come or go, drawing all anew costs less


class PlaylistModel(EntryModel):
    """One playlist, followed through `PlaylistEdits`.

    overview_changed: the name, the length or what can be undone may be others now.
    gone: the playlist was deleted, or its making undone.
    outdated: an edit failed, so that the playlist has to be read again.
    """

    overview_changed = Signal()
    gone = Signal()
    outdated = Signal()

    def __init__(
        self, rows: TrackRows, edits: PlaylistEdits, parent: QObject | None = None
    ) -> None:
        """Begin without a playlist."""
        super().__init__(len(Column), parent)
        self._rows = rows
        self._edits = edits
        self._playlist_id: PlaylistId | None = None
        self._overview: PlaylistOverview | None = None
        self._entries: tuple[PlaylistEntry, ...] = ()
        # each as it was announced, and as it is now that earlier ones have got their ids
        self._under_way: list[tuple[Edit, Edit]] = []
        self._playing: TrackId | None = None
        self.n_edits_heard_of = 0
        rows.arrived.connect(self._draw_arrived)
        edits.begun.connect(self._begin)
        edits.ended.connect(self._end)

    @property
    def playlist_id(self) -> PlaylistId | None:
        """The playlist that is shown, or was asked for."""
        return self._playlist_id

    @property
    def overview(self) -> PlaylistOverview | None:
        """The playlist as it was last read or written; None until then."""
        return self._overview

    @property
    def entries(self) -> tuple[PlaylistEntry, ...]:
        """What is shown, edits on their way included."""
        return self._entries

    @property
    def ids(self) -> tuple[TrackId, ...]:
        """The tracks in order."""
        return tuple(entry.track_id for entry in self._entries)

    @property
    def playing(self) -> TrackId | None:
        """The track that is marked as playing."""
        return self._playing

    def choose(self, playlist_id: PlaylistId | None) -> None:
        """Leave the playlist that was shown; another one will be given to `show_overview`."""
        self.beginResetModel()
        self._playlist_id = playlist_id
        self._overview = None
        self._entries = ()
        self._under_way = []
        self.endResetModel()
        self.overview_changed.emit()

    def show_overview(self, overview: PlaylistOverview) -> None:
        """Show what the library holds, and on top of it the edits that are on their way."""
        before = self._overview
        self._overview = overview
        self._show_truth()
        if before is not None and before.paths != overview.paths:
            self.draw_anew()
        self.overview_changed.emit()

    def set_playing(self, track_id: TrackId | None) -> None:
        """Mark the track that plays."""
        if track_id != self._playing:
            self._playing = track_id
            self.draw_anew()

    def row_at(self, row: int) -> "TrackRow | None":
        """What is known of the track of an entry; None until it was read."""
        return self._rows.get(self._entries[row].track_id)

    @property
    def is_settled(self) -> bool:
        """Whether every edit is written."""
        return not self._under_way

    def is_missing(self, row: int) -> bool:
        """Whether no file of an entry's track is there."""
        overview, entry = self._overview, self._entries[row]
        return overview is not None and entry.id > 0 and entry.track_id not in overview.paths

    def plays(self, row: int) -> bool:
        """Whether an entry is the track that plays."""
        return self._entries[row].track_id == self._playing

    def ids_of(self, rows: Sequence[int]) -> tuple[TrackId, ...]:
        """The tracks in some rows."""
        return tuple(self._entries[row].track_id for row in rows)

    def mime_of(self, rows: Sequence[int]) -> QMimeData:
        """Some entries for a drag or the clipboard; tracks that are missing have no file."""
        entries = [self._entries[row] for row in rows]
        paths = self._overview.paths if self._overview is not None else {}
        mime = tracks_mime(
            [entry.track_id for entry in entries],
            [paths[entry.track_id] for entry in entries if entry.track_id in paths],
        )
        if self._playlist_id is not None:
            ids = tuple(entry.id for entry in entries)
            add_entries(mime, DraggedEntries(self._playlist_id, ids))
        return mime

    def takes(self, mime: QMimeData) -> bool:
        """Tracks and files, while a playlist is shown."""
        return carries_music(mime) and self._playlist_id is not None

    def take(self, mime: QMimeData, position: int, *, copies: bool = False) -> bool:
        """Take what was dropped or pasted into a gap; whether there was anything.

        Args:
            mime: tracks of any list, entries of this one, or files.
            position: of the gap.
            copies: the playlist's own entries are put there once more instead of being moved.
        """
        if self._playlist_id is None or not self.takes(mime):
            return False
        own = dragged_entries(mime)
        if own is not None and own.playlist_id == self._playlist_id and not copies:
            there = {entry.id for entry in self._entries}
            ids = [entry_id for entry_id in own.entry_ids if entry_id in there]
            self._edits.move(self._playlist_id, ids, position)
        elif ids_of_tracks := dragged_tracks(mime):
            self._edits.insert(self._playlist_id, position, ids_of_tracks)
        elif files := dragged_files(mime):
            self._edits.insert_files(self._playlist_id, position, files)
        else:
            return False
        return True

    def remove(self, rows: Sequence[int]) -> None:
        """Take entries out."""
        if self._playlist_id is not None:
            self._edits.remove(self._playlist_id, [self._entries[row].id for row in rows])

    def move(self, rows: Sequence[int], position: int) -> None:
        """Bring entries together in a gap."""
        if self._playlist_id is not None and 0 <= position <= len(self._entries):
            ids = [self._entries[row].id for row in rows]
            self._edits.move(self._playlist_id, ids, position)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many entries there are."""
        return 0 if parent.isValid() else len(self._entries)

    def supportedDragActions(self) -> Qt.DropAction:
        """Copies only: nobody's drop may move music."""
        return Qt.DropAction.CopyAction

    def supportedDropActions(self) -> Qt.DropAction:
        """What comes is a copy; entries of the same playlist are moved in it all the same."""
        return Qt.DropAction.CopyAction

    def canDropMimeData(
        self, data: QMimeData, _action: Qt.DropAction, _row: int, _column: int, _parent: Index
    ) -> bool:
        """Tracks and files."""
        return carries_music(data)

    def text(self, row: int, column: Column) -> str:
        """What stands in a cell, in one line."""
        if column == Column.NUMBER:
            return f"{row + 1:,}"
        return track_text(self.row_at(row), column)

    def spoken(self, row: int, column: Column) -> str:
        """What a screen reader says of a cell: that a track is missing or plays, too."""
        text = self.text(row, column)
        if column != Column.TITLE:
            return text
        if self.is_missing(row):
            return self.tr("{title}, missing").format(title=text)
        if self.plays(row):
            return self.tr("{title}, playing").format(title=text)
        return text

    def tooltip(self, row: int, column: Column) -> str:
        """The whole text of a cell, and what its mark means."""
        text = self.text(row, column)
        if column == Column.TITLE and self.is_missing(row):
            text += "\n" + self.tr("Missing: its file or its drive is not there.")
        return text

    def _begin(self, playlist_id: PlaylistId, edit: Edit) -> None:
        if playlist_id != self._playlist_id:
            return
        self.n_edits_heard_of += 1
        self._under_way.append((edit, edit))
        self._show(shown_with(self._entries, [edit]))

    def _end(self, playlist_id: PlaylistId, end: EditEnd) -> None:
        if playlist_id != self._playlist_id:
            return
        self.n_edits_heard_of += 1
        self._under_way = [pair for pair in self._under_way if pair[0] is not end.edit]
        self._put_ids(end.new_ids)
        if end.overview is not None:
            self.show_overview(end.overview)
        elif end.failed:
            self._show_truth()
            self.outdated.emit()
        else:
            self.gone.emit()

    def _show_truth(self) -> None:
        if self._overview is not None:
            edits = [edit for _, edit in self._under_way]
            self._show(shown_with(self._overview.playlist.entries, edits))

    def _put_ids(self, new_ids: NewIds) -> None:
        """Give entries that are written now the ids that they got."""
        if new_ids:
            self._under_way = [(begun, now.with_ids(new_ids)) for begun, now in self._under_way]
            self._entries = tuple(
                PlaylistEntry(new_ids.get(entry.id, entry.id), entry.track_id)
                for entry in self._entries
            )

    def _show(self, entries: tuple[PlaylistEntry, ...]) -> None:
        """Show other entries; what is in both lists stays chosen."""
        old, new = {entry.id for entry in self._entries}, {entry.id for entry in entries}
        gone = runs_of([row for row, entry in enumerate(self._entries) if entry.id not in new])
        came = runs_of([row for row, entry in enumerate(entries) if entry.id not in old])
        if len(gone) + len(came) > _MAX_RUNS:
            self.beginResetModel()
            self._entries = entries
            self.endResetModel()
            return
        for first, last in reversed(gone):
            self.beginRemoveRows(_NOWHERE, first, last)
            self._entries = self._entries[:first] + self._entries[last + 1 :]
            self.endRemoveRows()
        self._put_in_order(tuple(entry for entry in entries if entry.id in old))
        for first, last in came:
            self.beginInsertRows(_NOWHERE, first, last)
            self._entries = (
                self._entries[:first] + entries[first : last + 1] + self._entries[first:]
            )
            self.endInsertRows()
        if gone or came:
            self.draw_anew()  # the numbers behind are others now

    def _put_in_order(self, entries: tuple[PlaylistEntry, ...]) -> None:
        if entries == self._entries:
            return
        self.layoutAboutToBeChanged.emit()
        places: dict[EntryId, int] = {entry.id: row for row, entry in enumerate(entries)}
        before = self.persistentIndexList()
        after = [
            self.index(places[self._entries[index.row()].id], index.column()) for index in before
        ]
        self._entries = entries
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _draw_arrived(self, ids: frozenset[TrackId]) -> None:
        if not ids.isdisjoint(entry.track_id for entry in self._entries):
            self.draw_anew()

"""The playlists as a list of names with counts, and a last row for a new one."""

from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from library.records import LibraryChanged, PlaylistId, PlaylistSummary
from ui.background import Background
from ui.plain_text import one_line, plain_tooltip
from ui.playlists.edits import PlaylistEdits

if TYPE_CHECKING:
    from app.services import Services

    Lists = tuple[tuple[PlaylistSummary, ...], tuple[PlaylistSummary, ...]]

Index = QModelIndex | QPersistentModelIndex

_NOWHERE = QModelIndex()


class Role(IntEnum):
    """What the delegate asks for besides the text."""

    ICON_NAME = Qt.ItemDataRole.UserRole + 1
    COUNT = Qt.ItemDataRole.UserRole + 2
    IS_DIM = Qt.ItemDataRole.UserRole + 3


class PlaylistListModel(QAbstractListModel):
    """Every playlist by name; renamed in place. `listed`: they were read anew."""

    listed = Signal()

    def __init__(
        self, background: Background, edits: PlaylistEdits, parent: QObject | None = None
    ) -> None:
        """Begin without playlists; read them, and again whenever one changes."""
        super().__init__(parent)
        self._background = background
        self._edits = edits
        self._playlists: tuple[PlaylistSummary, ...] = ()
        self._deleted: tuple[PlaylistSummary, ...] = ()
        background.library_changed.connect(self._follow)
        background.opened.connect(self._read_again)
        self._read()

    @property
    def playlists(self) -> tuple[PlaylistSummary, ...]:
        """The playlists in order."""
        return self._playlists

    @property
    def deleted(self) -> tuple[PlaylistSummary, ...]:
        """Those that can be brought back, the last deleted first."""
        return self._deleted

    def playlist_at(self, index: Index) -> PlaylistId | None:
        """The playlist of a row; None for the row of a new one and for no row."""
        if not index.isValid() or index.row() >= len(self._playlists):
            return None
        return self._playlists[index.row()].id

    def is_new_row(self, index: Index) -> bool:
        """Whether it is the row of a new playlist."""
        return index.isValid() and index.row() == len(self._playlists)

    def index_of(self, playlist_id: PlaylistId | None) -> QModelIndex:
        """The row of a playlist; no row where it is not listed."""
        ids = [one.id for one in self._playlists]
        return self.index(ids.index(playlist_id)) if playlist_id in ids else QModelIndex()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """The playlists, and the row of a new one."""
        return 0 if parent.isValid() else len(self._playlists) + 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows take drops; the names of playlists can be changed."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        flags = (
            Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsDropEnabled
            | Qt.ItemFlag.ItemNeverHasChildren
        )
        is_playlist = self.playlist_at(index) is not None
        return flags | Qt.ItemFlag.ItemIsEditable if is_playlist else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name, number of tracks, and how they are drawn."""
        if self.is_new_row(index):
            return self._of_new_row(role)
        playlist = self._playlists[index.row()]
        words = self._n_tracks(playlist)
        values: dict[int, object] = {
            Qt.ItemDataRole.DisplayRole: one_line(playlist.name),
            Qt.ItemDataRole.EditRole: playlist.name,
            Qt.ItemDataRole.ToolTipRole: plain_tooltip(f"{playlist.name}\n{words}"),
            Qt.ItemDataRole.AccessibleTextRole: f"{playlist.name}, {words}",
            Role.COUNT: playlist.n_tracks,
            Role.ICON_NAME: "playlist",
        }
        return values.get(role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Rename a playlist; the new name is seen once it is written."""
        playlist_id = self.playlist_at(index)
        if playlist_id is None or role != Qt.ItemDataRole.EditRole:
            return False
        name = str(value).strip()
        if name and name != self._playlists[index.row()].name:
            self._edits.rename(playlist_id, name)
        return True

    def _of_new_row(self, role: int) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.tr("New playlist")
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tr("Make a playlist (Ctrl+N); tracks dropped here make one of them")
        if role == Role.ICON_NAME:
            return "plus"
        return True if role == Role.IS_DIM else None

    def _n_tracks(self, playlist: PlaylistSummary) -> str:
        if playlist.n_tracks == 1:
            return self.tr("1 track")
        return self.tr("{count:,} tracks").format(count=playlist.n_tracks)

    def _follow(self, change: LibraryChanged) -> None:
        if change.playlists:
            self._read()

    def _read_again(self, _notices: tuple[str, ...]) -> None:
        """The library was opened for writing, and may have been brought back from a copy."""
        self._read()

    def _read(self) -> None:
        def read(services: "Services") -> "Lists":
            playlists = services.catalog.playlists
            return playlists.summaries(), playlists.deleted_summaries()

        self._background.read(read, on_success=self._show, parent=self, replaces="playlist list")

    def _show(self, lists: "Lists") -> None:
        playlists, self._deleted = lists
        if _ids(playlists) == _ids(self._playlists):
            self._playlists = playlists
            self.dataChanged.emit(self.index(0), self.index(len(playlists)))
        else:
            self.beginResetModel()
            self._playlists = playlists
            self.endResetModel()
        self.listed.emit()


def _ids(playlists: Sequence[PlaylistSummary]) -> list[PlaylistId]:
    return [playlist.id for playlist in playlists]

"""Albums as a list, for a grid of covers."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from library.listing import Album
from ui.plain_text import one_line, plain_tooltip
from ui.words import long_time

_NOWHERE = QModelIndex()
_FLAGS = (
    Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsDragEnabled
    | Qt.ItemFlag.ItemNeverHasChildren
)


class AlbumModel(QAbstractListModel):
    """Albums in the order in which they were found."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin without albums."""
        super().__init__(parent)
        self._albums: list[Album] = []

    @property
    def albums(self) -> list[Album]:
        """The albums in order; not to be changed."""
        return self._albums

    def show_albums(self, albums: list[Album]) -> None:
        """Show other albums."""
        if albums != self._albums:
            self.beginResetModel()
            self._albums = albums
            self.endResetModel()

    def second_line(self, album: Album) -> str:
        """Artist and year of an album."""
        artist = one_line(album.artist) or self.tr("Several artists")
        return f"{artist} · {album.year}" if album.year else artist

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        """How many albums there are."""
        return 0 if parent.isValid() else len(self._albums)

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        """Every album can be selected and dragged."""
        return _FLAGS

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The title; all that is known, as a tooltip and for a screen reader."""
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(self._albums[index.row()].title)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip("\n".join(self._lines(self._albums[index.row()])))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(self._lines(self._albums[index.row()]))
        return None

    def _lines(self, album: Album) -> list[str]:
        count = self.tr("1 track") if album.n_tracks == 1 else self.tr("{count:,} tracks")
        size = f"{count.format(count=album.n_tracks)}, {long_time(album.duration_s)}"
        return [one_line(album.title), self.second_line(album), size]

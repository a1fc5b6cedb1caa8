"""Albums as covers, thousands of them: play, drag, open the menu of all their tracks."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from library.listing import Album
from library.records import TrackId
from ui.background import Background
from ui.browse.album_delegate import AlbumDelegate
from ui.browse.album_model import AlbumModel
from ui.browse.keys import is_typing
from ui.covers import CoverCache
from ui.drag import tracks_mime
from ui.menu_position import menu_position
from ui.rows.drag_picture import drag_copies
from ui.style import SPACE_PX
from ui.track_actions import Ids, TrackActions
from ui.track_rows import TrackRows

if TYPE_CHECKING:
    from app.browsing import TrackRow
    from app.services import Services

_LEAST_CELL_PX = 148
_MAX_ALBUMS_AT_ONCE = 40


class AlbumGrid(QListView):
    """Covers in rows that fill the width.

    play_asked: the tracks of the chosen albums, and the place to begin at.
    typed: letters that were typed here and belong into the search.
    """

    play_asked = Signal(object, int)
    typed = Signal(str)

    def __init__(
        self,
        background: Background,
        rows: TrackRows,
        covers: CoverCache,
        actions: TrackActions,
        parent: QWidget | None = None,
    ) -> None:
        """Begin without albums."""
        super().__init__(parent)
        self._background = background
        self._rows = rows
        self._actions = actions
        self._model = AlbumModel(self)
        self._delegate = AlbumDelegate(self._model, covers, self)
        self._chosen: tuple[Album, ...] = ()
        self._ids: Ids = ()
        self._waiting: list[Callable[[Ids], None]] = []
        self._set_up_view()
        self.selectionModel().selectionChanged.connect(self._read_tracks)
        self.doubleClicked.connect(lambda _index: self._with_tracks(self._play))
        actions.add_keys(self, lambda: self._ids, play=lambda: self._with_tracks(self._play))
        covers.arrived.connect(lambda _ids: self.viewport().update())

    @property
    def albums(self) -> list[Album]:
        """The albums in order; not to be changed."""
        return self._model.albums

    def show_albums(self, albums: list[Album], *, keeps_place: bool) -> None:
        """Show other albums; where the place is kept, the selected ones stay so."""
        if albums == self._model.albums:
            return
        chosen = {(one.title, one.artist) for one in self.selected_albums()}
        place_px = self.verticalScrollBar().value()
        self._model.show_albums(albums)
        if not keeps_place:
            self.scrollToTop()
            return
        for row, album in enumerate(albums):
            if (album.title, album.artist) in chosen:
                flag = QItemSelectionModel.SelectionFlag.Select
                self.selectionModel().select(self._model.index(row), flag)
        self.doItemsLayout()
        self.verticalScrollBar().setValue(place_px)

    def selected_albums(self) -> list[Album]:
        """The selected albums, in order."""
        ranges = self.selectionModel().selection().toList()
        rows = {row for one in ranges for row in range(one.top(), one.bottom() + 1)}
        return [self._model.albums[row] for row in sorted(rows)]

    def is_busy(self) -> bool:
        """Whether the listener is just pressing or dragging something here."""
        return bool(QGuiApplication.mouseButtons() and self.underMouse())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters go to the search."""
        if is_typing(event):
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Nothing: letters go to the search."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let whole columns fill the width."""
        self._fit()
        super().resizeEvent(event)

    def startDrag(self, _supported: Qt.DropAction) -> None:
        """Carry the tracks of the selected albums, as copies, once they are known."""
        self._with_tracks(self._drag)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the tracks of the selected albums."""
        if self.selected_albums():
            self._with_tracks(partial(self._open_menu, menu_position(self, event)))

    def focusInEvent(self, event: object) -> None:
        """Without a current album the first becomes it."""
        super().focusInEvent(event)  # type: ignore[arg-type]
        if not self.currentIndex().isValid() and self._model.albums:
            flag = QItemSelectionModel.SelectionFlag.NoUpdate
            self.selectionModel().setCurrentIndex(self._model.index(0), flag)

    def changeEvent(self, event: QEvent) -> None:
        """Another font asks for other cells."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _set_up_view(self) -> None:
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        # rows that wrap are laid out in far less time than the free places of the icon mode
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSpacing(0)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setDragEnabled(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Albums"))

    def _fit(self) -> None:
        width_px = self.width() - self.verticalScrollBar().sizeHint().width() - 2
        n_columns = max(1, width_px // _LEAST_CELL_PX)
        cell = self._delegate.set_width(width_px // n_columns)
        if cell != self.gridSize():
            self.setGridSize(QSize(cell.width(), cell.height() + SPACE_PX // 2))

    def _read_tracks(self) -> None:
        """Read the tracks of what is selected, so that a drag can begin at once."""
        albums = tuple(self.selected_albums()[:_MAX_ALBUMS_AT_ONCE])
        self._chosen, self._ids = albums, ()
        self._waiting = []
        if not albums:
            return

        def read(services: "Services") -> "tuple[Ids, list[TrackRow]]":
            from app.browsing import track_rows

            ids = tuple(id_ for one in albums for id_ in services.catalog.album_tracks(one))
            return ids, track_rows(services, ids)

        self._background.read(
            read,
            on_success=partial(self._take_tracks, albums),
            parent=self,
            replaces="album-tracks",
        )

    def _take_tracks(self, albums: tuple[Album, ...], found: "tuple[Ids, list[TrackRow]]") -> None:
        if albums != self._chosen:
            return
        self._ids, rows = found
        self._rows.put(rows)
        waiting, self._waiting = self._waiting, []
        for action in waiting:
            action(self._ids)

    def _with_tracks(self, action: Callable[[Ids], None]) -> None:
        """Do something with the tracks of the selected albums, as soon as they are known."""
        if self._ids:
            action(self._ids)
        elif self._chosen:
            self._waiting.append(action)

    def _play(self, ids: Ids) -> None:
        self.play_asked.emit(list(ids), 0)

    def _open_menu(self, position: QPoint, ids: Ids) -> None:
        self._actions.menu(ids, self).popup(position)

    def _drag(self, ids: Ids) -> None:
        """Begin the drag, unless the button was let go meanwhile."""
        if not QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            return
        drag_copies(self, tracks_mime(ids, self._paths(ids)), self._drag_words(ids))

    def _paths(self, ids: Ids) -> list[bytes]:
        rows = (self._rows.known(track_id) for track_id in ids)
        return [row.track.path for row in rows if row is not None and not row.track.missing]

    def _drag_words(self, ids: tuple[TrackId, ...]) -> str:
        if len(self._chosen) == 1:
            return self._chosen[0].title
        return self.tr("{count:,} tracks").format(count=len(ids))

"""The side bar: where one can go in the window, and the playlists."""

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from app.playlists import is_playlist_file
from library.records import PlaylistId, TrackId
from ui.background import Background
from ui.drag import dragged_files, dragged_tracks
from ui.icons import icon
from ui.plain_text import menu_text
from ui.playlists.edits import PlaylistEdits
from ui.playlists.place_list import PlaceList
from ui.playlists.playlist_list import PlaylistListModel, Role
from ui.style import ROW_PX, SPACE_PX
from ui.track_actions import Ids, TrackActions

if TYPE_CHECKING:
    from app.services import Services

_MAX_DELETED_SHOWN = 15


class Place(StrEnum):
    """The places that are always there; the value is the name of their icon."""

    LIBRARY = "library"
    ALBUMS = "albums"
    QUEUE = "queue"


class SideBar(QWidget):
    """Places and playlists; the one that is shown is marked by `mark`.

    library_asked, albums_asked, queue_asked: go there. playlist_asked, export_asked: show or
    export this playlist. import_asked: playlist files (a tuple of paths), or none: let choose.
    """

    library_asked = Signal()
    albums_asked = Signal()
    queue_asked = Signal()
    playlist_asked = Signal(object)
    export_asked = Signal(object)
    import_asked = Signal(tuple)

    def __init__(
        self,
        background: Background,
        edits: PlaylistEdits,
        actions: TrackActions,
        parent: QWidget | None = None,
    ) -> None:
        """Begin at no place."""
        super().__init__(parent)
        self._background = background
        self._edits = edits
        self._actions = actions
        self._marked: Place | PlaylistId | None = None
        self._to_name: PlaylistId | None = None
        self._current: tuple[int, PlaylistId | None] = (-1, None)
        self._model = PlaylistListModel(background, edits, self)
        self._place_rows = self._make_places()
        self._places = PlaceList(self._place_rows, self._is_queue, self)
        self._lists = PlaceList(self._model, lambda _index: True, self)
        self._make_actions()
        self._lay_out()
        self._connect()

    @property
    def playlists(self) -> PlaceList:
        """The list of playlists."""
        return self._lists

    @property
    def places(self) -> PlaceList:
        """The list of fixed places."""
        return self._places

    def mark(self, place: Place | PlaylistId | None) -> None:
        """Mark the place or the playlist that the window shows."""
        self._marked = place
        rows = {one: row for row, one in enumerate(Place)}
        row = rows.get(place) if isinstance(place, Place) else None
        self._places.mark(QModelIndex() if row is None else self._place_rows.index(row, 0))
        is_list = place is not None and not isinstance(place, Place)
        self._lists.mark(self._model.index_of(place) if is_list else QModelIndex())  # type: ignore[arg-type]

    def set_count(self, place: Place, count: int | None) -> None:
        """Show a number beside a place, or none."""
        self._place_rows.item(list(Place).index(place)).setData(count, Role.COUNT)

    def make_playlist(self) -> None:
        """Make an empty playlist, show it, and let its name be written."""

        def then(playlist_id: PlaylistId) -> None:
            self.playlist_asked.emit(playlist_id)
            self.rename_playlist(playlist_id)

        self._edits.create(then=then)

    def rename_playlist(self, playlist_id: PlaylistId) -> None:
        """Let the name of a playlist be written where it stands, or as soon as it stands there."""
        index = self._model.index_of(playlist_id)
        if not index.isValid():
            self._to_name = playlist_id
        else:
            self._lists.setFocus(Qt.FocusReason.OtherFocusReason)
            self._lists.setCurrentIndex(index)
            self._lists.edit(index)

    def playlist_menu(self, playlist_id: PlaylistId) -> QMenu:
        """What can be done with a playlist, deleted once closed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        add = partial(self._add_to, menu)
        actions = self._actions
        with_tracks = self._with_tracks
        add(self.tr("Play"), "play", lambda: with_tracks(playlist_id, actions.play_wanted.emit))
        add(
            self.tr("Add to queue"),
            "queue",
            lambda: with_tracks(playlist_id, actions.queue_wanted.emit),
        )
        add(
            self.tr("Find similar"),
            "similar",
            lambda: with_tracks(playlist_id, actions.similar_wanted.emit),
        )
        menu.addSeparator()
        add(self.tr("Export…"), "export", lambda: self.export_asked.emit(playlist_id))
        add(self.tr("Duplicate"), "plus", lambda: self._edits.duplicate(playlist_id))
        add(self.tr("Rename"), "rename", lambda: self.rename_playlist(playlist_id), "F2")
        add(self.tr("Delete"), "delete", lambda: self._edits.delete(playlist_id), "Delete")
        return menu

    def _make_places(self) -> QStandardItemModel:
        names = {
            Place.LIBRARY: self.tr("Library"),
            Place.ALBUMS: self.tr("Albums"),
            Place.QUEUE: self.tr("Queue"),
        }
        model = QStandardItemModel(self)
        for place, name in names.items():
            item = QStandardItem(name)
            item.setData(place.value, Role.ICON_NAME)
            item.setEditable(False)
            model.appendRow(item)
        return model

    def _make_actions(self) -> None:
        self.new_action = QAction(icon("plus"), self.tr("New playlist"), self)
        self.new_action.setShortcut(QKeySequence("Ctrl+N"))
        self.new_action.triggered.connect(lambda _=False: self.make_playlist())
        self.import_action = QAction(icon("import"), self.tr("Import playlists…"), self)
        self.import_action.setShortcut(QKeySequence("Ctrl+Shift+O"))
        self.import_action.triggered.connect(lambda _=False: self.import_asked.emit(()))
        self.addActions([self.new_action, self.import_action])
        for text, keys, do in (
            (self.tr("Rename"), "F2", self._rename_current),
            (self.tr("Delete"), "Delete", self._delete_current),
        ):
            action = QAction(text, self._lists)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(lambda _=False, do=do: do())
            self._lists.addAction(action)

    def _lay_out(self) -> None:
        self._places.setAccessibleName(self.tr("Places"))
        self._places.setFixedHeight(ROW_PX * len(Place))
        self._lists.setAccessibleName(self.tr("Playlists"))
        title = QLabel(self.tr("Playlists"))
        title.setForegroundRole(title.foregroundRole().PlaceholderText)
        more = QToolButton()
        more.setIcon(icon("menu"))
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        more.setAccessibleName(self.tr("Make, import and bring back playlists"))
        more.setToolTip(more.accessibleName())
        more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._menu = QMenu(self)
        self._deleted_menu = QMenu(self.tr("Recently deleted"), self)
        self._deleted_menu.setIcon(icon("undo"))
        self._menu.aboutToShow.connect(self._fill_menu)
        more.setMenu(self._menu)
        head = QHBoxLayout()
        head.setContentsMargins(SPACE_PX + 6, 0, SPACE_PX, 0)
        head.addWidget(title, 1)
        head.addWidget(more)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE_PX, 0, 0)
        layout.setSpacing(SPACE_PX // 2)
        layout.addWidget(self._places)
        layout.addSpacing(SPACE_PX)
        layout.addLayout(head)
        layout.addWidget(self._lists, 1)

    def _connect(self) -> None:
        self._places.opened.connect(self._open_place)
        self._places.music_dropped.connect(self._queue_dropped)
        self._lists.opened.connect(self._open_playlist)
        self._lists.music_dropped.connect(self._take)
        self._lists.menu_asked.connect(self._show_menu)
        self._model.modelAboutToBeReset.connect(self._keep_current)
        self._model.modelReset.connect(self._find_current)
        self._model.listed.connect(self._take_lists)

    def _take_lists(self) -> None:
        """The playlists were read anew: mark, offer and name them again."""
        self._actions.set_playlists([(one.id, one.name) for one in self._model.playlists])
        self.mark(self._marked)
        if self._to_name is not None and self._model.index_of(self._to_name).isValid():
            playlist_id, self._to_name = self._to_name, None
            self.rename_playlist(playlist_id)

    def _keep_current(self) -> None:
        current = self._lists.currentIndex()
        self._current = current.row(), self._model.playlist_at(current)

    def _find_current(self) -> None:
        """The same playlist is current again, or the one that came to its place."""
        row, playlist_id = self._current
        index = self._model.index_of(playlist_id)
        if not index.isValid() and row >= 0:
            index = self._model.index(min(row, self._model.rowCount() - 1))
        self._lists.setCurrentIndex(index)

    def _open_place(self, index: QModelIndex) -> None:
        signals = {
            Place.LIBRARY: self.library_asked,
            Place.ALBUMS: self.albums_asked,
            Place.QUEUE: self.queue_asked,
        }
        signals[list(Place)[index.row()]].emit()

    def _open_playlist(self, index: QModelIndex) -> None:
        playlist_id = self._model.playlist_at(index)
        if playlist_id is not None:
            self.playlist_asked.emit(playlist_id)
        elif self._model.is_new_row(index):
            self.make_playlist()

    def _is_queue(self, index: QModelIndex) -> bool:
        return index.isValid() and list(Place)[index.row()] == Place.QUEUE

    def _queue_dropped(self, index: QModelIndex, mime: QMimeData) -> None:
        ids = tuple(dragged_tracks(mime))
        if ids and self._is_queue(index):
            self._actions.queue_wanted.emit(ids)

    def _take(self, index: QModelIndex, mime: QMimeData) -> None:
        """Put what was dropped into a playlist, or make one of it."""
        playlist_id, ids = self._model.playlist_at(index), dragged_tracks(mime)
        files = dragged_files(mime)
        lists = tuple(path for path in files if is_playlist_file(path))
        if playlist_id is not None:
            if ids:
                self._edits.append(playlist_id, ids)
            elif files:
                self._edits.append_files(playlist_id, files)
        elif ids:
            self._edits.create("", ids, then=self.rename_playlist)
        elif lists:
            self.import_asked.emit(lists)
        elif files:
            self._edits.create_from_files(files, then=self.rename_playlist)

    def _rename_current(self) -> None:
        playlist_id = self._model.playlist_at(self._lists.currentIndex())
        if playlist_id is not None:
            self.rename_playlist(playlist_id)

    def _delete_current(self) -> None:
        playlist_id = self._model.playlist_at(self._lists.currentIndex())
        if playlist_id is not None:
            self._edits.delete(playlist_id)

    def _show_menu(self, index: QModelIndex, position: QPoint) -> None:
        playlist_id = self._model.playlist_at(index)
        menu = self._menu if playlist_id is None else self.playlist_menu(playlist_id)
        menu.popup(position)

    def _fill_menu(self) -> None:
        self._menu.clear()
        self._menu.addActions([self.new_action, self.import_action])
        self._menu.addSeparator()
        deleted = self._model.deleted[:_MAX_DELETED_SHOWN]
        self._menu.addMenu(self._deleted_menu)
        self._deleted_menu.setEnabled(bool(deleted))
        self._deleted_menu.clear()
        for playlist in deleted:
            self._deleted_menu.addAction(
                menu_text(playlist.name), partial(self._edits.restore, playlist.id)
            )

    def _add_to(
        self, menu: QMenu, text: str, icon_name: str, do: Callable[[], None], keys: str = ""
    ) -> None:
        # the list listens to the key; here it is only shown
        shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        action = menu.addAction(icon(icon_name), f"{text}\t{shown}" if keys else text)
        action.triggered.connect(lambda _=False: do())

    def _with_tracks(self, playlist_id: PlaylistId, do: Callable[[Ids], None]) -> None:
        def read(services: "Services") -> tuple[TrackId, ...]:
            entries = services.catalog.playlists.get(playlist_id).entries
            return tuple(entry.track_id for entry in entries)

        def done(ids: Ids) -> None:
            if ids:
                do(ids)

        self._background.read(read, on_success=done, parent=self)

"""A playlist on a page: what it is, what can be done with it, its tracks."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from library.records import LibraryChanged, PlaylistId, PlaylistOverview, TrackId
from ui.background import Background
from ui.icons import icon
from ui.playlists.edits import EditEnd, PlaylistEdits
from ui.playlists.entry_table import EntryTable
from ui.playlists.playlist_model import PlaylistModel
from ui.rows.page_head import about_label, lay_out_page, name_label, page_button, page_key
from ui.style import SPACE_PX
from ui.track_actions import Ids, TrackActions
from ui.track_rows import TrackRows
from ui.words import long_time

if TYPE_CHECKING:
    from app.services import Services

_REFRESH_MS = 250


class PlaylistPage(QWidget):
    """One playlist.

    play_asked: its tracks (a list) and the place to begin at; shuffle_asked: its tracks, to be
    played in any order; export_asked, rename_asked: the playlist; gone: it was deleted.
    """

    play_asked = Signal(object, int)
    shuffle_asked = Signal(object)
    export_asked = Signal(object)
    rename_asked = Signal(object)
    gone = Signal()

    def __init__(
        self,
        background: Background,
        rows: TrackRows,
        edits: PlaylistEdits,
        actions: TrackActions,
        parent: QWidget | None = None,
    ) -> None:
        """Begin without a playlist."""
        super().__init__(parent)
        self._background = background
        self._edits = edits
        self._actions = actions
        self._model = PlaylistModel(rows, edits, self)
        self._table = EntryTable(self._model, actions, self)
        self._name = name_label()
        self._about = about_label()
        self._play = self._play_button()
        button, export = partial(page_button, self), self.tr("Export…")
        self._shuffle = button(self.tr("Shuffle"), self._shuffle_all, icon_name="shuffle")
        self._similar = button(self.tr("Find similar"), self._find_similar, icon_name="similar")
        self._export = button(export, self._ask_export, icon_name="export", keys="Ctrl+E")
        self._undo = button(self.tr("Undo"), self.undo, icon_name="undo", keys="Ctrl+Z")
        self._redo = button(self.tr("Redo"), self.redo, icon_name="redo", keys="Ctrl+Shift+Z")
        page_key(self, self.tr("Rename"), self._ask_rename, keys="F2")
        self._later = QTimer(self, singleShot=True, interval=_REFRESH_MS)
        self._later.timeout.connect(self._read)
        self._lay_out()
        self._table.play_asked.connect(self.play_asked)
        self._model.overview_changed.connect(self._show_header)
        self._model.rowsInserted.connect(self._show_header)
        self._model.rowsRemoved.connect(self._show_header)
        self._model.gone.connect(self._leave)
        self._model.outdated.connect(self._read)
        background.library_changed.connect(self._follow)
        edits.ended.connect(self._settle)
        self._show_header()

    @property
    def playlist_id(self) -> PlaylistId | None:
        """The playlist on the page."""
        return self._model.playlist_id

    @property
    def table(self) -> EntryTable:
        """Its tracks."""
        return self._table

    def show_playlist(self, playlist_id: PlaylistId) -> None:
        """Show a playlist, unless it is the one that is shown."""
        if playlist_id != self._model.playlist_id:
            self._model.choose(playlist_id)
            self._read()

    def set_playing(self, track_id: TrackId | None) -> None:
        """Mark the track that plays."""
        self._model.set_playing(track_id)

    def undo(self) -> None:
        """Take the last change of the playlist back."""
        if self.playlist_id is not None:
            self._edits.undo(self.playlist_id)

    def redo(self) -> None:
        """Do again what was undone last."""
        if self.playlist_id is not None:
            self._edits.redo(self.playlist_id)

    def _lay_out(self) -> None:
        self.setAccessibleName(self.tr("Playlist"))
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_PX // 2)
        for button in (self._play, self._shuffle, self._similar, self._export):
            buttons.addWidget(button)
        buttons.addStretch()
        for button in (self._undo, self._redo):
            buttons.addWidget(button)
        head = QVBoxLayout()
        head.addWidget(self._name)
        head.addWidget(self._about)
        head.addSpacing(SPACE_PX // 2)
        head.addLayout(buttons)
        lay_out_page(self, head, self._table)

    def _play_button(self) -> QPushButton:
        button = QPushButton(icon("play"), self.tr("Play"), self)
        button.setAutoDefault(False)
        button.setToolTip(self.tr("Play the playlist from its beginning"))
        button.clicked.connect(lambda _=False: self._play_all())
        return button

    def _read(self) -> None:
        """Ask for the playlist; an edit meanwhile brings something newer than the answer."""
        playlist_id = self.playlist_id
        if playlist_id is None:
            return
        n_edits = self._model.n_edits_heard_of

        def read(services: "Services") -> PlaylistOverview | None:
            return services.catalog.playlists.overview(playlist_id)

        def show(overview: PlaylistOverview | None) -> None:
            if playlist_id != self.playlist_id or n_edits != self._model.n_edits_heard_of:
                return
            if overview is None:
                self._leave()
            else:
                self._model.show_overview(overview)

        def fail(error: Exception) -> None:
            if playlist_id == self.playlist_id:
                self._leave()
            self._background.failed.emit(error)

        self._background.read(
            read, on_success=show, on_failure=fail, parent=self, replaces="playlist page"
        )

    def _leave(self) -> None:
        """The playlist is deleted; it is read anew if it comes back and is shown again."""
        self._model.choose(None)
        self.gone.emit()

    def _follow(self, change: LibraryChanged) -> None:
        """Read again what changed by other ways than an edit, and not more often than needed."""
        mine = self.playlist_id in change.playlists
        if mine or change.added or change.updated or change.removed or change.roots:
            self._later.start()

    def _settle(self, playlist_id: PlaylistId, end: EditEnd) -> None:
        """An edit has brought the truth: there is nothing left to read."""
        if playlist_id == self.playlist_id and end.overview is not None:
            self._later.stop()

    def _show_header(self) -> None:
        overview, n_tracks = self._model.overview, self._model.rowCount()
        self._name.setText("" if overview is None else overview.playlist.name)
        self._about.setText("" if overview is None else self._words(overview, n_tracks))
        for button in (self._play, self._shuffle, self._similar, self._export):
            button.setEnabled(bool(n_tracks))
        self._undo.setEnabled(overview is not None and overview.can_undo)
        self._redo.setEnabled(overview is not None and overview.can_redo)
        self._table.set_empty_text(
            ""
            if overview is None
            else self.tr(
                "This playlist is empty.\n\nDrop tracks or files here, or right-click tracks in"
                " the library and choose “Add to playlist”."
            )
        )

    def _words(self, overview: PlaylistOverview, n_tracks: int) -> str:
        """How many tracks there are, how long they last, how many are missing."""
        count = self.tr("1 track") if n_tracks == 1 else self.tr("{count:,} tracks")
        words = [count.format(count=n_tracks)]
        if n_tracks:
            words.append(long_time(overview.duration_s))
        if overview.n_missing:
            words.append(self.tr("{count:,} missing").format(count=overview.n_missing))
        return " · ".join(words)

    def _play_all(self) -> None:
        self.play_asked.emit(list(self._model.ids), 0)

    def _shuffle_all(self) -> None:
        self.shuffle_asked.emit(list(self._model.ids))

    def _find_similar(self) -> None:
        ids: Ids = tuple(dict.fromkeys(self._model.ids))
        self._actions.similar_wanted.emit(ids)

    def _ask_export(self) -> None:
        self.export_asked.emit(self.playlist_id)

    def _ask_rename(self) -> None:
        if self.playlist_id is not None:
            self.rename_asked.emit(self.playlist_id)

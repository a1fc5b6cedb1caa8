"""What can be done with tracks, wherever they are listed: one set of signals and one menu."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from library.records import PlaylistId, TrackId
from ui.icons import icon
from ui.plain_text import menu_text

Ids = tuple[TrackId, ...]

PLAY = "Return"
PLAY_NEXT = "Ctrl+Shift+D"
QUEUE = "Ctrl+D"
SIMILAR = "Ctrl+Return"
SEED = "Ctrl+Shift+Return"
UNWANTED_SEED = "Ctrl+Shift+L"
PROPERTIES = "Alt+Return"


class TrackActions(QObject):
    """Wishes of the listener about some tracks; the window connects them with who fulfils them.

    Every signal carries a tuple of track ids, in the order of the list that they come from.
    """

    play_wanted = Signal(tuple)
    play_next_wanted = Signal(tuple)
    queue_wanted = Signal(tuple)
    similar_wanted = Signal(tuple)  # these become the only seeds
    seeds_wanted = Signal(tuple)  # added to the seeds
    unwanted_seeds_wanted = Signal(tuple)  # added as what the matches shall not be like
    exclusion_wanted = Signal(tuple)  # never among the matches of these seeds
    playlist_wanted = Signal(tuple, object)  # a PlaylistId, or None for a new playlist
    folder_wanted = Signal(tuple)
    properties_wanted = Signal(tuple)

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin without playlists."""
        super().__init__(parent)
        self._playlists: tuple[tuple[PlaylistId, str], ...] = ()

    def set_playlists(self, playlists: Sequence[tuple[PlaylistId, str]]) -> None:
        """Say which playlists tracks can be added to, in order."""
        self._playlists = tuple(playlists)

    def menu(self, ids: Ids, parent: QWidget) -> QMenu:
        """The context menu of these tracks, deleted once closed; a panel may add to it."""
        menu = QMenu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        add = partial(self._add, menu, ids)
        add(self.tr("Play"), "play", self.play_wanted, PLAY)
        add(self.tr("Play next"), "play-next", self.play_next_wanted, PLAY_NEXT)
        add(self.tr("Add to queue"), "queue", self.queue_wanted, QUEUE)
        menu.addSeparator()
        add(self.tr("Find similar"), "similar", self.similar_wanted, SIMILAR)
        add(self.tr("Add to seeds"), "plus", self.seeds_wanted, SEED)
        add(self.tr("Less of this"), "less", self.unwanted_seeds_wanted, UNWANTED_SEED)
        add(self.tr("Exclude from matches"), "exclude", self.exclusion_wanted)
        menu.addSeparator()
        self._add_playlists(menu, ids)
        menu.addSeparator()
        add(self.tr("Show in folder"), "folder", self.folder_wanted)
        add(self.tr("Properties"), "info", self.properties_wanted, PROPERTIES)
        menu.setEnabled(bool(ids))
        return menu

    def add_keys(
        self,
        view: QWidget,
        selected: Callable[[], Ids],
        *,
        play: Callable[[], None] | None = None,
    ) -> None:
        """Let a view that has the focus listen to the keys that the menu shows.

        Args:
            view: a list of tracks.
            selected: says which of them are meant.
            play: what Return does there instead of playing these.
        """
        for keys in (PLAY, "Enter"):
            self._add_key(
                view, keys, play or partial(self._send_selected, self.play_wanted, selected)
            )
        for keys, signal in (
            (PLAY_NEXT, self.play_next_wanted),
            (QUEUE, self.queue_wanted),
            (SIMILAR, self.similar_wanted),
            ("Ctrl+Enter", self.similar_wanted),
            (SEED, self.seeds_wanted),
            (UNWANTED_SEED, self.unwanted_seeds_wanted),
            (PROPERTIES, self.properties_wanted),
        ):
            self._add_key(view, keys, partial(self._send_selected, signal, selected))

    def _add_key(self, view: QWidget, keys: str, action: Callable[[], None]) -> None:
        added = QAction(view)
        added.setShortcut(QKeySequence(keys))
        added.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        added.triggered.connect(lambda _=False: action())
        view.addAction(added)

    def _send_selected(self, signal: SignalInstance, selected: Callable[[], Ids]) -> None:
        if ids := selected():
            signal.emit(ids)

    def _add(  # noqa: PLR0917 - the first two are bound once
        self,
        menu: QMenu,
        ids: Ids,
        text: str,
        icon_name: str,
        signal: SignalInstance,
        keys: str = "",
    ) -> None:
        # The key is shown here; the list that the menu belongs to listens to it.
        shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        action = menu.addAction(icon(icon_name), f"{text}\t{shown}" if keys else text)
        action.triggered.connect(lambda: signal.emit(ids))

    def _add_playlists(self, menu: QMenu, ids: Ids) -> None:
        playlists = menu.addMenu(icon("playlist"), self.tr("Add to playlist"))
        new = playlists.addAction(icon("plus"), self.tr("New playlist…"))
        new.triggered.connect(lambda: self.playlist_wanted.emit(ids, None))
        playlists.addSeparator()
        for playlist_id, name in self._playlists:
            action = playlists.addAction(menu_text(name))
            action.triggered.connect(
                lambda _checked=False, id_=playlist_id: self.playlist_wanted.emit(ids, id_)
            )

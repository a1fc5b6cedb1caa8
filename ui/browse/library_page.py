"""The library: a search, a column browser, and the tracks or albums that answer to both."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from library.records import LibraryChanged, TrackId
from ui.background import Background
from ui.browse.album_grid import AlbumGrid
from ui.browse.column_browser import ColumnBrowser
from ui.browse.empty_place import EmptyPlace
from ui.browse.questions import (
    FACETS,
    NOTHING_CHOSEN,
    Albums,
    AllTracks,
    Asked,
    Facets,
    FirstTracks,
    albums,
    all_tracks,
    facets,
    first_tracks,
)
from ui.browse.search_line import SearchLine
from ui.browse.track_table import TrackTable
from ui.covers import CoverCache
from ui.track_actions import TrackActions
from ui.track_rows import TrackRows
from ui.words import long_time

if TYPE_CHECKING:
    from app.services import Services

T = TypeVar("T")

_KEYS_REST_MS = 150  # what is not in sight is asked for once nobody types
_REFRESH_EVERY_MS = 1_000
_BROWSER_HEIGHT_PX = 190


class LibraryPage(QWidget):
    """All tracks, or all albums, narrowed by what is searched and chosen.

    play_asked: a list of track ids (not to be changed) and the place to begin at.
    folders_asked, demo_asked: the library is empty, and the listener wants to change that.
    albums_shown: whether the page turned to albums (True) or to tracks.
    """

    play_asked = Signal(object, int)
    folders_asked = Signal()
    demo_asked = Signal()
    albums_shown = Signal(bool)

    def __init__(
        self,
        background: Background,
        rows: TrackRows,
        covers: CoverCache,
        actions: TrackActions,
        parent: QWidget | None = None,
    ) -> None:
        """Begin with all tracks, read as soon as the page is first shown or asked."""
        super().__init__(parent)
        self._background = background
        self._rows = rows
        self._asked: Asked | None = None
        self._answered: Asked | None = None
        self._shows_albums = False
        self._wanted_track: TrackId | None = None
        self._playing: TrackId | None = None
        self._outdated = False
        self._has_begun = False
        self._panes_wait = False
        self._first_outdated = 0
        self._unanswered: set[str] = set()
        self._line = SearchLine()
        self._browser = ColumnBrowser()
        self._browser.hide()
        self._table = TrackTable(background, rows, actions)
        self._grid = AlbumGrid(background, rows, covers, actions)
        self._empty = EmptyPlace()
        self._lay_out()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask)
        self._rest_later = QTimer(self, singleShot=True, interval=_KEYS_REST_MS)
        self._rest_later.timeout.connect(self._ask_for_rest)
        self._refresh_soon = QTimer(self, singleShot=True, interval=_REFRESH_EVERY_MS)
        self._refresh_soon.timeout.connect(self._refresh_if_outdated)
        self._add_actions()
        self._connect()

    def show_tracks(self) -> None:
        """Show what was found as tracks."""
        self._turn_to(albums_too=False)

    def show_albums(self) -> None:
        """Show what was found as albums."""
        self._turn_to(albums_too=True)

    def search(self, text: str) -> None:
        """Search for this, whatever was chosen before."""
        self._browser.choose(NOTHING_CHOSEN)
        self._line.set_text(text)
        self._ask_soon()

    def select_track(self, track_id: TrackId) -> None:
        """Show a track in the table, selected; a search that leaves it out is cleared."""
        self.show_tracks()
        self._wanted_track = track_id
        if self._asked is not None and self._find_wanted(is_all=False):
            return
        if self._asked is None or self._asked.narrows:
            self.clear_search()
        else:
            self._ask_soon()

    def jump_to_playing(self) -> None:
        """Show the track that plays."""
        if self._playing is not None:
            self.select_track(self._playing)

    def set_playing(self, track_id: TrackId | None) -> None:
        """Mark the track that plays."""
        self._playing = track_id
        self._table.set_playing(track_id)
        self.jump_action.setEnabled(track_id is not None)

    def clear_search(self) -> None:
        """Show everything again."""
        self.search("")

    def focus_search(self) -> None:
        """Give the keys to the search."""
        self._line.focus()

    def focus_list(self) -> None:
        """Give the keys to what was found."""
        found = self._grid if self._shows_albums else self._table
        found.setFocus(Qt.FocusReason.OtherFocusReason)

    def save_state(self) -> dict[str, object]:
        """Search, columns and sizes as plain data."""
        return {
            "albums": self._shows_albums,
            "text": self._line.text,
            "table": self._table.header.save_state(),
            "browser": self._browser.save_state(),
            "browser_shown": self.browser_action.isChecked(),
            "sizes": self._splitter.sizes(),
        }

    def restore_state(self, state: Mapping[str, object]) -> None:
        """Bring back what `save_state` said; nonsense is left out."""
        table, browser, sizes = (state.get(name) for name in ("table", "browser", "sizes"))
        if isinstance(table, dict):
            self._table.header.restore_state(table)
        if isinstance(browser, dict):
            self._browser.restore_state(browser)
        if isinstance(sizes, list) and len(sizes) == self._splitter.count():
            self._splitter.setSizes([size for size in sizes if isinstance(size, int)])
        self.browser_action.setChecked(state.get("browser_shown") is True)
        text = state.get("text")
        self._line.set_text(text if isinstance(text, str) else "")
        self._turn_to(albums_too=state.get("albums") is True)

    def showEvent(self, event: object) -> None:
        """Read the library when it is first looked at."""
        super().showEvent(event)  # type: ignore[arg-type]
        if self._asked is None:
            self._ask_soon()

    def _lay_out(self) -> None:
        self._found = QStackedWidget()
        for widget in (self._table, self._grid, self._empty):
            self._found.addWidget(widget)
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self._browser)
        self._splitter.addWidget(self._found)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([_BROWSER_HEIGHT_PX, 4 * _BROWSER_HEIGHT_PX])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._line)
        layout.addWidget(self._splitter, 1)

    def _add_actions(self) -> None:
        """Actions with their keys, for the window to add to itself and to its menus."""
        self.find_action = QAction(self.tr("Search the library"), self)
        self.find_action.setShortcut("Ctrl+F")
        self.find_action.triggered.connect(self.focus_search)
        self.browser_action = QAction(self.tr("Genres, artists and albums"), self)
        self.browser_action.setShortcut("Ctrl+B")
        self.browser_action.setCheckable(True)
        self.browser_action.toggled.connect(self._show_browser)
        self.jump_action = QAction(self.tr("Show the playing track"), self)
        self.jump_action.setShortcut("Ctrl+J")
        self.jump_action.setEnabled(False)
        self.jump_action.triggered.connect(self.jump_to_playing)

    def _connect(self) -> None:
        self._line.text_changed.connect(self._ask_soon)
        self._line.left.connect(self.focus_list)
        self._line.browser_toggled.connect(self.browser_action.setChecked)
        self._line.columns_asked.connect(self._open_columns)
        self._browser.chosen_changed.connect(self._take_choice)
        for found in (self._table, self._grid):
            found.play_asked.connect(self.play_asked)
            found.typed.connect(self._line.type_on)
        self._table.order_changed.connect(self._ask_soon)
        self._background.library_changed.connect(self._take_change)

    def _open_columns(self, position: QPoint) -> None:
        self._table.header.menu().popup(position)

    def _turn_to(self, *, albums_too: bool) -> None:
        if albums_too == self._shows_albums and self._asked is not None:
            return
        self._shows_albums = albums_too
        self._line.set_columns_enabled(enabled=not albums_too)
        self._asked = None
        self._ask_soon()
        self.albums_shown.emit(albums_too)

    def _show_browser(self, shown: bool) -> None:
        self._browser.setVisible(shown)
        self._line.set_browser_shown(shown=shown)
        if shown:
            self._ask_for_facets(0)
        elif any(self._browser.chosen):
            self._browser.choose(NOTHING_CHOSEN)
            self._ask_soon()

    def _wanted(self) -> Asked:
        return Asked(self._line.text, self._browser.chosen, self._table.header.order)

    def _ask_soon(self) -> None:
        self._soon.start()

    def _take_choice(self, level: int) -> None:
        self._ask()
        self._ask_for_facets(level + 1)

    def _ask(self) -> None:
        """Ask for what is wanted now: its beginning at once, all of it once nobody types."""
        before, asked = self._asked, self._wanted()
        self._asked = asked
        self._has_begun = False
        self._panes_wait |= before is None or before.text != asked.text
        self._rest_later.start()
        if self._shows_albums:
            self._browse("all", albums(asked), self._take_albums)
        elif asked.begins_at_once:
            self._background.read(
                first_tracks(asked),
                on_success=self._take_first,
                parent=self,
                replaces="library-first",
            )
        else:
            self._ask_for_all(asked)

    def _ask_for_rest(self) -> None:
        """Ask for all of what the beginning is shown of, and for the panes."""
        if self._has_begun and self._asked is not None:
            self._ask_for_all(self._asked)
        if self._panes_wait:
            self._panes_wait = False
            self._ask_for_facets(0)

    def _ask_for_all(self, asked: Asked) -> None:
        self._has_begun = False
        self._browse("all", all_tracks(asked), self._take_all)

    def _ask_for_facets(self, first: int) -> None:
        """Ask for the panes from one on, and for those that were asked for and did not come yet."""
        self._first_outdated = min(first, self._first_outdated)
        if self.browser_action.isChecked():
            self._browse("facets", facets(self._wanted(), self._first_outdated), self._take_facets)

    def _browse(
        self, name: str, work: "Callable[[Services], T]", take: Callable[[T], None]
    ) -> None:
        """Ask what may take longer; the library is not read anew before that is answered."""

        def answer(found: T) -> None:
            self._unanswered.discard(name)
            take(found)

        def fail(error: Exception) -> None:
            self._unanswered.discard(name)
            self._background.failed.emit(error)

        self._unanswered.add(name)
        self._background.browse(
            work, on_success=answer, on_failure=fail, parent=self, replaces=f"library-{name}"
        )

    def _take_first(self, found: FirstTracks) -> None:
        if found.asked != self._asked or self._shows_albums:
            return
        self._rows.put(found.rows)
        self._line.show_notices(found.notices)
        if found.ids:
            self._show_ids(found.asked, found.ids)
        if found.is_all and found.ids:
            self._finish_tracks(found.ids, found.duration_s)
        elif found.ids and self._rest_later.isActive():
            self._has_begun = True
        else:
            self._ask_for_all(found.asked)

    def _take_all(self, found: AllTracks) -> None:
        if found.asked != self._asked or self._shows_albums:
            return
        if self._table.is_busy():
            self._refresh_later()
            return
        self._rows.put(found.rows)
        self._line.show_notices(found.notices)
        self._show_ids(found.asked, found.ids)
        if not found.ids:
            self._show_nothing(has_folders=found.has_folders)
        self._finish_tracks(found.ids, found.duration_s)

    def _show_ids(self, asked: Asked, ids: list[TrackId]) -> None:
        """Show tracks; where they answer to what was asked before, nothing moves."""
        self._table.show_ids(ids, keeps_place=asked == self._answered)
        self._answered = asked
        self._found.setCurrentWidget(self._table)

    def _finish_tracks(self, ids: list[TrackId], duration_s: float) -> None:
        one, several = self.tr("1 track"), self.tr("{count:,} tracks")
        count = (one if len(ids) == 1 else several).format(count=len(ids))
        words = f"{count} · {long_time(duration_s)}" if ids else ""
        self._line.show_count(words, count)
        self._find_wanted(is_all=True)

    def _take_albums(self, found: Albums) -> None:
        if found.asked != self._asked or not self._shows_albums:
            return
        self._line.show_notices(found.notices)
        keeps_place = self._found.currentWidget() is self._grid
        self._grid.show_albums(found.albums, keeps_place=keeps_place)
        if found.albums:
            self._found.setCurrentWidget(self._grid)
        else:
            self._show_nothing(has_folders=found.has_folders)
        one, several = self.tr("1 album"), self.tr("{count:,} albums")
        n_albums = len(found.albums)
        count = (one if n_albums == 1 else several).format(count=n_albums)
        self._line.show_count(count if n_albums else "", count)

    def _take_facets(self, found: Facets) -> None:
        self._first_outdated = len(FACETS)
        self._browser.show_counts(found.first, found.counts)

    def _find_wanted(self, *, is_all: bool) -> bool:
        """Select the track that is to be shown, if it is there."""
        if self._wanted_track is None:
            return False
        found = self._table.select_track(self._wanted_track)
        if found or is_all:
            self._wanted_track = None
        if found:
            self.focus_list()
        return found

    def _show_nothing(self, *, has_folders: bool) -> None:
        """Say why there is nothing, and what to do."""
        assert self._asked is not None  # this answers it
        if self._asked.narrows:
            self._empty.say(
                "search",
                self.tr("Nothing found"),
                self.tr("No track answers to this search and to what is chosen above.")
                if any(self._asked.chosen)
                else self.tr("No track answers to this search."),
                {self.tr("Clear the search"): self.clear_search},
            )
        elif has_folders:
            self._empty.say(
                "clock",
                self.tr("No music yet"),
                self.tr("Tracks appear here as soon as Segue has read them in your folders."),
                {},
            )
        else:
            self._empty.say(
                "library",
                self.tr("Where is your music?"),
                self.tr("Choose the folders that it lies in. Segue reads it and changes nothing."),
                {
                    self.tr("Choose folders…"): self.folders_asked.emit,
                    self.tr("Try the demo collection"): self.demo_asked.emit,
                },
            )
        self._found.setCurrentWidget(self._empty)

    def _take_change(self, change: LibraryChanged) -> None:
        if change.added or change.updated or change.removed or change.roots:
            self._outdated = True
            if not self._refresh_soon.isActive():
                self._refresh_if_outdated()

    def _refresh_later(self) -> None:
        self._outdated = True
        self._refresh_soon.start()

    def _refresh_if_outdated(self) -> None:
        """Ask again, at most once a second, not while the listener holds something here.

        Nor before the last answer came, which would be out of date on its arrival.
        """
        if not self._outdated or self._asked is None:
            return
        self._refresh_soon.start()
        if self._unanswered or self._table.is_busy() or self._grid.is_busy():
            return
        self._outdated = False
        if self._shows_albums:
            self._ask()
        else:
            self._ask_for_all(self._asked)
        self._ask_for_facets(0)

"""Going from place to place in the middle of the window."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from library.records import PlaylistId
from ui.panels import Panels
from ui.playlists.side_bar import Place

Where = Place | PlaylistId


class Navigation(QObject):
    """Which page is shown. `arrived` names the place that is shown now."""

    arrived = Signal(object)

    def __init__(self, panels: Panels, parent: QObject | None = None) -> None:
        """Begin in the library."""
        super().__init__(parent)
        self._panels = panels
        self._here: Where = Place.LIBRARY
        self._has_folders = True
        side_bar = panels.side_bar
        side_bar.library_asked.connect(lambda: self.go_to(Place.LIBRARY))
        side_bar.albums_asked.connect(lambda: self.go_to(Place.ALBUMS))
        side_bar.queue_asked.connect(lambda: self.go_to(Place.QUEUE))
        side_bar.playlist_asked.connect(self.go_to)
        panels.library.albums_shown.connect(self._follow_library)
        panels.library.find_action.triggered.connect(self._show_search)
        panels.playlist.gone.connect(self._leave_playlist)
        self._mark()

    @property
    def here(self) -> Where:
        """The place that is shown."""
        return self._here

    def go_to(self, place: Where) -> None:
        """Show a place."""
        panels = self._panels
        self._here = place
        if place in (Place.LIBRARY, Place.ALBUMS) and not self._has_folders:
            panels.pages.setCurrentWidget(panels.first_start)
        elif place == Place.LIBRARY:
            panels.library.show_tracks()
            panels.pages.setCurrentWidget(panels.library)
        elif place == Place.ALBUMS:
            panels.library.show_albums()
            panels.pages.setCurrentWidget(panels.library)
        elif place == Place.QUEUE:
            panels.pages.setCurrentWidget(panels.queue)
        else:
            panels.playlist.show_playlist(place)
            panels.pages.setCurrentWidget(panels.playlist)
        self._mark()

    def set_has_folders(self, *, has_folders: bool) -> None:
        """Say whether the library has folders; where it has none, it is asked for some."""
        if has_folders != self._has_folders:
            self._has_folders = has_folders
            if self._here in (Place.LIBRARY, Place.ALBUMS):
                self.go_to(self._here)

    def save(self) -> dict[str, Any]:
        """The place as plain data."""
        is_list = not isinstance(self._here, Place)
        return {"playlist": self._here} if is_list else {"place": str(self._here)}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go where `save` was called; a playlist that is gone leads to the library."""
        playlist, place = state.get("playlist"), state.get("place")
        if isinstance(playlist, int):
            self.go_to(PlaylistId(playlist))
        elif place in tuple(Place):
            self.go_to(Place(place))

    def _follow_library(self, shows_albums: bool) -> None:
        """The library page has turned to albums or tracks by itself."""
        if self._here in (Place.LIBRARY, Place.ALBUMS):
            self._here = Place.ALBUMS if shows_albums else Place.LIBRARY
            self._mark()

    def _show_search(self) -> None:
        """The search is in the library, wherever the listener is."""
        if self._here not in (Place.LIBRARY, Place.ALBUMS):
            self.go_to(Place.LIBRARY)
        self._panels.library.focus_search()

    def _leave_playlist(self) -> None:
        if not isinstance(self._here, Place):
            self.go_to(Place.LIBRARY)

    def _mark(self) -> None:
        self._panels.side_bar.mark(self._here)
        self.arrived.emit(self._here)

"""Who hears of what: the wishes of one panel, fulfilled by another."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.errors import SettingsError
from app.queue import PlayQueue
from app.queue_data import queue_as_json, restore_queue
from app.sentences import sentence_of
from library.records import LibraryChanged, PlaylistId, TrackId, display_path
from ui.dialogs import Dialogs
from ui.navigation import Navigation
from ui.panels import Panels
from ui.plain_text import one_line
from ui.playing.lookup import Playing
from ui.playlists.side_bar import Place
from ui.track_actions import Ids

if TYPE_CHECKING:
    from app.folders import FoldersAdded
    from app.services import Services
    from app.settings import Settings


class Wiring(QObject):
    """Connects the panels of a window with each other."""

    def __init__(
        self,
        panels: Panels,
        navigation: Navigation,
        dialogs: Dialogs,
        window: QWidget,
    ) -> None:
        """Connect everything; nothing is asked of the library before `begin`."""
        super().__init__(window)
        self._panels = panels
        self._navigation = navigation
        self._dialogs = dialogs
        self._window = window
        self._was_closed = False
        self._connect_actions()
        self._connect_playing()
        self._connect_similar()
        self._connect_playlists()
        self._connect_folders()
        panels.background.failed.connect(self.tell_error)
        panels.edits.told.connect(self._tell_of_edit)

    def begin(self) -> None:
        """The library is open: show what is in it, and watch its folders."""
        if self._dialogs.keep_settings_file:
            self._read_settings()
        if self._was_closed:  # those who asked before were told nothing
            self._panels.background.announce(LibraryChanged(roots=True))
            self._was_closed = False
        self._ask_for_folders()
        self._panels.watching.switch(on=self._dialogs.settings.watch_folders)

    def close(self) -> None:
        """End what would outlive the window."""
        self._panels.analysis.cancel()
        self._panels.watching.close()

    def tell_error(self, error: Exception) -> None:
        """Show what is expected to go wrong as a notice; a mistake of Segue's own is raised."""
        sentence = sentence_of(error)
        if sentence is None:
            raise error
        self._panels.notices.tell(sentence)

    def tell_library_is_closed(self, error: Exception) -> None:
        """Say why the library cannot be opened, and offer to try again."""
        sentence = sentence_of(error)
        if sentence is None:
            raise error
        self._was_closed = True
        self._dialogs.keep_settings_file = isinstance(error, SettingsError)
        self._panels.notices.tell(
            sentence, self.tr("Try again"), self._panels.background.open, stays=True
        )

    def save_playing(self) -> dict[str, Any]:
        """Queue, place and volume as plain data."""
        player = self._panels.player
        return {
            "queue": queue_as_json(player.queue),
            "position_s": player.position_s,
            "volume": player.deck.volume,
            "muted": player.deck.is_muted,
        }

    def restore_playing(self, state: Mapping[str, Any]) -> None:
        """Bring back queue, place and volume, at rest."""
        player = self._panels.player
        volume, queue, position_s = (state.get(n) for n in ("volume", "queue", "position_s"))
        if isinstance(volume, float | int):
            player.deck.set_volume(float(volume), muted=state.get("muted") is True)
        if isinstance(queue, str):
            with suppress(ValueError):
                restore_queue(player.queue, queue)
                player.restore(position_s if isinstance(position_s, float) else 0.0)

    def _connect_actions(self) -> None:
        panels, actions = self._panels, self._panels.actions
        actions.play_wanted.connect(lambda ids: panels.player.play(list(ids)))
        actions.play_next_wanted.connect(self._play_next)
        actions.queue_wanted.connect(self._queue)
        actions.similar_wanted.connect(panels.similar.set_seeds)
        actions.seeds_wanted.connect(panels.similar.add_seeds)
        actions.unwanted_seeds_wanted.connect(panels.similar.add_unwanted_seeds)
        actions.exclusion_wanted.connect(panels.similar.exclude)
        actions.playlist_wanted.connect(self._add_to_playlist)
        actions.folder_wanted.connect(self._dialogs.show_in_folder)
        actions.properties_wanted.connect(self._dialogs.show_properties)

    def _connect_playing(self) -> None:
        panels = self._panels
        for panel in (panels.library, panels.playlist, panels.similar):
            panel.play_asked.connect(panels.player.play)
        panels.playlist.shuffle_asked.connect(self._play_shuffled)
        panels.player.track_changed.connect(self._show_playing)
        panels.player.failed.connect(panels.notices.tell)
        panels.player.queue_changed.connect(self._count_queue)
        panels.transport.queue_asked.connect(self._show_queue)
        panels.transport.track_asked.connect(self._show_playing_track)

    def _connect_similar(self) -> None:
        similar = self._panels.similar
        similar.part_asked.connect(self._panels.player.play_part)
        similar.playlist_asked.connect(self._save_as_playlist)
        similar.export_asked.connect(self._dialogs.export_tracks)
        similar.told.connect(self._panels.notices.tell)

    def _connect_playlists(self) -> None:
        panels, dialogs = self._panels, self._dialogs
        panels.playlist.rename_asked.connect(panels.side_bar.rename_playlist)
        panels.playlist.export_asked.connect(dialogs.export_playlist)
        panels.side_bar.export_asked.connect(dialogs.export_playlist)
        panels.side_bar.import_asked.connect(dialogs.import_playlists)
        panels.queue.playlist_asked.connect(self._save_as_playlist)

    def _connect_folders(self) -> None:
        panels, dialogs = self._panels, self._dialogs
        panels.library.folders_asked.connect(dialogs.choose_folder)
        panels.library.demo_asked.connect(dialogs.add_demo)
        panels.first_start.folders_chosen.connect(panels.analysis.add_folders)
        panels.first_start.demo_asked.connect(dialogs.add_demo)
        panels.background.library_changed.connect(self._follow_folders)
        panels.strip.failures_asked.connect(dialogs.show_failures)
        panels.failure_count.counted.connect(panels.strip.set_failures)
        panels.analysis.folders_added.connect(self._tell_of_folders)
        # One after the other, so that the window has a core for itself while it is new.
        panels.similar.matcher.ready.connect(panels.analysis.scan)
        panels.watching.changed.connect(panels.analysis.scan_changed)
        panels.watching.told.connect(panels.notices.tell)

    def _read_settings(self) -> None:
        """The file of the settings, which could not be read before, has been put right."""

        def take(settings: "Settings") -> None:
            self._dialogs.keep_settings_file = False
            self._dialogs.take_settings(settings)

        self._panels.background.read(
            lambda services: services.settings, on_success=take, parent=self
        )

    def _follow_folders(self, change: LibraryChanged) -> None:
        if change.roots:
            self._ask_for_folders()

    def _ask_for_folders(self) -> None:
        def read(services: "Services") -> bool:
            return bool(services.catalog.roots()) or services.catalog.tracks.count() > 0

        def show(has_folders: bool) -> None:
            self._navigation.set_has_folders(has_folders=has_folders)

        self._panels.background.read(read, on_success=show, parent=self, replaces="has-folders")

    def _play_next(self, ids: Ids) -> None:
        self._panels.player.edit_queue(lambda queue: queue.play_next(ids))
        self._tell_count(
            ids, self.tr("Plays next: 1 track."), self.tr("Play next: {count:,} tracks.")
        )

    def _queue(self, ids: Ids) -> None:
        self._panels.player.edit_queue(lambda queue: queue.append(ids))
        self._tell_count(ids, self.tr("Queued 1 track."), self.tr("Queued {count:,} tracks."))

    def _tell_count(self, ids: Ids, one: str, several: str) -> None:
        sentence = one if len(ids) == 1 else several.format(count=len(ids))
        self._panels.notices.tell(sentence, self.tr("Show"), self._show_queue)

    def _show_queue(self) -> None:
        self._navigation.go_to(Place.QUEUE)

    def _show_playing_track(self) -> None:
        self._navigation.go_to(Place.LIBRARY)
        self._panels.library.jump_to_playing()

    def _play_shuffled(self, ids: Sequence[TrackId]) -> None:
        def shuffled(queue: PlayQueue) -> None:
            queue.replace(ids)
            queue.shuffle()

        self._panels.player.edit_queue(shuffled)
        self._panels.player.play_entry(0)

    def _add_to_playlist(self, ids: Ids, playlist_id: PlaylistId | None) -> None:
        edits = self._panels.edits
        if playlist_id is None:
            edits.create(ids=ids, then=self._name_playlist)
        else:
            edits.append(playlist_id, ids)

    def _save_as_playlist(self, name: str, ids: Sequence[TrackId]) -> None:
        self._panels.edits.create(name, ids, then=self._navigation.go_to)

    def _name_playlist(self, playlist_id: PlaylistId) -> None:
        self._navigation.go_to(playlist_id)
        self._panels.side_bar.rename_playlist(playlist_id)

    def _show_playing(self, playing: Playing | None) -> None:
        panels = self._panels
        track_id = None if playing is None else playing.track_id
        for panel in (panels.library, panels.playlist, panels.similar):
            panel.set_playing(track_id)
        self._window.setWindowTitle(_title(playing))

    def _count_queue(self) -> None:
        count = len(self._panels.player.queue.line.keys)
        self._panels.side_bar.set_count(Place.QUEUE, count or None)

    def _tell_of_edit(self, sentence: str, undo: Callable[[], None] | None) -> None:
        self._panels.notices.tell(sentence, self.tr("Undo") if undo else "", undo)

    def _tell_of_folders(self, added: "FoldersAdded") -> None:
        for folder, reason in added.refused.items():
            sentence = self.tr("{folder} was not added: {reason}.")
            self._panels.notices.tell(sentence.format(folder=display_path(folder), reason=reason))


def _title(playing: Playing | None) -> str:
    if playing is None:
        return "Segue"
    named = " \u2013 ".join(part for part in (playing.artist, playing.title) if part)
    return one_line(f"{named} \u2014 Segue")

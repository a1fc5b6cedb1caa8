"""Every change of a playlist, shown at once and written in the background."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from app.playlist_edits import Edit, Insertion, Move, NewIds, Removal
from library.records import (
    EntryId,
    LibraryChanged,
    PlaylistEntry,
    PlaylistId,
    PlaylistOverview,
    TrackId,
)
from ui.background import Background, Written

if TYPE_CHECKING:
    from app.playlists import TracksFound
    from app.services import Services

T = TypeVar("T")

Then = Callable[[PlaylistId], None]


@dataclass(frozen=True, slots=True)
class EditEnd:
    """What came of a change of a playlist.

    edit: the one that had begun; None for a step of undo, another name and the like.
    overview: the playlist right after it; None where it is deleted now, or the change failed.
    new_ids: of the entries that it made.
    failed: nothing was changed.
    """

    edit: Edit | None
    overview: PlaylistOverview | None
    new_ids: NewIds = field(default_factory=dict)
    failed: bool = False


class PlaylistEdits(QObject):
    """The one way to change playlists. Edits are carried out in the order of the calls.

    told: a sentence for the notice bar, and what takes the change back (a callable, or None).
    created: a new playlist is there, under a name.
    begun: a playlist will be edited; who shows it shows the edit at once.
    ended: an `EditEnd` of a playlist, with the truth.
    """

    told = Signal(str, object)
    created = Signal(object, str)
    begun = Signal(object, object)
    ended = Signal(object, object)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        """Write through the background."""
        super().__init__(parent)
        self._background = background
        self._unwritten_ids = count(-1, -1)
        self._new_ids: dict[EntryId, EntryId] = {}  # touched by the writing lane only
        self._n_changes: dict[PlaylistId, int] = {}

    def create(
        self, name: str = "", ids: Sequence[TrackId] = (), *, then: Then | None = None
    ) -> None:
        """Make a playlist of this name, or of a free one like it; `then` is told which it is."""
        tracks = tuple(ids)

        def work(services: "Services") -> Written[tuple[PlaylistId, str]]:
            from app.playlists import free_name

            playlists = services.catalog.playlists
            free = free_name(name, [one.name for one in playlists.summaries()])
            playlist_id = playlists.create(free, tracks)
            return Written((playlist_id, free), _changed(playlist_id))

        def made(found: tuple[PlaylistId, str]) -> None:
            playlist_id, free = found
            self._n_changes[playlist_id] = 1
            self.created.emit(playlist_id, free)
            if tracks:
                words = self._n_tracks(len(tracks))
                sentence = self.tr("Made the playlist {name} with {tracks}.")
                self._tell(sentence.format(name=free, tracks=words), playlist_id)
            if then is not None:
                then(playlist_id)

        self._background.write(work, on_success=made, parent=self)

    def create_from_files(self, paths: Sequence[bytes], *, then: Then | None = None) -> None:
        """Make a playlist of the tracks that these files hold."""

        def found(tracks: "TracksFound") -> None:
            if tracks.ids:
                self.create("", tracks.ids, then=then)
            self._tell_unknown(tracks.n_unknown)

        self._look_up(paths, found)

    def duplicate(self, playlist_id: PlaylistId) -> None:
        """Make a playlist with the name, a number, and the tracks of another."""

        def read(services: "Services") -> tuple[str, list[TrackId]]:
            playlist = services.catalog.playlists.get(playlist_id)
            return playlist.name, [entry.track_id for entry in playlist.entries]

        self._background.read(read, on_success=lambda found: self.create(*found), parent=self)

    def append(self, playlist_id: PlaylistId, ids: Sequence[TrackId]) -> None:
        """Put tracks at the end, and tell of it, for the playlist may be out of sight."""

        def tell(end: EditEnd) -> None:
            if end.overview is not None:
                sentence = self.tr("Added {tracks} to {name}.")
                words = self._n_tracks(len(ids))
                name = end.overview.playlist.name
                self._tell(sentence.format(tracks=words, name=name), playlist_id)

        if ids:
            self._begin(playlist_id, Insertion(self._unwritten(ids)), tell)

    def insert(self, playlist_id: PlaylistId, position: int, ids: Sequence[TrackId]) -> None:
        """Put tracks before the entry that stands at a position."""
        if ids:
            self._begin(playlist_id, Insertion(self._unwritten(ids), position))

    def append_files(self, playlist_id: PlaylistId, paths: Sequence[bytes]) -> None:
        """Put the tracks of files at the end; tell of files that the library does not know."""

        def found(tracks: "TracksFound") -> None:
            self.append(playlist_id, tracks.ids)
            self._tell_unknown(tracks.n_unknown)

        self._look_up(paths, found)

    def insert_files(self, playlist_id: PlaylistId, position: int, paths: Sequence[bytes]) -> None:
        """Put the tracks of files into a gap; tell of files that the library does not know."""

        def found(tracks: "TracksFound") -> None:
            self.insert(playlist_id, position, tracks.ids)
            self._tell_unknown(tracks.n_unknown)

        self._look_up(paths, found)

    def move(self, playlist_id: PlaylistId, entry_ids: Sequence[EntryId], position: int) -> None:
        """Bring entries together before the one that stands at a position now."""
        self._begin(playlist_id, Move(tuple(entry_ids), position))

    def remove(self, playlist_id: PlaylistId, entry_ids: Sequence[EntryId]) -> None:
        """Take entries out; their tracks stay in the library."""
        if entry_ids:
            self._begin(playlist_id, Removal(tuple(entry_ids)))

    def rename(self, playlist_id: PlaylistId, name: str) -> None:
        """Give a playlist another name."""
        self._change(
            playlist_id, lambda services: services.catalog.playlists.rename(playlist_id, name)
        )

    def delete(self, playlist_id: PlaylistId) -> None:
        """Take a playlist out of sight, and offer to bring it back."""

        def work(services: "Services") -> str:
            name = services.catalog.playlists.get(playlist_id).name
            services.catalog.playlists.delete(playlist_id)
            return name

        def tell(name: str) -> None:
            self._tell(self.tr("Deleted {name}.").format(name=name), playlist_id)

        self._change(playlist_id, work, tell)

    def restore(self, playlist_id: PlaylistId) -> None:
        """Bring a deleted playlist back."""
        self._change(playlist_id, lambda services: services.catalog.playlists.restore(playlist_id))

    def undo(self, playlist_id: PlaylistId) -> None:
        """Take the last change of a playlist back, be it its making or its deletion."""

        def work(services: "Services") -> bool:
            return services.catalog.playlists.undo(playlist_id) is None

        def tell(is_gone: bool) -> None:
            if is_gone:
                self.told.emit(
                    self.tr("The making of the playlist was undone."),
                    lambda: self.restore(playlist_id),
                )

        self._change(playlist_id, work, tell)

    def redo(self, playlist_id: PlaylistId) -> None:
        """Do again what was undone last."""
        self._change(playlist_id, lambda services: services.catalog.playlists.redo(playlist_id))

    def _unwritten(self, ids: Sequence[TrackId]) -> tuple[PlaylistEntry, ...]:
        return tuple(PlaylistEntry(EntryId(next(self._unwritten_ids)), id_) for id_ in ids)

    def _begin(
        self,
        playlist_id: PlaylistId,
        edit: Edit,
        on_end: Callable[[EditEnd], None] | None = None,
    ) -> None:
        """Announce an edit, then carry it out."""
        self.begun.emit(playlist_id, edit)

        def work(services: "Services") -> Written[EditEnd]:
            playlists = services.catalog.playlists
            new_ids = edit.with_ids(self._new_ids).write(playlists, playlist_id)
            self._new_ids.update(new_ids)
            end = EditEnd(edit, playlists.overview(playlist_id), new_ids)
            return Written(end, _changed(playlist_id))

        def done(end: EditEnd) -> None:
            self._end(playlist_id, end)
            if on_end is not None:
                on_end(end)

        def fail(error: Exception) -> None:
            self._fail(playlist_id, edit, error)

        self._background.write(work, on_success=done, on_failure=fail, parent=self)

    def _change(
        self,
        playlist_id: PlaylistId,
        change: Callable[["Services"], T],
        on_end: Callable[[T], None] | None = None,
    ) -> None:
        """Carry out a change whose outcome cannot be shown before it is there."""

        def work(services: "Services") -> Written[tuple[T, EditEnd]]:
            value = change(services)
            overview = services.catalog.playlists.overview(playlist_id)
            return Written((value, EditEnd(None, overview)), _changed(playlist_id))

        def done(result: tuple[T, EditEnd]) -> None:
            value, end = result
            self._end(playlist_id, end)
            if on_end is not None:
                on_end(value)

        def fail(error: Exception) -> None:
            self._fail(playlist_id, None, error)

        self._background.write(work, on_success=done, on_failure=fail, parent=self)

    def _end(self, playlist_id: PlaylistId, end: EditEnd) -> None:
        self._n_changes[playlist_id] = self._n_changes.get(playlist_id, 0) + 1
        self.ended.emit(playlist_id, end)

    def _fail(self, playlist_id: PlaylistId, edit: Edit | None, error: Exception) -> None:
        self.ended.emit(playlist_id, EditEnd(edit, None, failed=True))
        self._background.failed.emit(error)

    def _tell(self, sentence: str, playlist_id: PlaylistId) -> None:
        """Say what was done, and offer to undo exactly this."""
        n_changes = self._n_changes.get(playlist_id, 0)

        def undo() -> None:
            if self._n_changes.get(playlist_id, 0) == n_changes:
                self.undo(playlist_id)
            else:
                self.told.emit(
                    self.tr("The playlist was changed since; undo these changes first."), None
                )

        self.told.emit(sentence, undo)

    def _look_up(self, paths: Sequence[bytes], found: Callable[["TracksFound"], None]) -> None:
        wanted = tuple(paths)

        def read(services: "Services") -> "TracksFound":
            from app.playlists import tracks_at

            return tracks_at(services.catalog, wanted)

        self._background.read(read, on_success=found, parent=self)

    def _tell_unknown(self, n_unknown: int) -> None:
        if n_unknown == 1:
            self.told.emit(
                self.tr(
                    "A file was left out: it is not in the library yet. Add its folder in the"
                    " settings, so that it is analysed."
                ),
                None,
            )
        elif n_unknown:
            sentence = self.tr(
                "{count:,} files were left out: they are not in the library yet. Add their folder"
                " in the settings, so that they are analysed."
            )
            self.told.emit(sentence.format(count=n_unknown), None)

    def _n_tracks(self, n_tracks: int) -> str:
        if n_tracks == 1:
            return self.tr("1 track")
        return self.tr("{count:,} tracks").format(count=n_tracks)


def _changed(playlist_id: PlaylistId) -> LibraryChanged:
    return LibraryChanged(playlists=frozenset({playlist_id}))

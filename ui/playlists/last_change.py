"""Undo and redo of the playlist that was changed last, be it on a page or out of sight."""

from PySide6.QtCore import QObject, Signal

from library.records import PlaylistId
from ui.playlists.edits import EditEnd, PlaylistEdits


class LastChange(QObject):
    """A history for where no single playlist is meant. `noted`: a playlist was changed."""

    noted = Signal()

    def __init__(self, edits: PlaylistEdits, parent: QObject | None = None) -> None:
        """Follow every change from now on."""
        super().__init__(parent)
        self._edits = edits
        self._playlist_id: PlaylistId | None = None
        self._before: PlaylistId | None = None
        edits.created.connect(self._note)
        edits.begun.connect(self._note_begin)
        edits.ended.connect(self._note_end)

    def undo(self) -> None:
        """Take back the last change of the playlist that was changed last."""
        if self._playlist_id is not None:
            self._edits.undo(self._playlist_id)

    def redo(self) -> None:
        """Do again what was undone in it."""
        if self._playlist_id is not None:
            self._edits.redo(self._playlist_id)

    def _note_begin(self, playlist_id: PlaylistId, _edit: object) -> None:
        """It is shown already; undo waits its turn behind it."""
        self._before = self._playlist_id
        self._note(playlist_id)

    def _note_end(self, playlist_id: PlaylistId, end: EditEnd) -> None:
        if not end.failed:
            self._note(playlist_id)
        elif end.edit is not None and self._playlist_id == playlist_id:
            self._playlist_id = self._before

    def _note(self, playlist_id: PlaylistId, _name: str = "") -> None:
        self._playlist_id = playlist_id
        self.noted.emit()

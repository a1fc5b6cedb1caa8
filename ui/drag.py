"""What is carried by a drag: tracks between Segue's own lists, files to and from other programs.

Within the program a drag carries track ids (and, from a playlist, its entries); to other programs
it is `text/uri-list`, for copying only: nobody's drop may move or delete a listener's music.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDropEvent

from library.records import EntryId, PlaylistId, TrackId

# Numbers of tracks mean something to this very program only: another Segue, which may have another
# library open, finds the files instead.
_PROGRAM = uuid4().hex
TRACKS = f"application/x-segue-tracks-{_PROGRAM}"
ENTRIES = f"application/x-segue-entries-{_PROGRAM}"


@dataclass(frozen=True, slots=True)
class DraggedEntries:
    """Entries of a playlist on their way to another place in it."""

    playlist_id: PlaylistId
    entry_ids: tuple[EntryId, ...]


def tracks_mime(ids: Sequence[TrackId], paths: Sequence[bytes]) -> QMimeData:
    """Tracks for Segue's own lists, their files for everybody else.

    Args:
        ids: of the tracks, in order.
        paths: of the files that are there; those that are away are left out.
    """
    mime = QMimeData()
    mime.setData(TRACKS, json.dumps(list(ids)).encode())
    if paths:
        mime.setUrls([url_of(path) for path in paths])
    return mime


def add_entries(mime: QMimeData, entries: DraggedEntries) -> None:
    """Say which entries of a playlist these tracks are, so that they can be moved in it."""
    content = {"playlist": entries.playlist_id, "entries": list(entries.entry_ids)}
    mime.setData(ENTRIES, json.dumps(content).encode())


def dragged_tracks(mime: QMimeData) -> list[TrackId]:
    """The tracks that a drag carries; none where it comes from another program."""
    if not mime.hasFormat(TRACKS):
        return []
    return [TrackId(int(number)) for number in json.loads(bytes(mime.data(TRACKS).data()))]


def dragged_entries(mime: QMimeData) -> DraggedEntries | None:
    """The entries that a drag carries, where it comes from a playlist."""
    if not mime.hasFormat(ENTRIES):
        return None
    content = json.loads(bytes(mime.data(ENTRIES).data()))
    return DraggedEntries(
        PlaylistId(content["playlist"]), tuple(EntryId(number) for number in content["entries"])
    )


def dragged_files(mime: QMimeData) -> list[bytes]:
    """The local files and folders that another program drags in; no other address is taken."""
    if mime.hasFormat(TRACKS) or not mime.hasUrls():
        return []
    return [path for path in map(path_of, mime.urls()) if path is not None]


def carries_music(mime: QMimeData) -> bool:
    """Whether a list of tracks may take this drop; cheap, for it is asked at every move."""
    return mime.hasFormat(TRACKS) or mime.hasUrls()


def accept_copy(event: QDropEvent) -> None:
    """Take a drag or a drop; whatever the other program offers, nothing of it is moved."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()


def url_of(path: bytes) -> QUrl:
    """The address of a file, byte for byte: what is not ASCII is percent-encoded."""
    return QUrl.fromEncoded(b"file://" + _percent_encoded(os.path.abspath(path)))


def path_of(url: QUrl) -> bytes | None:
    """The path of a local file's address, byte for byte; None for anything else."""
    if url.scheme() != "file" or url.host() not in ("", "localhost"):
        return None
    encoded = bytes(url.toEncoded(QUrl.ComponentFormattingOption.FullyEncoded).data())
    path = _percent_decoded(encoded.removeprefix(b"file://").removeprefix(b"localhost"))
    return path if path.startswith(b"/") and b"\0" not in path else None


def _percent_encoded(path: bytes) -> bytes:
    from urllib.parse import quote

    return quote(path, safe="/").encode()


def _percent_decoded(text: bytes) -> bytes:
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(text)

"""Covers of tracks, small, fetched and decoded off the main thread."""

from collections import OrderedDict
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap

from library.records import LibraryChanged, TrackId
from ui.background import Background
from ui.batches import Batches

if TYPE_CHECKING:
    from app.services import Services

COVER_PX = 256
_KEPT_COVERS = 600
_FETCHED_AT_A_TIME = 24
_LARGEST_PX = 1024


class CoverCache(QObject):
    """Pixmaps of covers by track. `arrived` names the tracks whose cover can be drawn now."""

    arrived = Signal(frozenset)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        """Begin with none; a track whose file changed is looked at again."""
        super().__init__(parent)
        self._covers: OrderedDict[TrackId, QPixmap | None] = OrderedDict()
        self._batches = Batches(
            background, _read, self._take, at_a_time=_FETCHED_AT_A_TIME, parent=self
        )
        background.library_changed.connect(self._forget)

    def get(self, track_id: TrackId) -> QPixmap | None:
        """The cover, at most 256 pixels wide and high; None where there is none, or not yet."""
        if track_id in self._covers:
            self._covers.move_to_end(track_id)
            return self._covers[track_id]
        self._batches.want([track_id])
        return None

    def _take(self, images: dict[TrackId, QImage | None], outdated: set[TrackId]) -> None:
        for track_id, image in images.items():
            if track_id not in outdated:
                self._covers[track_id] = None if image is None else QPixmap.fromImage(image)
        while len(self._covers) > _KEPT_COVERS:
            self._covers.popitem(last=False)
        self.arrived.emit(frozenset(id_ for id_, image in images.items() if image is not None))

    def _forget(self, change: LibraryChanged) -> None:
        for track_id in change.updated | change.removed:
            self._covers.pop(track_id, None)


def _read(services: "Services", ids: list[TrackId]) -> dict[TrackId, QImage | None]:
    return {track_id: _image(services.catalog.tracks.cover(track_id)) for track_id in ids}


def _image(jpeg: bytes | None) -> QImage | None:
    """The picture in a cover, bounded before it is decoded; None where it is none."""
    if jpeg is None:
        return None
    data = QByteArray(jpeg)
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, b"jpeg")
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > _LARGEST_PX:
        return None
    reader.setScaledSize(size.scaled(QSize(COVER_PX, COVER_PX), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image

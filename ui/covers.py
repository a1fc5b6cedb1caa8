"""Covers of tracks, small, fetched and decoded off the main thread."""

from collections import OrderedDict
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap

from library.records import LibraryChanged, TrackId
from ui.background import Background

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
        self._background = background
        self._covers: OrderedDict[TrackId, QPixmap | None] = OrderedDict()
        self._asked: dict[TrackId, None] = {}
        self._under_way: set[TrackId] = set()
        self._outdated: set[TrackId] = set()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._fetch)
        background.library_changed.connect(self._forget)

    def get(self, track_id: TrackId) -> QPixmap | None:
        """The cover, at most 256 pixels wide and high; None where there is none, or not yet."""
        if track_id in self._covers:
            self._covers.move_to_end(track_id)
            return self._covers[track_id]
        if track_id not in self._under_way:
            self._asked.pop(track_id, None)
            self._asked[track_id] = None
            self._soon.start()
        return None

    def _fetch(self) -> None:
        if self._under_way or not self._asked:
            return
        batch = list(self._asked)[-_FETCHED_AT_A_TIME:]
        self._asked = {}
        self._under_way = set(batch)
        self._outdated = set()

        def read(services: "Services") -> dict[TrackId, QImage | None]:
            return {id_: _image(services.catalog.tracks.cover(id_)) for id_ in batch}

        self._background.read(read, on_success=self._take, on_failure=self._give_up, parent=self)

    def _take(self, images: dict[TrackId, QImage | None]) -> None:
        self._under_way = set()
        for track_id, image in images.items():
            if track_id not in self._outdated:
                self._covers[track_id] = None if image is None else QPixmap.fromImage(image)
        while len(self._covers) > _KEPT_COVERS:
            self._covers.popitem(last=False)
        self.arrived.emit(frozenset(id_ for id_, image in images.items() if image is not None))
        self._fetch()

    def _give_up(self, error: Exception) -> None:
        self._under_way = set()
        self._background.failed.emit(error)

    def _forget(self, change: LibraryChanged) -> None:
        self._outdated |= change.updated & self._under_way
        for track_id in change.updated | change.removed:
            self._covers.pop(track_id, None)


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

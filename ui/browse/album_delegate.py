"""Draws an album: its cover, or a calm picture made of its name, with two lines under it."""

import zlib

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from library.listing import Album
from ui.browse.album_model import AlbumModel
from ui.covers import CoverCache
from ui.plain_text import one_line
from ui.style import DARK, RADIUS_PX, SPACE_PX, Theme, theme_of

_LINE_PX = 20
_TEXT_PX = 2 * _LINE_PX + SPACE_PX // 2
_HUES = 360


class AlbumDelegate(QStyledItemDelegate):
    """A cell of the grid; its width is set by the grid."""

    def __init__(self, model: AlbumModel, covers: CoverCache, parent: QWidget) -> None:
        """Draw the albums of a model."""
        super().__init__(parent)
        self._model = model
        self._covers = covers
        self._cell = QSize(160, 160)

    def set_width(self, width_px: int) -> QSize:
        """Say how wide a cell is; its size."""
        self._cell = QSize(width_px, width_px - 2 * SPACE_PX + 3 * SPACE_PX // 2 + _TEXT_PX)
        return self._cell

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """The same for all."""
        return self._cell

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one album."""
        theme = theme_of(option.palette)
        album = self._model.albums[index.row()]
        painter.save()
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        _draw_ground(painter, option, theme)
        side = option.rect.width() - 2 * SPACE_PX
        place = QRect(option.rect.left() + SPACE_PX, option.rect.top() + SPACE_PX, side, side)
        cover = self._covers.get(album.cover_track)
        if cover is None:
            _draw_name(painter, place, album, theme)
        else:
            _draw_cover(painter, place, cover)
        self._draw_lines(painter, place, album, theme)
        painter.restore()

    def _draw_lines(self, painter: QPainter, cover: QRect, album: Album, theme: Theme) -> None:
        area = QRect(cover.left(), cover.bottom() + SPACE_PX // 2, cover.width(), _LINE_PX)
        painter.setPen(QColor(theme.text))
        _draw_text(painter, area, one_line(album.title))
        painter.setPen(QColor(theme.dim))
        _draw_text(painter, area.translated(0, _LINE_PX), self._model.second_line(album))


def _draw_ground(painter: QPainter, option: QStyleOptionViewItem, theme: Theme) -> None:
    state = option.state
    if state & QStyle.StateFlag.State_Selected:
        ground = QColor(theme.chosen)
    elif state & QStyle.StateFlag.State_MouseOver:
        ground = QColor(theme.hover)
    else:
        ground = QColor(Qt.GlobalColor.transparent)
    has_focus = state & QStyle.StateFlag.State_HasFocus
    painter.setPen(QColor(theme.accent) if has_focus else Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(
        QRectF(option.rect).adjusted(1.5, 1.5, -1.5, -1.5), RADIUS_PX, RADIUS_PX
    )


def _draw_cover(painter: QPainter, place: QRect, cover: QPixmap) -> None:
    """Draw it whole, in the middle of its place."""
    size = cover.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
    area = QRect(0, 0, size.width(), size.height())
    area.moveCenter(place.center())
    painter.save()
    painter.setClipPath(_rounded(area))
    painter.drawPixmap(area, cover)
    painter.restore()


def _draw_name(painter: QPainter, place: QRect, album: Album, theme: Theme) -> None:
    """Draw the first letters of an album on a colour that is always the same for it."""
    hue = zlib.crc32(f"{album.artist}\n{album.title}".encode(errors="replace")) % _HUES
    is_dark = theme is DARK
    ground = QColor.fromHsl(hue, 60, 56) if is_dark else QColor.fromHsl(hue, 90, 218)
    ink = QColor.fromHsl(hue, 70, 190) if is_dark else QColor.fromHsl(hue, 90, 92)
    painter.fillPath(_rounded(place), ground)
    font = QFont(painter.font())
    font.setPixelSize(max(12, place.height() // 4))
    painter.save()
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, initials(album.title))
    painter.restore()


def initials(title: str) -> str:
    """The first letters of the first two words of a title."""
    words = [word for word in title.split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or title[:1]


def _draw_text(painter: QPainter, area: QRect, text: str) -> None:
    elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, elided)


def _rounded(area: QRect) -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(area), RADIUS_PX, RADIUS_PX)
    return path

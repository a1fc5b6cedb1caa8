"""What the rows of seeds and of matches are drawn from: ground, lines of text, covers."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QIcon,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QPixmapCache,
)
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionViewItem

from ui.icons import icon
from ui.plain_text import one_line
from ui.style import RADIUS_PX, Theme, theme_of

_SMALLER_PT = 1.0
_LEAST_PT = 7.0
_COVER_RADIUS_PX = 4


def small_font(font: QFont) -> QFont:
    """The font of what is read second."""
    small = QFont(font)
    if font.pointSizeF() > 0:
        small.setPointSizeF(max(_LEAST_PT, font.pointSizeF() - _SMALLER_PT))
    return small


def is_hot(option: QStyleOptionViewItem) -> bool:
    """Whether the pointer is over a row, or the keyboard is in it: then it shows its buttons."""
    hot = QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_HasFocus
    return bool(option.state & hot)


def paint_ground(painter: QPainter, option: QStyleOptionViewItem, theme: Theme) -> None:
    """What lies behind a row: chosen, under the pointer, and a line around the one with focus."""
    state = option.state
    rect = QRectF(option.rect).adjusted(2, 1, -2, -1)
    colour = ground_of(option, theme)
    painter.setPen(Qt.PenStyle.NoPen)
    if state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(QColor(theme.accent), 1))
        rect.adjust(0.5, 0.5, -0.5, -0.5)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(rect, RADIUS_PX, RADIUS_PX)


def ground_of(option: QStyleOptionViewItem, theme: Theme) -> str:
    """The colour behind a row."""
    state = option.state
    if state & QStyle.StateFlag.State_Selected:
        return theme.chosen
    return theme.hover if state & QStyle.StateFlag.State_MouseOver else theme.base


def paint_line(painter: QPainter, rect: QRect, text: str, font: QFont, colour: str) -> None:
    """One line of text, shortened where there is no room for it."""
    if rect.width() <= 0 or not text:
        return
    painter.setFont(font)
    painter.setPen(QColor(colour))
    shown = QFontMetrics(font).elidedText(one_line(text), Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter), shown)


def paint_cover(painter: QPainter, rect: QRect, cover: QPixmap | None, theme: Theme) -> None:
    """A cover with round corners, or a note where there is none."""
    path = QPainterPath()
    path.addRoundedRect(QRectF(rect), _COVER_RADIUS_PX, _COVER_RADIUS_PX)
    painter.save()
    painter.setClipPath(path)
    painter.fillRect(rect, QColor(theme.line))
    if cover is None:
        margin = rect.width() // 4
        painter.setOpacity(painter.opacity() * 0.45)
        paint_icon(painter, rect.adjusted(margin, margin, -margin, -margin), "note")
    else:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(QRectF(rect), cover, _square_of(cover))
    painter.restore()


def paint_icon(painter: QPainter, rect: QRect, name: str, *, lit: bool = False) -> None:
    """An icon, which is drawn once for each size and theme and then kept."""
    ratio = painter.device().devicePixelRatioF()
    theme = theme_of(QApplication.palette())
    key = f"segue/{name}/{lit}/{rect.width()}/{ratio}/{theme.text}"
    pixmap = QPixmap()
    if not QPixmapCache.find(key, pixmap):
        state = QIcon.State.On if lit else QIcon.State.Off
        pixmap = icon(name).pixmap(rect.size(), ratio, QIcon.Mode.Normal, state)
        QPixmapCache.insert(key, pixmap)
    painter.drawPixmap(rect.topLeft(), pixmap)


def paint_badge(painter: QPainter, rect: QRect, icon_name: str, theme: Theme) -> None:
    """A small sign upon a cover."""
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.accent))
    painter.drawEllipse(QRectF(rect))
    painter.setBrush(QColor(theme.on_accent))
    centre, size = QPointF(rect.center()) + QPointF(0.5, 0.5), rect.width() / 4
    if icon_name == "play":
        points = [(-0.7, -1.0), (-0.7, 1.0), (1.1, 0.0)]
        painter.drawPolygon([centre + QPointF(x * size, y * size) for x, y in points])
    painter.restore()


def _square_of(cover: QPixmap) -> QRectF:
    """The middle of a cover that is not square."""
    side = min(cover.width(), cover.height())
    left, top = (cover.width() - side) / 2, (cover.height() - side) / 2
    return QRectF(left, top, side, side)

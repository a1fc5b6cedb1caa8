"""Draws a match: cover, title, artist and album, how similar it is and why, and its buttons."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from library.records import Match
from ui.covers import CoverCache
from ui.matching.button_list import BUTTON_PX, ButtonDelegate, Index, RowButton
from ui.matching.match_model import MATCH, MatchModel
from ui.matching.painting import (
    is_hot,
    paint_badge,
    paint_cover,
    paint_ground,
    paint_icon,
    paint_line,
    small_font,
)
from ui.style import SPACE_PX, TALL_ROW_PX, Theme, theme_of

PART = "part"
MORE = "more"
LESS = "less"
LOCK = "lock"
EXCLUDE = "exclude"

_MARGIN_PX = 5
_COVER_PX = 46
_BAR_WIDTH_PX = 40
_BAR_PX = 5
_SIGN_PX = 14
_BADGE_PX = 18
_FADED = 0.45


class MatchDelegate(ButtonDelegate):
    """Rows of matches. `faded`: they belong to the request before, whose place is being taken."""

    def __init__(self, model: MatchModel, covers: CoverCache) -> None:
        """Draw the rows of a model."""
        super().__init__(model)
        self.faded = False
        self._model = model
        self._covers = covers

    def buttons(self, index: Index) -> Sequence[RowButton]:
        """What can be done with a match."""
        match: Match = index.data(MATCH)
        locked = match.track.id in self._model.locked
        lock = self.tr("Unlock (K)") if locked else self.tr("Lock: keep it in the list (K)")
        return (
            RowButton(PART, "part", self.tr("Play the part that matched (P)")),
            RowButton(MORE, "more", self.tr("More like this (+)")),
            RowButton(LESS, "less", self.tr("Less of this (-)")),
            RowButton(LOCK, "lock" if locked else "unlock", lock, lit=locked),
            RowButton(EXCLUDE, "exclude", self.tr("Exclude from these matches (X)")),
        )

    def button_area(self, row: QRect) -> QRect:
        """The lines below the title, at the right."""
        height = BUTTON_PX + 2
        return QRect(row.left(), row.bottom() - height, row.width() - SPACE_PX, height)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Three lines, or more room."""
        font = option.font
        lines = QFontMetrics(font).height() + 2 * QFontMetrics(small_font(font)).height()
        return QSize(100, max(TALL_ROW_PX, lines + 2 * _MARGIN_PX))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> None:
        """Draw one match."""
        match: Match = index.data(MATCH)
        theme = theme_of(option.palette)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(painter, option, theme)
        if self.faded:
            painter.setOpacity(_FADED)
        cover = self._paint_cover(painter, option.rect, match, theme)
        left = cover.right() + 1 + SPACE_PX
        row: QRect = option.rect
        text = QRect(left, row.top(), row.right() - left - SPACE_PX, row.height())
        n_buttons = len(self.buttons(index)) if is_hot(option) else 0
        self._paint_text(painter, option, text, match, buttons_px=n_buttons * BUTTON_PX)
        if n_buttons:
            self.paint_buttons(painter, option, index, theme)
        painter.restore()

    def _paint_cover(self, painter: QPainter, row: QRect, match: Match, theme: Theme) -> QRect:
        side = min(_COVER_PX, row.height() - 2 * _MARGIN_PX)
        top = (row.height() - side) // 2
        rect = QRect(row.topLeft() + QPoint(SPACE_PX, top), QSize(side, side))
        paint_cover(painter, rect, self._covers.get(match.track.id), theme)
        if match.track.id == self._model.playing:
            corner = rect.bottomRight() - QPoint(_BADGE_PX - 2, _BADGE_PX - 2)
            paint_badge(painter, QRect(corner, QSize(_BADGE_PX, _BADGE_PX)), "play", theme)
        return rect

    def _paint_text(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        area: QRect,
        match: Match,
        *,
        buttons_px: int,
    ) -> None:
        theme = theme_of(option.palette)
        font = option.font
        small = small_font(font)
        high, low = QFontMetrics(font).height(), QFontMetrics(small).height()
        top = area.top() + (area.height() - high - 2 * low) // 2
        first = QRect(area.left(), top, area.width(), high)
        self._paint_similarity(painter, first, match, theme)
        first.setRight(first.right() - _BAR_WIDTH_PX - SPACE_PX)
        if match.track.id in self._model.locked:
            first.setRight(first.right() - _SIGN_PX - SPACE_PX // 2)
            sign = QRect(first.right() + 4, first.center().y() - 6, _SIGN_PX, _SIGN_PX)
            paint_icon(painter, sign, "lock")
        playing = match.track.id == self._model.playing
        paint_line(painter, first, match.track.title, font, theme.accent if playing else theme.text)
        tags = match.track.tags
        whose = " \u2013 ".join(filter(None, (tags.artist, tags.album)))
        second = QRect(area.left(), top + high, area.width() - buttons_px, low)
        for number, words in enumerate(filter(None, (whose, self._model.why(match)))):
            paint_line(painter, second.translated(0, number * low), words, small, theme.dim)

    def _paint_similarity(self, painter: QPainter, line: QRect, match: Match, theme: Theme) -> None:
        left, top = line.right() - _BAR_WIDTH_PX, line.center().y() - _BAR_PX // 2
        bar = QRectF(left, top, _BAR_WIDTH_PX, _BAR_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.line))
        painter.drawRoundedRect(bar, _BAR_PX / 2, _BAR_PX / 2)
        bar.setWidth(max(_BAR_PX, _BAR_WIDTH_PX * min(1.0, max(0.0, match.similarity))))
        painter.setBrush(QColor(theme.accent))
        painter.drawRoundedRect(bar, _BAR_PX / 2, _BAR_PX / 2)

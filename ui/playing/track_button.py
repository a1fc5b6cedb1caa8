"""Title and artist of what plays; a click goes to where it is listed."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui.plain_text import one_line, plain_tooltip
from ui.playing.lookup import Playing
from ui.style import RADIUS_PX, theme_of

_PADDING_PX = 6


class TrackButton(QAbstractButton):
    """Two lines of plain text, cut where there is no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show that nothing plays."""
        super().__init__(parent)
        self._title = ""
        self._artist = ""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.show_playing(None)

    def show_playing(self, playing: Playing | None) -> None:
        """Name another track, or none."""
        self._title = "" if playing is None else one_line(playing.title)
        self._artist = "" if playing is None else one_line(playing.artist)
        self.setEnabled(playing is not None and playing.track_id is not None)
        names = " – ".join(filter(None, (self._title, self._artist)))
        self.setAccessibleName(
            self.tr("Playing: {names}").format(names=names) if names else self.tr("Nothing plays")
        )
        self.setToolTip(plain_tooltip("\n".join(filter(None, (self._title, self._artist)))))
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if self.isEnabled() else Qt.CursorShape.ArrowCursor
        )
        self.update()

    def sizeHint(self) -> QSize:
        """Room for a title of common length."""
        return QSize(210, 2 * self.fontMetrics().height() + 2 * _PADDING_PX)

    def minimumSizeHint(self) -> QSize:
        """Room for a few words."""
        return QSize(110, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the two lines."""
        painter = QPainter(self)
        theme = theme_of(self.palette())
        inner = self.rect().adjusted(_PADDING_PX, _PADDING_PX, -_PADDING_PX, -_PADDING_PX)
        half = inner.height() // 2
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        bold.setUnderline(self.underMouse() and self.isEnabled())
        title = self._title or self.tr("Nothing plays")
        colour = theme.text if self._title else theme.dim
        upper = QRect(inner.left(), inner.top(), inner.width(), half)
        lower = QRect(inner.left(), inner.top() + half, inner.width(), half)
        self._draw_line(painter, upper if self._artist else inner, title, bold, colour)
        self._draw_line(painter, lower, self._artist, self.font(), theme.dim)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.accent), 1))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), RADIUS_PX, RADIUS_PX)

    def _draw_line(
        self, painter: QPainter, room: QRect, text: str, font: QFont, colour: str
    ) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, cut)

"""What the program heard in a track, as bars: the longer, the surer it is."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.plain_text import one_line
from ui.style import SPACE_PX, theme_of

_LINE_PX = 22
_BAR_PX = 6
_NAME_PX = 130
_NUMBER_PX = 44
_MAX_SHOWN = 10
_LEAST_SHOWN = 0.02


class HeardBars(QWidget):
    """The strongest tags with their scores."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin without tags."""
        super().__init__(parent)
        self._heard: tuple[tuple[str, float], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_heard(self, heard: Sequence[tuple[str, float]]) -> None:
        """Show the strongest of these tags, each with its score in [0, 1], strongest first."""
        self._heard = tuple((tag, s) for tag, s in heard[:_MAX_SHOWN] if s >= _LEAST_SHOWN)
        words = (f"{tag} {round(100 * score)} %" for tag, score in self._heard)
        self.setAccessibleName(self.tr("Sounds like"))
        self.setAccessibleDescription(", ".join(words))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """A line for every tag."""
        return QSize(2 * _NAME_PX + _NUMBER_PX, _LINE_PX * len(self._heard))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw name, bar and score of each."""
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line, (tag, score) in enumerate(self._heard):
            row = QRect(0, line * _LINE_PX, self.width(), _LINE_PX)
            name = QRect(row.left(), row.top(), _NAME_PX - SPACE_PX, _LINE_PX)
            number = QRect(row.right() - _NUMBER_PX, row.top(), _NUMBER_PX, _LINE_PX)
            metrics = painter.fontMetrics()
            painter.setPen(QColor(theme.text))
            elided = metrics.elidedText(one_line(tag), Qt.TextElideMode.ElideRight, name.width())
            painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, elided)
            painter.setPen(QColor(theme.dim))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(number, right, f"{round(100 * score)} %")
            self._draw_bar(
                painter, QRectF(_NAME_PX, row.center().y() - _BAR_PX / 2 + 1, 0, 0), score
            )
        painter.end()

    def _draw_bar(self, painter: QPainter, corner: QRectF, score: float) -> None:
        theme = theme_of(self.palette())
        width = max(0.0, self.width() - _NAME_PX - _NUMBER_PX - SPACE_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        for colour, share in ((theme.line, 1.0), (theme.accent, min(1.0, score))):
            painter.setBrush(QColor(colour))
            bar = QRectF(corner.left(), corner.top(), max(_BAR_PX, width * share), _BAR_PX)
            painter.drawRoundedRect(bar, _BAR_PX / 2, _BAR_PX / 2)

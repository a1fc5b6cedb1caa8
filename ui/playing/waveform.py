"""The outline of the track that plays: how far it is, and where to go in it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QToolTip, QWidget

from library.records import FloatArray
from ui.style import RADIUS_PX, Theme, theme_of
from ui.words import clock

if TYPE_CHECKING:
    from audio_model.sound import Waveform

_STEPS_PER_S = 10
_KEY_S = 5
_PAGE_S = 30
_BAR_PX = 2.0
_PITCH_PX = 3.0
_PLAIN_PX = 4.0
_CURVE_PX = 8.0
_MARK_ALPHA = 46
_LEAST_BAR_PX = 1.5


class WaveformBar(QAbstractSlider):
    """A slider over time that shows the music.

    seek_wanted: the listener chose a place, in seconds.
    """

    seek_wanted = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self._outline: Waveform | None = None
        self._duration_s = 0.0
        self._stretch_s: tuple[float, float] | None = None
        self._curve: tuple[FloatArray, FloatArray] | None = None
        self._bars: QPainterPath | None = None
        self._hover_x: float | None = None
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setSingleStep(_KEY_S * _STEPS_PER_S)
        self.setPageStep(_PAGE_S * _STEPS_PER_S)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Position"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.actionTriggered.connect(self._seek)
        self.set_track(0.0)

    @property
    def outline(self) -> "Waveform | None":
        """What is drawn; None until it is there."""
        return self._outline

    def set_track(self, duration_s: float, outline: "Waveform | None" = None) -> None:
        """Show another track.

        Args:
            duration_s: its length; 0 where there is none, or it is not known.
            outline: None until it is there.
        """
        self._duration_s = duration_s
        self._outline = outline
        self._bars = None
        self._stretch_s = None
        self._curve = None
        self.setRange(0, round(duration_s * _STEPS_PER_S))
        self.setEnabled(duration_s > 0)
        self._say()
        self.update()

    def set_outline(self, outline: "Waveform") -> None:
        """Draw the outline of the track that is shown."""
        self._outline = outline
        self._bars = None
        self.update()

    def set_position(self, position_s: float) -> None:
        """Show how far it has played, unless the listener holds the slider."""
        if not self.isSliderDown():
            self.setValue(round(position_s * _STEPS_PER_S))

    def set_stretch(self, stretch_s: tuple[float, float] | None) -> None:
        """Mark a part of the track: where it begins and ends, in seconds."""
        self._stretch_s = stretch_s
        self.update()

    def set_curve(self, times_s: Sequence[float] | FloatArray, values: FloatArray) -> None:
        """Draw a curve below the outline.

        Args:
            times_s: rising, at least two.
            values: float32, one for each time; only those above 0 are seen.
        """
        import numpy as np

        times = np.asarray(times_s, dtype=np.float32)
        self._curve = (times, np.clip(values, 0.0, 1.0))
        self.update()

    def sizeHint(self) -> QSize:
        """Wide, and as high as two lines."""
        return QSize(320, 44)

    def minimumSizeHint(self) -> QSize:
        """Narrow, but to be hit."""
        return QSize(80, 44)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw bars, what was played of them in the accent colour, and marks."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = theme_of(self.palette())
        self._draw_stretch(painter, theme)
        shape = self._shape()
        rest = QColor(theme.dim if self.isEnabled() else theme.line)
        rest.setAlpha(130 if self._outline is not None else 90)
        painter.fillPath(shape, rest)
        if self._duration_s > 0:
            painter.save()
            painter.setClipRect(QRectF(0, 0, self._x(self.sliderPosition()), self.height()))
            painter.fillPath(shape, QColor(theme.accent))
            painter.restore()
        self._draw_curve(painter, theme)
        self._draw_lines(painter, theme)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the place under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton and self._duration_s > 0:
            self.setSliderDown(True)
            self.setSliderPosition(self._place(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell the time under the pointer; drag what is held."""
        self._hover_x = event.position().x()
        if self.isSliderDown():
            self.setSliderPosition(self._place(self._hover_x))
        if self._duration_s > 0:
            text = clock(self._place(self._hover_x) / _STEPS_PER_S)
            QToolTip.showText(event.globalPosition().toPoint(), text, self)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        if event.button() == Qt.MouseButton.LeftButton and self.isSliderDown():
            place = self._place(event.position().x())
            self.setSliderDown(False)
            self.setValue(place)
            self._say()
            self.seek_wanted.emit(place / _STEPS_PER_S)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the pointer."""
        self._hover_x = None
        self.update()
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Say where it stands."""
        self._say()
        super().focusInEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw the bars anew."""
        self._bars = None
        super().resizeEvent(event)

    def _seek(self, _action: int) -> None:
        """Keys and the wheel have moved the slider."""
        if self._duration_s > 0 and not self.isSliderDown():
            self.seek_wanted.emit(self.sliderPosition() / _STEPS_PER_S)
            self._say()

    def _say(self) -> None:
        """The value in words, for those who hear the window."""
        self.setAccessibleDescription(
            self.tr("{position} of {length}").format(
                position=clock(self.sliderPosition() / _STEPS_PER_S),
                length=clock(self._duration_s),
            )
        )

    def _x(self, place: float) -> float:
        return place / max(self.maximum(), 1) * self.width()

    def _place(self, x: float) -> int:
        share = min(max(x / max(self.width(), 1), 0.0), 1.0)
        return round(share * self.maximum())

    def _shape(self) -> QPainterPath:
        if self._bars is None:
            self._bars = self._plain_bar() if self._outline is None else self._outline_bars()
        return self._bars

    def _plain_bar(self) -> QPainterPath:
        path = QPainterPath()
        middle = (self.height() - _CURVE_PX) / 2
        bar = QRectF(0, middle - _PLAIN_PX / 2, self.width(), _PLAIN_PX)
        path.addRoundedRect(bar, _PLAIN_PX / 2, _PLAIN_PX / 2)
        return path

    def _outline_bars(self) -> QPainterPath:
        path = QPainterPath()
        if self._outline is None:
            return path
        room = self.height() - _CURVE_PX - 2
        shares = _bar_heights(self._outline, max(1, int(self.width() / _PITCH_PX))).tolist()
        for index, share in enumerate(shares):
            height = max(share * room, _LEAST_BAR_PX)
            top = 1 + (room - height) / 2
            path.addRoundedRect(QRectF(index * _PITCH_PX, top, _BAR_PX, height), 1, 1)
        return path

    def _draw_stretch(self, painter: QPainter, theme: Theme) -> None:
        if self._stretch_s is None or self._duration_s <= 0:
            return
        left, right = (self._x(time_s * _STEPS_PER_S) for time_s in self._stretch_s)
        colour = QColor(theme.accent)
        colour.setAlpha(_MARK_ALPHA)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(left, 0, right - left, self.height()), 4, 4)

    def _draw_curve(self, painter: QPainter, theme: Theme) -> None:
        if self._curve is None or self._duration_s <= 0:
            return
        times_s, values = self._curve
        bottom = self.height() - 1.0
        xs = [self._x(time_s * _STEPS_PER_S) for time_s in times_s.tolist()]
        points = [
            QPointF(x, bottom - value * (_CURVE_PX - 2))
            for x, value in zip(xs, values.tolist(), strict=True)
        ]
        path = QPainterPath(QPointF(xs[0], bottom))
        for point in points:
            path.lineTo(point)
        path.lineTo(xs[-1], bottom)
        colour = QColor(theme.good)
        colour.setAlpha(170)
        painter.fillPath(path, colour)

    def _draw_lines(self, painter: QPainter, theme: Theme) -> None:
        if self._hover_x is not None and self._duration_s > 0:
            painter.setPen(QPen(QColor(theme.text), 1))
            painter.drawLine(QPointF(self._hover_x, 0), QPointF(self._hover_x, self.height()))
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(frame, RADIUS_PX, RADIUS_PX)


def _bar_heights(outline: "Waveform", n_bars: int) -> FloatArray:
    """In [0, 1], the loudest bar 1 unless the whole file is quiet; float32, shape (n_bars,)."""
    import numpy as np

    columns = 0.5 * outline.peaks + 0.5 * outline.levels
    edges = np.linspace(0, len(columns), n_bars + 1)
    low = edges[:-1].astype(int)
    high = np.maximum(np.ceil(edges[1:]).astype(int), low + 1)
    heights = np.array([columns[a:b].max() for a, b in zip(low, high, strict=True)])
    scaled: FloatArray = (heights / max(float(columns.max()), 0.05)).astype(np.float32)
    return scaled

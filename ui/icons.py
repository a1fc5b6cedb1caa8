"""Segue's own icons: outlines from `assets/icons`, in the colour of the text around them."""

from functools import cache
from importlib import resources

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from ui.style import theme_of

_INK = b"currentColor"


def icon(name: str) -> QIcon:
    """An icon that follows the theme, sharp at every scale.

    Raises:
        FileNotFoundError: there is no icon of this name.
    """
    return QIcon(_Outline(_drawing(name)))


def program_icon() -> QIcon:
    """The program's own icon, in its own colours."""
    return QIcon(str(resources.files("assets") / "segue.svg"))


@cache
def _drawing(name: str) -> bytes:
    return (resources.files("assets") / "icons" / f"{name}.svg").read_bytes()


class _Outline(QIconEngine):
    """Draws an SVG in one colour, which is asked for when it is drawn."""

    def __init__(self, svg: bytes) -> None:
        super().__init__()
        self._svg = svg

    def clone(self) -> QIconEngine:
        """Another engine of the same drawing."""
        return _Outline(self._svg)

    def paint(self, painter: QPainter, rect: object, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw into a rectangle."""
        ink = _ink(mode, state).name().encode()
        renderer = QSvgRenderer(QByteArray(self._svg.replace(_INK, ink)))
        renderer.render(painter, QRectF(rect))  # type: ignore[call-overload]

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """The drawing on a transparent ground."""
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(
        self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float
    ) -> QPixmap:
        """The drawing with `scale` device pixels for each pixel of its size."""
        pixmap = QPixmap(size * scale)
        pixmap.setDevicePixelRatio(scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(), size), mode, state)
        painter.end()
        return pixmap


def _ink(mode: QIcon.Mode, state: QIcon.State) -> QColor:
    palette = QApplication.palette()
    if mode == QIcon.Mode.Disabled:
        return palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
    if state == QIcon.State.On:
        return QColor(theme_of(palette).accent)
    return palette.color(QPalette.ColorRole.Text)

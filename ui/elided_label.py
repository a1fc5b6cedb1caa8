"""A line of plain text that is shortened where there is no room for it."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle, QStyleOption, QWidget

from ui.plain_text import one_line, plain_tooltip


class ElidedLabel(QLabel):
    """Shows its text literally, with an ellipsis at its end where it is cut."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        """Begin with a text."""
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show another text, in one line."""
        super().setText(one_line(text))
        self.setToolTip(plain_tooltip(text))

    def minimumSizeHint(self) -> QSize:
        """One line, as narrow as need be."""
        return QSize(0, super().minimumSizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        """Draw anew in another font or look."""
        super().changeEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The text, shortened."""
        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        area = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width())
        enabled = bool(option.state & QStyle.StateFlag.State_Enabled)
        self.style().drawItemText(
            painter,
            area,
            int(self.alignment()),
            option.palette,
            enabled,
            text,
            self.foregroundRole(),
        )
        painter.end()

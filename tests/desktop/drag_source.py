"""Another program: a small window from which files can be dragged. It prints where to take hold."""

import sys

from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget


class Source(QLabel):
    """Its whole face is a handle."""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            drag = QDrag(self)
            mime = QMimeData()
            mime.setUrls([QUrl.fromLocalFile(path) for path in sys.argv[1:]])
            drag.setMimeData(mime)
            drag.exec(Qt.DropAction.CopyAction | Qt.DropAction.MoveAction)


def tell_place(timer: QTimer, widget: QWidget) -> None:
    """Print where its middle is, once the window manager has left it where it is."""
    places: list[QPoint] = []

    def tell() -> None:
        places.append(widget.mapToGlobal(widget.rect().center()))
        if widget.windowHandle().isExposed() and places[-3:] == 3 * places[-1:]:
            timer.stop()
            sys.stdout.write(f"{places[-1].x()} {places[-1].y()}\n")
            sys.stdout.flush()

    timer.timeout.connect(tell)
    timer.start()


def main() -> None:
    application = QApplication(sys.argv[:1])
    source = Source("Files")
    source.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
    source.setAlignment(Qt.AlignmentFlag.AlignCenter)
    source.setGeometry(1180, 20, 180, 90)
    source.show()

    tell_place(QTimer(source, interval=100), source)
    application.exec()


if __name__ == "__main__":
    main()

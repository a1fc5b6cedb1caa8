"""Another program: a small window from which files can be dragged. It prints where to take hold."""

import sys

from PySide6.QtCore import QMimeData, Qt, QTimer, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel


class Source(QLabel):
    """Its whole face is a handle."""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            drag = QDrag(self)
            mime = QMimeData()
            mime.setUrls([QUrl.fromLocalFile(path) for path in sys.argv[1:]])
            drag.setMimeData(mime)
            drag.exec(Qt.DropAction.CopyAction | Qt.DropAction.MoveAction)


def main() -> None:
    application = QApplication(sys.argv[:1])
    source = Source("Files")
    source.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
    source.setAlignment(Qt.AlignmentFlag.AlignCenter)
    source.setGeometry(1180, 20, 180, 90)
    source.show()

    def tell() -> None:
        centre = source.mapToGlobal(source.rect().center())
        sys.stdout.write(f"{centre.x()} {centre.y()}\n")
        sys.stdout.flush()

    QTimer.singleShot(800, tell)
    application.exec()


if __name__ == "__main__":
    main()

"""Another program: a small window that takes files and prints what it was offered.

One line when it is there: where to let go. Then a line of JSON for each drop: the action that was
taken, those that were offered, and the addresses as they came.
"""

import json
import sys

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel

from tests.desktop.drag_source import tell_place


class Target(QLabel):
    """Takes whatever is offered, moving it if it may."""

    def __init__(self) -> None:
        super().__init__("Drop here")
        self.setAcceptDrops(True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        offered = event.possibleActions()
        wanted = Qt.DropAction.MoveAction
        event.setDropAction(wanted if offered & wanted else Qt.DropAction.CopyAction)
        event.accept()
        data = bytes(event.mimeData().data("text/uri-list").data()).decode()
        answer = {
            "action": event.dropAction().name,
            "offered": [action.name for action in Qt.DropAction if action & offered],
            "uris": data.split(),
        }
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def main() -> None:
    application = QApplication(sys.argv[:1])
    target = Target()
    target.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
    target.setGeometry(1180, 20, 180, 90)
    target.show()

    tell_place(QTimer(target, interval=100), target)
    application.exec()


if __name__ == "__main__":
    main()

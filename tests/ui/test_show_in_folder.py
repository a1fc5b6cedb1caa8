import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from tests.conftest import require_command
from ui.show_in_folder import show_in_folder

MANAGER = """
import sys
from PySide6.QtCore import ClassInfo, QCoreApplication, QObject, QTimer, Slot
from PySide6.QtDBus import QDBusConnection
from ui.show_in_folder import show_in_folder

@ClassInfo({"D-Bus Interface": "org.freedesktop.FileManager1"})
class Manager(QObject):
    @Slot("QStringList", str)
    def ShowItems(self, items, startup_id):
        print(items, repr(startup_id), flush=True)
        QTimer.singleShot(0, program.quit)

program = QCoreApplication([])
bus = QDBusConnection.sessionBus()
manager = Manager()
if not bus.registerObject(
    "/org/freedesktop/FileManager1", manager, QDBusConnection.RegisterOption.ExportAllSlots
):
    sys.exit("no object")
if not bus.registerService("org.freedesktop.FileManager1"):
    sys.exit("no service")
show_in_folder([b"/music/a b.mp3", b"/music/\\xff.mp3"], program)
program.exec()
"""


class Desktop(QObject):
    """Stands for the desktop, which opens folders."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def desktop(qapp) -> Iterator[Desktop]:
    desktop = Desktop()
    QDesktopServices.setUrlHandler("file", desktop, "open")  # type: ignore[arg-type]  # it takes no bytes
    yield desktop
    QDesktopServices.unsetUrlHandler("file")


def test_without_a_bus_the_folder_is_opened(desktop: Desktop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ui.show_in_folder._ask_file_manager", lambda *_: False)
    show_in_folder([b"/music/a b.mp3", b"/other/c.mp3"], desktop)
    assert desktop.opened == ["file:///music"]


def test_nothing_is_opened_for_no_file(desktop: Desktop):
    show_in_folder([], desktop)
    assert desktop.opened == []


def test_a_file_manager_is_asked_to_select_the_files_byte_for_byte():
    require_command("dbus-run-session")
    done = subprocess.run(
        ["dbus-run-session", "--", sys.executable, "-c", MANAGER],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.stdout == "['file:///music/a%20b.mp3', 'file:///music/%FF.mp3'] ''\n", done.stderr

"""Showing files where they lie, in the desktop's own file manager."""

import os
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QObject, QUrl
from PySide6.QtGui import QDesktopServices

from ui.drag import url_of

_SERVICE = "org.freedesktop.FileManager1"
_PATH = "/org/freedesktop/FileManager1"
_MOST_FILES = 50


def show_in_folder(paths: Sequence[bytes], parent: QObject | None = None) -> None:
    """Open the folders of some files, with the files selected where the desktop can do that.

    It returns at once; where no file manager answers the call, the first file's folder is opened.

    Args:
        paths: of the files; at most fifty are shown.
        parent: what the answer is awaited for; the program, unless it is named.
    """
    if not paths:
        return
    urls = [url_of(path) for path in paths[:_MOST_FILES]]
    folder = url_of(os.path.dirname(paths[0]))
    if not _ask_file_manager(urls, folder, parent or QCoreApplication.instance()):
        QDesktopServices.openUrl(folder)


def _ask_file_manager(urls: Sequence[QUrl], folder: QUrl, parent: QObject | None) -> bool:
    """Whether there is a bus to ask; opens the folder if the answer is an error."""
    from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return False
    call = QDBusMessage.createMethodCall(_SERVICE, _PATH, _SERVICE, "ShowItems")
    addresses = [bytes(url.toEncoded().data()).decode("ascii") for url in urls]
    call.setArguments([addresses, ""])
    watcher = QDBusPendingCallWatcher(bus.asyncCall(call), parent)

    def finish() -> None:
        if watcher.isError():
            QDesktopServices.openUrl(folder)
        watcher.deleteLater()

    watcher.finished.connect(finish)
    return True

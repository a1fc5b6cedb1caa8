"""Asking for a folder of music with the desktop's own dialog."""

import os
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from ui.drag import path_of


def music_folder() -> bytes:
    """Where the desktop keeps music; whether it is there is another question."""
    return os.fsencode(
        QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MusicLocation)
    )


def choose_folder(parent: QWidget, on_chosen: Callable[[bytes], None]) -> QFileDialog:
    """Open a dialog that asks for a folder, and tell what was chosen."""
    title = QCoreApplication.translate("ChooseFolder", "Choose a folder with music")
    dialog = QFileDialog(parent, title, os.fsdecode(music_folder()))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)

    def take() -> None:
        for url in dialog.selectedUrls():
            path = path_of(url)
            if path is not None:
                on_chosen(path)

    dialog.accepted.connect(take)
    dialog.open()
    return dialog

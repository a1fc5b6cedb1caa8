"""The keys that the guide tells are keys of the window."""

import re
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QTreeWidget

from app.settings import Settings
from tests.ui.conftest import services_of
from ui.background import Background
from ui.shortcuts_dialog import ShortcutsDialog, _below
from ui.window import MainWindow

GUIDE = Path(__file__).parents[2] / "docs" / "guide.md"


def keys_in_the_guide() -> set[str]:
    text = GUIDE.read_text(encoding="utf-8")
    table = text[text.index("## Keys") : text.index("## Settings")]
    cells = re.findall(r"^\| (.*?) \|", table, re.MULTILINE)
    return {key for cell in cells for key in re.findall(r"`([^`]+)`", cell)}


def test_f1_lists_every_key_of_the_guide(qtbot, tmp_path):
    background = Background(partial(services_of, tmp_path))
    window = MainWindow(background, tmp_path, Settings(), {})
    qtbot.addWidget(window)
    (tree,) = ShortcutsDialog(window).findChildren(QTreeWidget)
    listed = {
        key
        for head in _below(tree.invisibleRootItem())
        for row in _below(head)
        for key in row.text(1).split(", ")
    }
    window.close()
    background.close()
    assert keys_in_the_guide() - listed == set()

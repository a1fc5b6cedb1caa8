import os
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLabel, QPushButton, QWidget

from tests.ui.test_analysis import OpenBackground
from ui.analysing import first_start
from ui.analysing.first_start import FirstStart
from ui.drag import url_of


@pytest.fixture
def music(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The desktop's music folder, which is not there yet."""
    folder = tmp_path / "Music & more"
    monkeypatch.setattr(first_start, "music_folder", lambda: os.fsencode(folder))
    return folder


@pytest.fixture
def page(qtbot, open_background: OpenBackground, tmp_path: Path, music: Path) -> FirstStart:
    page = FirstStart(open_background(tmp_path / "data"))
    qtbot.addWidget(page)
    return page


def button(page: FirstStart, words: str) -> QPushButton:
    return next(b for b in page.findChildren(QPushButton) if words in b.text().replace("&", ""))


def test_the_music_folder_is_offered_with_a_tick(qtbot, page: FirstStart, music: Path):
    music.mkdir()
    (music / "song.mp3").touch()
    page.show()
    qtbot.waitUntil(lambda: len(page.findChildren(QCheckBox)) == 1)
    assert page.findChildren(QCheckBox)[0].accessibleName() == str(music)
    with qtbot.waitSignal(page.folders_chosen) as chosen:
        button(page, "Start listening").click()
    assert chosen.args == [[os.fsencode(music)]]


@pytest.mark.parametrize("there", [False, True], ids=["absent", "empty"])
def test_a_music_folder_without_music_is_not_offered(
    qtbot, page: FirstStart, music: Path, there: bool
):
    if there:
        music.mkdir()
    page.show()
    looked: list[object] = []
    page._background.read(lambda _services: True, parent=page, on_success=looked.append)
    qtbot.waitUntil(lambda: bool(looked))
    assert not page.findChildren(QCheckBox)
    assert button(page, "Start listening").isHidden()
    assert button(page, "Choose folders").isDefault()


def test_only_what_is_ticked_is_chosen(qtbot, page: FirstStart):
    page.offer(b"/music/a")
    page.offer(b"/music/\xff")
    page.findChildren(QCheckBox)[0].setChecked(False)
    with qtbot.waitSignal(page.folders_chosen) as chosen:
        button(page, "Start listening").click()
    assert chosen.args == [[b"/music/\xff"]]
    page.findChildren(QCheckBox)[1].setChecked(False)
    assert not button(page, "Start listening").isEnabled()


def test_a_folder_is_offered_once(page: FirstStart):
    page.offer(b"/music/a")
    page.findChildren(QCheckBox)[0].setChecked(False)
    page.offer(b"/music/a")
    (tick,) = page.findChildren(QCheckBox)
    assert tick.isChecked()


def test_a_chosen_folder_is_offered(qtbot, page: FirstStart, tmp_path: Path):
    button(page, "Choose folders").click()
    (dialog,) = page.findChildren(QFileDialog)
    dialog.selectFile(str(tmp_path))
    dialog.accept()
    qtbot.waitUntil(lambda: bool(page.findChildren(QCheckBox)))
    assert page.findChildren(QCheckBox)[0].accessibleName() == str(tmp_path)


def test_the_demo_is_asked_for(qtbot, page: FirstStart):
    with qtbot.waitSignal(page.demo_asked):
        button(page, "demo").click()


def test_folders_are_dropped(qtbot, page: FirstStart):
    mime = QMimeData()
    mime.setUrls([url_of(b"/music/\xff"), url_of(b"/other")])
    args = (
        Qt.DropAction.CopyAction | Qt.DropAction.MoveAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter = QDropEvent(QPointF(9, 9), *args, QEvent.Type.DragEnter)
    page.dragEnterEvent(enter)  # type: ignore[arg-type]
    assert enter.isAccepted()
    assert enter.dropAction() == Qt.DropAction.CopyAction
    with qtbot.waitSignal(page.folders_chosen) as chosen:
        page.dropEvent(QDropEvent(QPointF(9, 9), *args))
    assert chosen.args == [[b"/music/\xff", b"/other"]]


def test_nothing_on_the_page_lies_over_anything_else(page: FirstStart, qtbot):
    page.resize(700, 720)
    page.show()
    page.offer(b"/music")
    qtbot.waitExposed(page)
    kinds = (QLabel, QCheckBox, QPushButton)
    parts = [part for kind in kinds for part in page.findChildren(kind) if part.isVisible()]
    for part in parts:
        needed = part.heightForWidth(part.width()) if part.hasHeightForWidth() else 0
        assert part.height() >= max(needed, part.fontMetrics().height())
        over = [other for other in parts if other is not part and _meet(part, other)]
        assert over == []


def _meet(one: QWidget, other: QWidget) -> bool:
    return one.geometry().intersects(other.geometry())

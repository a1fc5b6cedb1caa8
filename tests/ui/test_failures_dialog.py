import os
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTableView

from tests.ui.test_analysis import OpenBackground
from ui.analysing.analysis import Analysis
from ui.analysing.failure_model import Failure, FailureModel
from ui.analysing.failures_dialog import FailuresDialog
from ui.background import Background


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """A folder with two files that are no music, and a link."""
    folder = tmp_path / "music"
    folder.mkdir()
    for name in ("a <b>.mp3", "b.mp3"):
        (folder / name).write_bytes(b"no music")
    (folder / "link.mp3").symlink_to(folder / "b.mp3")
    return folder


@pytest.fixture
def background(open_background: OpenBackground, tmp_path: Path) -> Background:
    return open_background(tmp_path / "data")


@pytest.fixture
def analysis(background: Background) -> Analysis:
    return Analysis(background, background)


@pytest.fixture
def dialog(qtbot, background: Background, analysis: Analysis, music: Path) -> FailuresDialog:
    """The dialog after both files failed."""
    with qtbot.waitSignal(analysis.ended):
        analysis.add_folders([os.fsencode(music)])
    dialog = FailuresDialog(background, analysis)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog._model.rowCount() == 2)
    return dialog


def test_what_failed_is_listed_with_reason_and_date(dialog: FailuresDialog):
    first, second = dialog._model.shown
    assert os.path.basename(first.path) == b"a <b>.mp3"
    assert first.reason
    assert second.since_s is not None
    assert abs(second.since_s - time.time()) < 600
    assert dialog._pages.tabText(0) == "Could not be analysed (2)"


def test_the_whole_path_and_reason_of_the_selected_file_are_plain_text(dialog: FailuresDialog):
    dialog._table.selectRow(0)
    assert "a <b>.mp3\n" in dialog._detail.text()
    assert dialog._detail.textFormat() == Qt.TextFormat.PlainText
    tooltip = dialog._model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "a &lt;b&gt;.mp3" in tooltip


def test_selected_files_are_tried_again_and_leave_the_list_when_they_are_well(
    qtbot, dialog: FailuresDialog, analysis: Analysis, music: Path
):
    assert not dialog._retry.isEnabled()
    (music / "b.mp3").unlink()
    dialog._table.selectRow(0)
    with qtbot.waitSignals([analysis.failed_file, analysis.ended]):
        dialog._retry.click()
    qtbot.waitUntil(lambda: dialog._model.rowCount() == 1)


def test_all_are_tried_again(qtbot, dialog: FailuresDialog, analysis: Analysis):
    with qtbot.waitSignals([analysis.failed_file, analysis.failed_file, analysis.ended]):
        dialog._retry_all.click()


def test_the_selection_survives_a_new_reading(qtbot, dialog: FailuresDialog, music: Path, analysis):
    dialog._table.selectRow(1)
    (music / "0.mp3").write_bytes(b"no music either")
    with qtbot.waitSignal(analysis.ended):
        analysis.scan()
    qtbot.waitUntil(lambda: dialog._model.rowCount() == 3)
    assert [os.path.basename(one.path) for one in dialog._selected()] == [b"b.mp3"]


def test_what_was_passed_over_stands_on_a_page_of_its_own(dialog: FailuresDialog):
    dialog._pages.setCurrentIndex(1)
    (link,) = dialog._model.shown
    assert os.path.basename(link.path) == b"link.mp3"
    assert "link" in link.reason
    assert dialog._retry.isHidden()


def test_the_list_is_filtered_and_copied(dialog: FailuresDialog):
    dialog._search.setText("MP3 music")
    assert dialog._model.rowCount() == 2
    dialog._search.setText("<b>")
    assert dialog._model.rowCount() == 1
    dialog._copy.click()
    copied = QGuiApplication.clipboard().text()
    assert copied.count("\t") == 1
    assert "a <b>.mp3\t" in copied
    dialog._search.setText("nothing like it")
    assert dialog._empty.text() == "No file here is like “nothing like it”."
    assert dialog._table.isHidden()


def test_without_failures_it_says_so(qtbot, background: Background, analysis: Analysis):
    dialog = FailuresDialog(background, analysis)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: dialog._empty.text() == "Every file could be analysed.")
    assert not dialog._retry_all.isEnabled()


def test_a_list_of_ten_thousand_is_filtered(qtbot):
    model = FailureModel()
    table = QTableView()
    qtbot.addWidget(table)
    table.setModel(model)
    model.set_failures([Failure(b"/m/%05d.mp3" % n, "broken", 1.0) for n in range(10_000)])
    table.show()
    model.set_filter("00123 broken")
    assert model.rowCount() == 1

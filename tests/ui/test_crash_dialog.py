import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton

from ui.crash_dialog import LOG_NAME, CrashDialog, Crashes


@pytest.fixture
def crashes(qapp: QApplication, tmp_path: Path) -> Iterator[Crashes]:
    crashes = Crashes(tmp_path)
    yield crashes
    for dialog in dialogs():
        dialog.accept()
    crashes.unwatch()


def dialogs() -> list[CrashDialog]:
    return [
        w for w in QApplication.topLevelWidgets() if isinstance(w, CrashDialog) if w.isVisible()
    ]


def failure(words: str, *, elsewhere: bool = False) -> Exception:
    try:
        if elsewhere:
            raise ValueError(words)
        raise RuntimeError(words)
    except (RuntimeError, ValueError) as error:
        return error


def button(dialog: CrashDialog, words: str) -> QPushButton:
    return next(
        button
        for button in dialog.findChildren(QPushButton)
        if words in button.text().replace("&", "")
    )


def test_a_mistake_is_logged_and_shown_with_its_traceback(crashes: Crashes, tmp_path: Path):
    crashes.report(failure("the table is gone: /music/\udcff.mp3"))
    (dialog,) = dialogs()
    details = dialog.findChildren(QPlainTextEdit)[0].toPlainText()
    assert "RuntimeError: the table is gone" in details
    assert "PySide6 6" in details
    assert "RuntimeError: the table is gone" in (tmp_path / LOG_NAME).read_text()


def test_the_same_mistake_is_shown_once_and_logged_every_time(crashes: Crashes, tmp_path: Path):
    for _ in range(50):
        crashes.report(failure("again"))
    (dialog,) = dialogs()
    dialog.accept()
    crashes.report(failure("again"))
    assert not dialogs()
    assert (tmp_path / LOG_NAME).read_text().count("RuntimeError: again") == 51


def test_another_mistake_waits_until_the_first_was_read(qtbot, crashes: Crashes):
    crashes.report(failure("first"))
    crashes.report(failure("second", elsewhere=True))
    (dialog,) = dialogs()
    button(dialog, "Go on").click()
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    assert "second" in dialogs()[0].findChildren(QPlainTextEdit)[0].toPlainText()


def test_the_log_stays_small(crashes: Crashes, tmp_path: Path):
    for _ in range(40):
        crashes.report(failure("x" * 100_000))
    logs = list(tmp_path.glob(f"{LOG_NAME}*"))
    assert len(logs) == 3
    assert sum(path.stat().st_size for path in logs) < 2_000_000


def test_a_mistake_of_a_thread_reaches_the_dialog(qtbot, crashes: Crashes):
    def fail() -> None:
        raise RuntimeError("in a thread")

    crashes.watch()
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(dialogs()) == 1)


def test_a_mistake_of_a_slot_reaches_the_dialog(qtbot, crashes: Crashes):
    def fail() -> None:
        raise RuntimeError("in a slot")

    crashes.watch()
    with qtbot.captureExceptions():
        crashes.watch()
        QTimer.singleShot(0, fail)
        qtbot.waitUntil(lambda: len(dialogs()) == 1)


def test_details_are_copied(crashes: Crashes):
    crashes.report(failure("copy me"))
    button(dialogs()[0], "Copy").click()
    assert "RuntimeError: copy me" in QApplication.clipboard().text()


def test_python_s_own_ways_are_restored(crashes: Crashes):
    crashes.watch()
    crashes.unwatch()
    assert sys.excepthook is sys.__excepthook__
    assert threading.excepthook is threading.__excepthook__


def test_a_folder_that_cannot_be_written_does_no_harm(qapp, tmp_path: Path, capsys):
    (tmp_path / "file").touch()
    crashes = Crashes(tmp_path / "file")
    crashes.report(failure("nowhere to write"))
    assert "nowhere to write" in capsys.readouterr().err
    dialogs()[0].accept()
    crashes.unwatch()

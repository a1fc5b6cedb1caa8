"""The whole window over a small library of real tones, for the tests of how it hangs together."""

import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtMultimedia import QAudioDevice, QMediaDevices
from PySide6.QtWidgets import QApplication, QDialog

from app.settings import Settings
from library.catalog import Catalog
from library.files import stamp
from library.layout import STORE_NAME
from library.records import Recording, Tags, TrackId
from tests.app.conftest import write_tone
from tests.app.heard_library import embedding
from tests.fakes import fake_choice
from tests.ui.conftest import services_of
from ui.background import Background
from ui.session import read_session
from ui.window import MainWindow

N_TRACKS = 4
DURATION_S = 20.0

OpenWindow = Callable[..., MainWindow]


def keep_tone(catalog: Catalog, path: Path, number: int, tags: Tags | None = None) -> TrackId:
    """Keep a track whose file is there and which has been heard."""
    name = os.fsencode(write_tone(path, 100.0 * number, duration_s=DURATION_S))
    return catalog.keep(
        stamp(name),
        tags or Tags(title=f"Tone {number}", artist=f"Artist {number}", album="Tests"),
        Recording(b"%016d" % number, "flac", 8_000, 1, DURATION_S),
        embedding((0.9, 0.1, 0.1), number),
    )


def make_tones(data_dir: Path) -> list[TrackId]:
    """Tracks 1, 2, ... beside a data folder."""
    with Catalog.open(data_dir, fake_choice().key) as catalog:
        numbers = range(1, N_TRACKS + 1)
        return [keep_tone(catalog, data_dir.parent / f"{n}.flac", n) for n in numbers]


@pytest.fixture
def ids(tmp_path: Path) -> list[TrackId]:
    return make_tones(tmp_path / "data")


@pytest.fixture
def open_window(qtbot, tmp_path: Path, monkeypatch) -> Iterator[OpenWindow]:
    """Opens the window of the data folder, as a start of the program does; all end in order."""
    monkeypatch.setattr(QMediaDevices, "defaultAudioOutput", staticmethod(QAudioDevice))
    opened: list[tuple[MainWindow, Background]] = []

    def open_(
        files: Sequence[bytes] = (), *, settings: Settings | None = None, waits: bool = True
    ) -> MainWindow:
        data_dir = tmp_path / "data"
        has_library = (data_dir / STORE_NAME).exists()
        background = Background(partial(services_of, data_dir), reads_at_once=has_library)
        session = read_session(data_dir)
        window = MainWindow(background, data_dir, settings or Settings(), session)
        opened.append((window, background))
        window.show()
        window.open_library_soon(files)
        if waits:
            qtbot.waitUntil(lambda: window._is_open, timeout=20_000)
        return window

    yield open_
    while opened:
        end(*opened.pop())


def end(window: MainWindow, background: Background) -> None:
    """Close a window, and all that works for it, unless that was done before."""
    if not shiboken6.isValid(window):
        return
    window.close()
    background.close()
    window.deleteLater()
    background.deleteLater()
    QApplication.sendPostedEvents()


def open_dialogs(window: MainWindow) -> list[QDialog]:
    """The dialogs that are over the window."""
    return [one for one in window.findChildren(QDialog) if one.isVisible()]


def told(window: MainWindow) -> str:
    """The sentence of the notice that is shown."""
    shown = window.panels.notices._shown
    return "" if shown is None else shown.sentence

"""Windows without a screen, a library behind them, and nothing left running."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.services import Services, open_services
from tests.fakes import fake_choice
from ui.background import Background
from ui.style import apply_theme


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> Iterator[QApplication]:
    apply_theme(qapp, "light")
    yield qapp
    # What Python put there must not outlive Python, as the application does here.
    qapp.clipboard().clear()


@contextmanager
def services_of(data_dir: Path, readonly: bool) -> Iterator[Services]:
    with open_services(
        data_dir, readonly=readonly, choose_encoder=lambda _settings: fake_choice()
    ) as services:
        yield services


@pytest.fixture
def open_background(qtbot) -> Iterator[Callable[[Path], Background]]:
    """Opens the background of a data folder, whose library may have been filled before."""
    made: list[Background] = []

    def open_(data_dir: Path) -> Background:
        background = Background(partial(services_of, data_dir))
        made.append(background)
        with qtbot.waitSignal(background.opened):
            background.open()
        return background

    yield open_
    for background in made:
        background.close()
        background.deleteLater()

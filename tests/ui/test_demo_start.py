from functools import partial

import pytest

from app.demo import demo_folder
from tests.ui.conftest import services_of
from ui.background import Background
from ui.main import add_demo_once_open
from ui.main import run as run_program
from ui.window import MainWindow


def test_a_demo_library_has_the_demo_collection_from_its_first_start_on(qtbot, tmp_path):
    from app.settings import Settings

    background = Background(partial(services_of, tmp_path / "demo"))
    window = MainWindow(background, tmp_path / "demo", Settings(), {})
    qtbot.addWidget(window)
    add_demo_once_open(background, window)
    roots: list[list[bytes]] = []
    with qtbot.waitSignal(window.panels.analysis.folders_added, timeout=20_000):
        background.open()
    background.read(
        lambda services: list(services.catalog.roots()), on_success=roots.append, parent=window
    )
    qtbot.waitUntil(lambda: bool(roots), timeout=20_000)
    window.close()
    background.close()
    assert roots[0] == [demo_folder()]


def test_the_program_says_how_the_demo_is_opened(capsys):
    with pytest.raises(SystemExit):
        run_program(["--help"])
    assert "--demo" in capsys.readouterr().out

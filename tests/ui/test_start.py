"""What is on the way to the first sight of the window: nothing that only later work needs."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    "torch",
    "torchaudio",
    "librosa",
    "hnswlib",
    "numpy",
    "sqlite3",
    "av",
    "mutagen",
    "pandas",
    "matplotlib",
    "scipy",
    "watchdog",
    "PySide6.QtMultimedia",
    "PySide6.QtDBus",
)

SHOW_THE_WINDOW = """
import sys
from functools import partial
from pathlib import Path

from ui.background import Background
from ui.main import make_application, open_library, open_window

data_dir = Path(sys.argv[1])
application = make_application()
background = Background(partial(open_library, data_dir))
window = open_window(application, background, data_dir, [])
print(*sorted(sys.modules))
background.close()
"""

ASK_FOR_A_SCAN_AND_FOR_MATCHES = """
import sys
import app.matching, app.services, app.upkeep

print(*sorted(sys.modules))
"""


def loaded_by(program: str, *arguments: str) -> set[str]:
    started = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(started.stdout.split())


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> set[str]:
    """The modules that a fresh program has loaded when its window is shown."""
    return loaded_by(SHOW_THE_WINDOW, str(tmp_path_factory.mktemp("data")))


def test_the_window_was_made(loaded: set[str]):
    assert {"ui.window", "PySide6.QtWidgets"} <= loaded


@pytest.mark.parametrize("module", HEAVY)
def test_the_window_is_shown_before_this_is_loaded(loaded: set[str], module: str):
    assert module not in loaded


def test_what_analyses_is_not_loaded_by_asking_for_a_scan_or_for_matches():
    loaded = loaded_by(ASK_FOR_A_SCAN_AND_FOR_MATCHES)
    assert "app.upkeep" in loaded
    assert not {"app.pipeline", "av", "pebble"} & loaded

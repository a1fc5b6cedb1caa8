"""The main thread draws: files, the library and the network are for other threads."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.conftest import write_tone
from tests.ui.whole_window import make_tones

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def noted(tmp_path_factory) -> list[str]:
    """What the main thread of a window at work asked of the system."""
    folder = tmp_path_factory.mktemp("work")
    make_tones(folder / "data")
    write_tone(folder / "music" / "outside.flac", 700, title="Outside")
    write_tone(folder / "music" / "new.flac", 800, title="New")
    (folder / "music" / "broken.flac").write_bytes(b"fLaC, but no music")
    done = subprocess.run(
        [sys.executable, "-m", "tests.ui.main_thread_driver", folder / "data", folder / "music"],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_main_thread_of_a_window_at_work_touches_neither_disk_nor_library(noted: list[str]):
    assert noted == []

"""The main thread draws: files, the library and the network are for other threads."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from library.catalog import Catalog
from library.files import stamp
from library.records import Recording, Tags
from tests.app.conftest import write_tone
from tests.app.heard_library import embedding
from tests.fakes import fake_choice

DURATION_S = 20.0

ROOT = Path(__file__).parents[2]


def keep_tone(catalog: Catalog, path: Path, number: int) -> None:
    """Keep a track whose file is there and which has been heard."""
    name = os.fsencode(write_tone(path, 100.0 * number, duration_s=DURATION_S))
    catalog.keep(
        stamp(name),
        Tags(title=f"Tone {path.stem}", artist=f"Artist {number}", album="Tests"),
        Recording(b"%016d" % number, "flac", 8_000, 1, DURATION_S),
        embedding((0.9, 0.1, 0.1), number),
    )


@pytest.fixture(scope="module")
def noted(tmp_path_factory) -> list[str]:
    """What the main thread of a window at work asked of the system."""
    folder = tmp_path_factory.mktemp("work")
    with Catalog.open(folder / "data", fake_choice().key) as catalog:
        for number, hz in enumerate((300, 400, 500), 1):
            keep_tone(catalog, folder / f"{hz}.flac", number)
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

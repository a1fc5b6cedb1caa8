"""A screen with a window manager that nobody sees, for events as a person makes them."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from library.records import TrackId
from tests.desktop.music import keep_songs, write_songs
from tests.desktop.program import Program
from tests.desktop.screen import Screen, open_screen
from ui.crash_dialog import LOG_NAME

_WAIT_S = 60.0

Start = Callable[..., Program]


@dataclass(frozen=True)
class Shelf:
    """Songs in files, and a library that knows them; both by title."""

    data_dir: Path
    songs: dict[str, Path]
    ids: dict[str, TrackId]


def need_commands(*names: str) -> None:
    """Skip where a command is not installed; fail where CI runs, which has them all."""
    missing = [name for name in names if shutil.which(name) is None]
    if missing and os.environ.get("CI"):
        pytest.fail(f"not installed: {', '.join(missing)}")
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


@pytest.fixture(scope="session")
def screen(tmp_path_factory) -> Iterator[Screen]:
    need_commands("Xvfb", "openbox", "xdotool")
    runtime: Path = tmp_path_factory.mktemp("runtime")
    runtime.chmod(0o700)
    with open_screen(runtime) as screen:
        yield screen


@pytest.fixture
def shelf(tmp_path) -> Shelf:
    songs = write_songs(tmp_path / "music")
    data_dir = tmp_path / "data"
    return Shelf(data_dir, songs, keep_songs(data_dir, songs))


@pytest.fixture
def start(screen) -> Iterator[Start]:
    """Opens a window on a library; it is closed at the end, and has logged no mistake."""
    started: list[tuple[Program, Path]] = []

    def open_(data_dir: Path, *files: Path) -> Program:
        program = Program(screen, data_dir, files)
        started.append((program, data_dir / LOG_NAME))
        return program

    yield open_
    for program, log in started:
        if program.is_running:
            assert program.close() == 0
        assert not log.exists(), log.read_text()


@pytest.fixture
def wait_until() -> Callable[[Callable[[], bool]], None]:
    """Waits for what neither window nor pipe tells of."""

    def wait(is_so: Callable[[], bool]) -> None:
        end_s = time.monotonic() + _WAIT_S
        while not is_so():
            assert time.monotonic() < end_s, "it did not become so"
            time.sleep(0.05)

    return wait

"""Files of every format, made once for all tests of this package."""

import os
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.audio_model import signals

MUSIC_S = 22.0


@pytest.fixture(scope="session")
def music_file(tmp_path_factory) -> Callable[[str], bytes]:
    """Gives the path of 22 s of stereo music in a format of `signals.ALL_FORMATS`."""
    folder: Path = tmp_path_factory.mktemp("music")
    samples = signals.music(MUSIC_S)
    made: dict[str, bytes] = {}

    def path(kind: str) -> bytes:
        if kind not in made:
            made[kind] = os.fsencode(signals.write(folder, kind, samples))
        return made[kind]

    return path


@pytest.fixture
def bytes_read() -> Callable[[Callable[[], object]], int]:
    """Gives the number of bytes that a piece of work reads from files."""
    process = psutil.Process()
    if not hasattr(process, "io_counters") or not hasattr(process.io_counters(), "read_chars"):
        pytest.skip("the system does not count the bytes that a process reads")

    def count(work: Callable[[], object]) -> int:
        before = process.io_counters().read_chars
        work()
        return process.io_counters().read_chars - before

    return count

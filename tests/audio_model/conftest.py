"""Files of every format, made once for all tests of this package."""

import os
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.audio_model import signals, training_material

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


@pytest.fixture(scope="session")
def teacher_file(tmp_path_factory) -> Path:
    """A tagger with random weights."""
    return training_material.write_teacher(tmp_path_factory.mktemp("teacher") / "teacher.npz")


@pytest.fixture(scope="session")
def corpus_file(tmp_path_factory) -> Path:
    """The manifest of seven short tracks."""
    return training_material.write_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="session")
def clip_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the clips of the short tracks are made once."""
    return tmp_path_factory.mktemp("cache")

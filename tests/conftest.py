"""What every test obeys: no thread and no process is left running, and CI misses no module."""

import importlib
import multiprocessing
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [t for t in threading.enumerate() if t not in before and t.is_alive()]
    assert not left, f"threads left running: {left}"
    children = multiprocessing.active_children()
    assert not children, f"processes left running: {children}"


@pytest.fixture
def corpus() -> Path:
    """The shared corpus of real music; the test is skipped where it is absent."""
    folder = SHARED / "corpus"
    if not (folder / "tracks.csv").exists():
        pytest.skip("the corpus of real music is not beside the project")
    return folder


@pytest.fixture
def badinput() -> Path:
    """The shared collection of broken files; the test is skipped where it is absent."""
    folder = SHARED / "badinput"
    if not (folder / "manifest.csv").exists():
        pytest.skip("the collection of broken files is not beside the project")
    return folder


def require_module(name: str) -> Any:
    """A module that only tests use; without it the test is skipped, and fails where CI runs it."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        message = f"the module {name} is not installed: {error}"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)


def require_command(name: str) -> str:
    """A program that only tests start; without it the test is skipped, and fails where CI runs."""
    path = shutil.which(name)
    if path is not None:
        return path
    message = f"the program {name} is not installed"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)

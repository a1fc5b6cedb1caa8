import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from library.records import LibraryChanged
from tests.ui.test_analysis import OpenBackground
from ui.analysing.watching import FolderWatching
from ui.background import Background, Written


@pytest.fixture
def background(open_background: OpenBackground, tmp_path: Path) -> Background:
    return open_background(tmp_path / "data")


@pytest.fixture
def watching(background: Background) -> Iterator[FolderWatching]:
    watching = FolderWatching(background, background)
    yield watching
    watching.close()


def add_root(qtbot, background: Background, folder: Path) -> None:
    def work(services):
        return Written(services.catalog.add_root(os.fsencode(folder)), LibraryChanged(roots=True))

    with qtbot.waitSignal(background.library_changed):
        background.write(work, parent=background)


def n_watches() -> int:
    return sum(thread.name == "folder watch" for thread in threading.enumerate())


def test_a_folder_in_which_something_changed_is_named(
    qtbot, background: Background, watching: FolderWatching, tmp_path: Path
):
    music = tmp_path / "music"
    music.mkdir()
    add_root(qtbot, background, music)
    watching.switch(on=True)
    qtbot.waitUntil(lambda: watching._watch is not None)
    with qtbot.waitSignal(watching.changed, timeout=20_000) as changed:
        (music / "song.flac").write_bytes(b"no music")
    assert changed.args == [frozenset({os.fsencode(music)})]


def test_a_folder_that_is_added_later_is_watched_too(
    qtbot, background: Background, watching: FolderWatching, tmp_path: Path
):
    watching.switch(on=True)
    qtbot.waitUntil(lambda: watching._watch is not None)
    first = watching._watch
    (tmp_path / "music").mkdir()
    add_root(qtbot, background, tmp_path / "music")
    qtbot.waitUntil(lambda: watching._watch is not first)
    qtbot.waitUntil(lambda: n_watches() == 1)


def test_nothing_is_watched_once_it_is_switched_off(qtbot, watching: FolderWatching):
    watching.switch(on=True)
    watching.switch(on=False)
    watching.switch(on=True)
    qtbot.waitUntil(lambda: n_watches() == 1 and watching._watch is not None)
    watching.switch(on=False)
    qtbot.waitUntil(lambda: n_watches() == 0)

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from app.services import Services
from library.catalog import Catalog
from library.records import LibraryChanged, Recording, Stamp, Tags, TrackId
from tests.app.heard_library import make_library
from ui import track_rows
from ui.background import Background, Written
from ui.track_rows import TrackRows

OpenBackground = Callable[[Path], Background]
N_TRACKS = 210


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    make_library(folder, {f"Tone {n}": (1.0, 0.0, 0.0) for n in range(1, N_TRACKS + 1)})
    return folder


@pytest.fixture
def background(open_background: OpenBackground, library: Path, tmp_path: Path) -> Background:
    shutil.copytree(library, tmp_path, dirs_exist_ok=True)
    return open_background(tmp_path)


@pytest.fixture
def rows(background: Background) -> TrackRows:
    return TrackRows(background, background)


def title(rows: TrackRows, number: int) -> str:
    row = rows.known(TrackId(number))
    return "" if row is None else row.track.title


def rename(catalog: Catalog, number: int, title: str) -> None:
    stamp = Stamp(b"/music/%d.mp3" % number, 2, 2, 2)
    recording = Recording(b"%016d" % number, "mp3", 44_100, 2, 100.0)
    catalog.keep(stamp, Tags(title=title, artist="The Band"), recording, None)


def renamed(number: int, title: str, services: Services) -> Written[None]:
    rename(services.catalog, number, title)
    return Written(None, LibraryChanged(updated=frozenset({TrackId(number)})))


def test_a_row_is_fetched_when_it_is_first_asked_for(qtbot, rows: TrackRows):
    assert rows.get(TrackId(3)) is None
    with qtbot.waitSignal(rows.arrived) as arrived:
        assert rows.get(TrackId(5)) is None
    assert arrived.args == [{3, 5}]
    assert (title(rows, 3), title(rows, 5)) == ("Tone 3", "Tone 5")


def test_what_was_asked_for_last_comes_first(qtbot, rows: TrackRows):
    with qtbot.waitSignal(rows.arrived) as arrived:
        rows.want(TrackId(number) for number in range(1, N_TRACKS + 1))
    assert arrived.args == [set(range(N_TRACKS - 199, N_TRACKS + 1))]


def test_what_is_asked_for_meanwhile_is_fetched_afterwards(qtbot, rows: TrackRows):
    told: list[frozenset[TrackId]] = []
    rows.arrived.connect(told.append)
    rows.get(TrackId(1))
    rows._batches.ask()
    rows.get(TrackId(2))
    qtbot.waitUntil(lambda: told == [{1}, {2}])


def test_a_track_that_is_not_there_has_no_row_and_holds_up_none(qtbot, rows: TrackRows):
    rows.get(TrackId(9_999))
    with qtbot.waitSignal(rows.arrived, check_params_cb=lambda ids: 1 in ids):
        rows.get(TrackId(1))
    assert rows.known(TrackId(9_999)) is None


def test_a_row_that_changed_is_fetched_anew(qtbot, background: Background, rows: TrackRows):
    with qtbot.waitSignal(rows.arrived):
        rows.get(TrackId(1))
    with qtbot.waitSignal(rows.arrived) as outdated:
        background.write(partial(renamed, 1, "Another"), parent=rows)
    assert outdated.args == [{1}]
    assert rows.get(TrackId(1)) is None
    qtbot.waitUntil(lambda: title(rows, 1) == "Another")


def test_a_row_that_changed_while_it_was_read_is_read_again(
    qtbot, background: Background, rows: TrackRows
):
    rows.get(TrackId(1))
    rows._batches.ask()
    background.announce(LibraryChanged(updated=frozenset({TrackId(1)})))
    with qtbot.waitSignal(rows.arrived):
        pass
    assert rows.known(TrackId(1)) is None


def test_memory_is_bounded_and_what_was_used_last_stays(
    qtbot, rows: TrackRows, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(track_rows, "_KEPT_ROWS", 3)
    for number in (1, 2, 3):
        with qtbot.waitSignal(rows.arrived):
            rows.get(TrackId(number))
    rows.get(TrackId(1))
    with qtbot.waitSignal(rows.arrived):
        rows.get(TrackId(4))
    assert [n for n in range(1, 5) if rows.known(TrackId(n))] == [1, 3, 4]


def test_a_failure_is_told_and_leaves_the_next_question_open(
    qtbot, background: Background, rows: TrackRows, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patch:
        patch.setattr("app.browsing.track_rows", lambda *_: 1 / 0)
        with qtbot.waitSignal(background.failed):
            rows.get(TrackId(1))
    with qtbot.waitSignal(rows.arrived):
        rows.get(TrackId(1))

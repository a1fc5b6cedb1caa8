import os
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QObject

from app.control import Control
from app.services import Services
from library.catalog import Catalog
from library.errors import LibraryError, LibraryLocked, PlaylistError
from library.layout import STORE_NAME
from library.records import LibraryChanged, PlaylistId, TrackId
from tests.app.heard_library import make_library
from tests.fakes import fake_choice
from tests.ui.conftest import services_of
from ui.background import Background, Written

OpenBackground = Callable[[Path], Background]
CHANGE = LibraryChanged(added=frozenset({TrackId(1)}))


@pytest.fixture
def background(open_background: OpenBackground, tmp_path: Path) -> Background:
    return open_background(tmp_path)


@pytest.fixture
def parent(qapp) -> QObject:
    return QObject()


def written(value: int, _services: Services) -> Written[int]:
    return Written(value, LibraryChanged())


class Gate:
    """Keeps a lane busy until it is opened."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.open = threading.Event()

    def work(self, _services: Services) -> str:
        self.entered.set()
        assert self.open.wait(10)
        return "gate"


def test_a_work_gets_the_library_and_its_value_comes_back_to_the_main_thread(
    qtbot, background: Background, parent: QObject
):
    told: list[object] = []
    background.read(
        lambda services: (services.catalog.tracks.count(), threading.current_thread().name),
        parent=parent,
        on_success=lambda value: told.extend([value, threading.current_thread()]),
    )
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told == [(0, "segue-read"), threading.main_thread()]


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priorities of their own")
def test_a_lane_makes_way_for_the_thread_that_draws(qtbot, background: Background, parent: QObject):
    def niceness(_services: Services) -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    told: dict[str, int] = {}
    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    background.write(
        lambda services: Written(niceness(services), LibraryChanged()),
        parent=parent,
        on_success=partial(told.__setitem__, "write"),
    )
    background.read(niceness, parent=parent, on_success=partial(told.__setitem__, "read"))
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told == dict.fromkeys(("write", "read"), min(own + 5, 19))


def test_works_of_a_lane_are_done_in_their_order(qtbot, background: Background, parent: QObject):
    done: list[int] = []
    for number in range(50):
        background.write(partial(written, number), parent=parent, on_success=done.append)
    qtbot.waitUntil(lambda: len(done) == 50)
    assert done == list(range(50))


def test_a_lane_that_is_busy_keeps_no_other_waiting(qtbot, background: Background, parent: QObject):
    gate = Gate()
    done: list[str] = []
    background.listen(gate.work, parent=parent, on_success=done.append)
    assert gate.entered.wait(10)
    for ask in (background.read, background.match, background.scan_sound):
        ask(lambda _services: "quick", parent=parent, on_success=done.append)
    qtbot.waitUntil(lambda: done == ["quick"] * 3)
    gate.open.set()
    qtbot.waitUntil(lambda: done[-1] == "gate")


def test_only_the_last_of_the_works_that_replace_each_other_is_told(
    qtbot, background: Background, parent: QObject
):
    gate = Gate()
    done: list[str] = []
    carried_out: list[str] = []

    def work(name: str, _services: Services) -> str:
        carried_out.append(name)
        return name

    background.read(gate.work, parent=parent, on_success=done.append, replaces="search")
    assert gate.entered.wait(10)
    for name in ("s", "so", "son"):
        background.read(
            partial(work, name), parent=parent, on_success=done.append, replaces="search"
        )
    background.read(partial(work, "other"), parent=parent, on_success=done.append)
    gate.open.set()
    qtbot.waitUntil(lambda: "other" in done)
    assert done == ["son", "other"]
    assert carried_out == ["son", "other"]


def test_nobody_is_told_for_a_parent_that_is_gone_but_the_change_is(qtbot, background: Background):
    told: list[object] = []
    gate = Gate()
    parent = QObject()
    background.write(
        lambda services: Written(gate.work(services), CHANGE), parent=parent, on_success=told.append
    )
    assert gate.entered.wait(10)
    shiboken6.delete(parent)
    with qtbot.waitSignal(background.library_changed) as changed:
        gate.open.set()
    assert changed.args == [CHANGE]
    assert told == []


def test_who_is_held_by_a_work_alone_ends_on_the_main_thread(qtbot, background: Background):
    ended_on: list[threading.Thread] = []
    for number in range(50):
        parent = QObject()
        weakref.finalize(parent, lambda: ended_on.append(threading.current_thread()))
        background.read(lambda _services: None, parent=parent, on_success=lambda _value: None)
        del parent
        qtbot.waitUntil(lambda least=number: len(ended_on) > least)
    assert set(ended_on) == {threading.main_thread()}


def test_an_error_reaches_who_asked(qtbot, background: Background, parent: QObject):
    errors: list[Exception] = []
    background.read(
        lambda services: services.catalog.playlists.get(PlaylistId(7)),
        parent=parent,
        on_success=lambda _value: pytest.fail("it worked"),
        on_failure=errors.append,
    )
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], PlaylistError)


def test_an_error_that_nobody_asked_for_is_told_by_the_background(
    qtbot, background: Background, parent: QObject
):
    with qtbot.waitSignal(background.failed) as failed:
        background.read(lambda _services: 1 / 0, parent=parent, on_success=lambda _value: None)
    assert isinstance(failed.args[0], ZeroDivisionError)
    done: list[int] = []
    background.read(lambda _services: 1, parent=parent, on_success=done.append)
    qtbot.waitUntil(lambda: done == [1])


def test_a_write_comes_in_between_the_steps_of_a_stream(
    qtbot, background: Background, parent: QObject
):
    told: list[object] = []

    def steps(_services: Services) -> Iterator[int]:
        number = 0
        while not control.cancelled:
            number += 1
            yield number

    control = Control()
    background.stream(
        steps, control, parent=parent, on_event=told.append, on_end=lambda: told.append("end")
    )
    qtbot.waitUntil(lambda: len(told) > 3)

    def create(services: Services) -> Written[PlaylistId]:
        playlist = services.catalog.playlists.create("Mine")
        return Written(playlist, LibraryChanged(playlists=frozenset({playlist})))

    with qtbot.waitSignal(background.library_changed):
        background.write(create, parent=parent)
    control.cancel()
    qtbot.waitUntil(lambda: told[-1] == "end")
    assert told[:-1] == list(range(1, len(told)))


def test_streams_run_one_after_the_other_and_one_that_fails_holds_up_none(
    qtbot, background: Background, parent: QObject
):
    told: list[object] = []

    def failing(_services: Services) -> Iterator[str]:
        yield "first"
        raise LibraryError("no more")

    def well(_services: Services) -> Iterator[str]:
        yield "second"

    for steps in (failing, well):
        background.stream(
            steps,
            Control(),
            parent=parent,
            on_event=told.append,
            on_end=lambda: told.append("end"),
            on_failure=lambda error: told.append(str(error)),
        )
    qtbot.waitUntil(lambda: "end" in told)
    assert told == ["first", "no more", "second", "end"]


def test_closing_ends_a_stream_in_order_and_writes_what_was_to_be_written(
    qtbot, open_background: OpenBackground, tmp_path: Path, parent: QObject
):
    background = open_background(tmp_path)
    control = Control()
    ended: list[str] = []

    def steps(_services: Services) -> Iterator[int]:
        try:
            while not control.cancelled:
                yield 1
        finally:
            ended.append(threading.current_thread().name)

    def never(_services: Services) -> Iterator[int]:
        ended.append("a stream that had not begun")
        yield 1

    nothing = lambda *_: None  # noqa: E731 - short
    seen: list[int] = []
    background.stream(steps, control, parent=parent, on_event=seen.append, on_end=nothing)
    background.stream(never, Control(), parent=parent, on_event=nothing, on_end=nothing)
    qtbot.waitUntil(lambda: bool(seen))
    background.write(
        lambda services: Written(services.catalog.playlists.create("Mine"), LibraryChanged()),
        parent=parent,
    )
    background.close()
    assert ended == ["segue-write"]
    with Catalog.open(tmp_path, fake_choice().key) as catalog:
        assert len(catalog.playlists.all()) == 1


def test_reading_works_wait_until_the_library_is_open(qtbot, tmp_path: Path, parent: QObject):
    make_library(tmp_path, {"One": (1.0, 0.0, 0.0)})
    background = Background(partial(services_of, tmp_path))
    counts: list[int] = []
    background.read(
        lambda services: services.catalog.tracks.count(), parent=parent, on_success=counts.append
    )
    with qtbot.waitSignal(background.opened):
        background.open()
    qtbot.waitUntil(lambda: counts == [1])
    background.close()


def test_a_library_that_another_program_holds_is_opened_on_a_later_try(
    qtbot, tmp_path: Path, parent: QObject
):
    background = Background(partial(services_of, tmp_path))
    with Catalog.open(tmp_path, fake_choice().key):
        with qtbot.waitSignal(background.could_not_open) as refused:
            background.open()
        assert isinstance(refused.args[0], LibraryLocked)
    tries: list[Exception] = []
    background.could_not_open.connect(tries.append)
    done: list[int] = []
    background.write(partial(written, 1), parent=parent, on_success=done.append)
    with qtbot.waitSignal(background.opened):
        background.open()
    qtbot.waitUntil(lambda: done == [1])
    assert tries == []
    background.close()


def test_a_try_from_the_very_handler_of_a_refusal_is_a_try(qtbot, tmp_path: Path):
    background = Background(partial(services_of, tmp_path))
    tries: list[Exception] = []

    def again(error: Exception) -> None:
        tries.append(error)
        if len(tries) < 20:
            background.open()

    background.could_not_open.connect(again)
    with Catalog.open(tmp_path, fake_choice().key):
        background.open()
        qtbot.waitUntil(lambda: len(tries) == 20)
    background.close()


def test_a_reader_that_cannot_open_the_library_says_so_of_every_work_and_tries_again(
    qtbot, tmp_path: Path, parent: QObject
):
    broken = threading.Event()

    @contextmanager
    def open_services(readonly: bool) -> Iterator[Services]:
        if readonly and broken.is_set():
            raise LibraryError("the disk is away")
        with services_of(tmp_path, readonly) as services:
            yield services

    background = Background(open_services)
    broken.set()
    with qtbot.waitSignal(background.opened):
        background.open()
    told: list[object] = []
    for _ in range(3):
        background.read(
            lambda _services: "read",
            parent=parent,
            on_success=told.append,
            on_failure=lambda error: told.append(str(error)),
        )
    qtbot.waitUntil(lambda: told == ["the disk is away"] * 3)
    broken.clear()
    background.read(lambda _services: "read", parent=parent, on_success=told.append)
    qtbot.waitUntil(lambda: told[-1] == "read")
    background.close()


def test_closing_a_background_that_was_never_opened_is_harmless(qapp, tmp_path: Path):
    background = Background(partial(services_of, tmp_path))
    background.read(lambda _services: 1, parent=background, on_success=lambda _one: None)
    background.close()
    background.open()
    assert not (tmp_path / "library.sqlite").exists()


@contextmanager
def reading_at_once(data_dir: Path, gate: Gate | None = None) -> Iterator[Background]:
    """A background of a library that is there; its writer waits for the gate."""

    @contextmanager
    def open_services(readonly: bool) -> Iterator[Services]:
        if gate is not None and not readonly:
            assert gate.open.wait(10)
        with services_of(data_dir, readonly) as services:
            yield services

    background = Background(open_services, reads_at_once=True)
    try:
        yield background
    finally:
        if gate is not None:
            gate.open.set()
        background.close()


def test_a_library_that_is_there_is_read_while_it_is_still_being_opened_for_writing(
    qtbot, tmp_path: Path, parent: QObject
):
    make_library(tmp_path, {"First": (0.5, 0.5, 0.5)})
    gate, told = Gate(), list[int]()
    with reading_at_once(tmp_path, gate) as background:
        background.open()
        background.read(
            lambda services: services.catalog.tracks.count(), parent=parent, on_success=told.append
        )
        qtbot.waitUntil(lambda: told == [1])
        assert not gate.open.is_set()


def test_a_library_that_cannot_be_read_yet_is_read_once_its_writer_has_seen_to_it(
    qtbot, tmp_path: Path, parent: QObject
):
    (tmp_path / STORE_NAME).write_bytes(b"no database at all" * 100)
    told: list[int] = []
    with reading_at_once(tmp_path) as background:
        background.read(
            lambda services: services.catalog.tracks.count(), parent=parent, on_success=told.append
        )
        with qtbot.waitSignal(background.could_not_open):
            background.open()
        assert told == []
        with qtbot.waitSignal(background.opened):
            background.open()
        qtbot.waitUntil(lambda: told == [0])


def test_readers_look_anew_where_something_happened_to_the_library_as_it_was_opened(
    qtbot, tmp_path: Path, parent: QObject
):
    make_library(tmp_path, {"First": (0.5, 0.5, 0.5)})
    opened_for_reading: list[bool] = []

    @contextmanager
    def open_services(readonly: bool) -> Iterator[Services]:
        opened_for_reading.append(readonly)
        with services_of(tmp_path, readonly) as services:
            if not readonly:
                services.catalog._store.notices = ("The library was damaged.",)
            yield services

    told: list[int] = []
    background = Background(open_services, reads_at_once=True)

    def count(services: Services) -> int:
        return services.catalog.tracks.count()

    background.read(count, parent=parent, on_success=told.append)
    qtbot.waitUntil(lambda: told == [1])
    with qtbot.waitSignal(background.opened):
        background.open()
    background.read(count, parent=parent, on_success=told.append)
    qtbot.waitUntil(lambda: told == [1, 1])
    background.close()
    assert opened_for_reading.count(True) == 2

"""How the program ends, and what a second start of it does."""

import json
import os
import signal

import psutil
import pytest

from library.catalog import Catalog
from tests.app.conftest import write_tone
from tests.desktop.music import SONGS
from tests.fakes import fake_choice
from ui.session import SESSION_FILE

N_NEW = 60


def add_folder(shelf, tmp_path):
    """A folder of the library whose files have yet to be analysed."""
    folder = tmp_path / "new"
    for number in range(N_NEW):
        write_tone(folder / f"{number:02}.flac", 200 + 11 * number)
    with Catalog.open(shelf.data_dir, fake_choice().key) as catalog:
        catalog.add_root(os.fsencode(folder))


def working(program, wait_until):
    """The processes of a program that is analysing: a decoder, an embedder and their helpers."""

    def children():
        return psutil.Process(program.pid).children(recursive=True)

    def n_workers():
        return sum("spawn_main" in " ".join(child.cmdline()) for child in children())

    wait_until(lambda: n_workers() >= 2)
    return children()


def assert_ended(processes):
    _, alive = psutil.wait_procs(processes, timeout=20)
    assert not alive, f"still there: {[process.cmdline() for process in alive]}"


END = {
    "close": lambda program: program.close(),
    "SIGTERM": lambda program: program.signal(signal.SIGTERM),
    "SIGINT": lambda program: program.signal(signal.SIGINT),
}


@pytest.mark.parametrize("how", END)
def test_ending_it_amid_an_analysis_leaves_no_process_and_keeps_the_session(
    start, shelf, tmp_path, wait_until, how
):
    add_folder(shelf, tmp_path)
    program = start(shelf.data_dir)
    program.until("title", "Segue")
    processes = working(program, wait_until)
    assert END[how](program) == 0
    assert_ended(processes)
    session = json.loads((shelf.data_dir / SESSION_FILE).read_text())
    assert session["place"] == {"place": "library"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_signal_ends_a_program_at_rest_under_an_open_dialog(start, screen, shelf, number):
    program = start(shelf.data_dir)
    program.until("texts", list(SONGS), view="Tracks")
    screen.press("ctrl+p")
    program.until("active_title", "Settings")
    assert program.signal(number) == 0


def test_a_second_start_hands_its_file_to_the_first_and_ends(start, shelf):
    first = start(shelf.data_dir)
    first.until("texts", list(SONGS), view="Tracks")
    second = start(shelf.data_dir, shelf.songs["Elm"])
    assert second.wait() == 0
    first.until("texts", ["Elm – Band Elm"], view="Seeds")
    first.until("n_rows", len(SONGS) - 1, view="Matches")


def test_a_file_that_is_named_at_the_start_is_a_seed(start, shelf):
    program = start(shelf.data_dir, shelf.songs["Fir"])
    program.until("texts", ["Fir – Band Fir"], view="Seeds")

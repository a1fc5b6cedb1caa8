"""A library that is searched by another process than the one that writes it."""

import os
import signal
from contextlib import closing

import psutil
import pytest

from app.encoder_choice import EncoderChoice
from app.errors import SearchFailed
from app.match_process import MatchProcess
from app.match_request import Dials, MatchRequest, with_seeds
from app.matching import MatchFinder
from library.catalog import Catalog
from library.layout import STORE_NAME
from library.records import TrackId
from tests.app.heard_library import make_library
from tests.fakes import fake_choice

SCORES = (0.9, 0.1, 0.1)
LIKE_THE_FIRST = with_seeds(
    MatchRequest(dials=Dials(per_artist=0, per_album=0)), [TrackId(1)], wanted=True
)


@pytest.fixture
def encoder() -> EncoderChoice:
    return fake_choice()


@pytest.fixture
def data_dir(tmp_path):
    make_library(tmp_path / "data", dict.fromkeys(["First", "Second", "Third"], SCORES))
    return tmp_path / "data"


@pytest.fixture
def process(data_dir, encoder):
    with closing(MatchProcess(data_dir, encoder)) as made:
        yield made


def test_it_finds_what_a_search_in_this_process_finds(process, data_dir, encoder):
    with Catalog.open(data_dir, encoder.key, readonly=True) as catalog:
        expected = MatchFinder(catalog, encoder).find(LIKE_THE_FIRST, {})
    found = process.find(LIKE_THE_FIRST, {})
    assert found.matches == expected.matches != ()
    assert list(found.seeds) == list(expected.seeds) == [TrackId(1)]
    assert (found.window_s, found.lack) == (expected.window_s, expected.lack)


def test_what_was_heard_outside_of_the_library_reaches_it(process):
    seed = process.find(LIKE_THE_FIRST, {}).seeds[TrackId(1)]
    request = with_seeds(LIKE_THE_FIRST, [b"/elsewhere.flac"], wanted=True)
    found = process.find(request, {b"/elsewhere.flac": seed})
    assert list(found.seeds) == [TrackId(1), b"/elsewhere.flac"]
    assert found.unheard == ()


def test_it_sees_what_was_written_since_it_began(process, data_dir, encoder):
    process.prepare()
    assert len(process.find(LIKE_THE_FIRST, {}).matches) == 2
    with Catalog.open(data_dir, encoder.key) as catalog:
        catalog.add_root(b"/nowhere")
        catalog.remove_root(b"/nowhere")  # with it go the files, and their tracks
    assert process.find(LIKE_THE_FIRST, {}).refused.keys() == {TrackId(1)}


def test_a_process_that_was_killed_is_followed_by_another(process):
    process.prepare()
    (child,) = (p for p in psutil.Process().children() if "spawn_main" in " ".join(p.cmdline()))
    os.kill(child.pid, signal.SIGKILL)
    assert len(process.find(LIKE_THE_FIRST, {}).matches) == 2


def test_a_library_that_cannot_be_searched_is_told_with_the_reason(process, data_dir):
    (data_dir / STORE_NAME).write_bytes(b"no database at all" * 1000)
    with pytest.raises(SearchFailed, match="damaged") as error:
        process.prepare()
    assert "damaged" in error.value.reason


def test_an_empty_library_can_be_prepared(tmp_path, encoder):
    Catalog.open(tmp_path, encoder.key).close()
    with closing(MatchProcess(tmp_path, encoder)) as process:
        process.prepare()
        assert process.find(LIKE_THE_FIRST, {}).matches == ()


def test_a_mistake_of_segue_itself_stays_one(process):
    with pytest.raises(AttributeError, match="keys") as error:
        process.find("no request", {})
    assert "match_process.py" in str(error.value.__cause__)  # the traceback of the process

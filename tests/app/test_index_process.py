"""An index that is built and saved by another process than the one that writes the library."""

import os
import shutil
from contextlib import closing

import pytest

from app.index_process import IndexProcess
from library.catalog import Catalog
from library.errors import StoreError
from library.indexing import index_name
from library.records import TrackId
from tests.app.heard_library import keep_heard, make_library
from tests.fakes import fake_choice

SCORES = (0.9, 0.1, 0.1)
KEY = fake_choice().key


@pytest.fixture
def catalog(tmp_path):
    make_library(tmp_path, dict.fromkeys(["First", "Second", "Third"], SCORES))
    with Catalog.open(tmp_path, KEY) as opened:
        yield opened


def until_settled(index: IndexProcess) -> None:
    assert any(index.settled(1.0) for _ in range(60))


def test_the_index_is_saved_while_the_catalog_is_open_for_writing(catalog):
    assert not catalog.has_saved_index()
    with closing(IndexProcess(catalog)) as index:
        until_settled(index)
    assert catalog.has_saved_index()
    assert catalog.check().index == "equal to the database"
    vector = catalog.embeddings.get([TrackId(1)])[TrackId(1)].vector
    assert catalog.nearest(vector, 1)[0][0] == TrackId(1)


def test_nothing_is_done_where_the_index_is_up_to_date(catalog, tmp_path):
    catalog.refresh_index()
    before = os.stat(tmp_path / index_name(KEY))
    with closing(IndexProcess(catalog)) as index:
        index.refresh()
        assert index.settled(0.0)  # no process was started, else it would not be at once
    assert os.stat(tmp_path / index_name(KEY)) == before


def test_what_comes_after_a_refresh_has_read_is_in_the_next(catalog, tmp_path):
    with (
        closing(IndexProcess(catalog)) as index,
        Catalog.open(tmp_path, KEY, readonly=True) as other,
    ):
        index.refresh()
        while not other.has_saved_index():
            pass
        keep_heard(catalog, 4, SCORES, "Fourth")
        assert not index.settled(1.0)  # what is under way is of three tracks
        until_settled(index)
    assert catalog.check().index == "equal to the database"


def test_an_index_that_cannot_be_saved_is_told_at_the_end_with_the_reason(catalog, tmp_path):
    (tmp_path / (index_name(KEY) + ".new")).mkdir()
    with closing(IndexProcess(catalog)) as index:
        with pytest.raises(StoreError, match="index could not be brought up to date") as error:
            until_settled(index)
        assert error.value.path == tmp_path
        for _ in range(20):
            index.refresh()  # says nothing: the next time may do
        (tmp_path / (index_name(KEY) + ".new")).rmdir()
        until_settled(index)


def test_a_library_that_went_away_meanwhile_ends_the_wait(catalog, tmp_path):
    shutil.rmtree(tmp_path)
    with closing(IndexProcess(catalog)) as index, pytest.raises(StoreError, match="is not there"):
        until_settled(index)

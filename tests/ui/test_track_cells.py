"""What the cells of a table of tracks say: in which ink, where they stand, behind which mark."""

import pytest
from PySide6.QtCore import Qt

from app.browsing import TrackRow
from library.records import Tags, Track, TrackId
from ui.browse.columns import COLUMNS, Column
from ui.browse.track_cells import track_cells
from ui.rows.cell import Ink, Mark

ALL = range(len(COLUMNS))


def cells(*, plays=False, missing=False):
    tags = Tags(title="Bright", artist="Ana", album="Days", track_number=2)
    track = Track(TrackId(1), b"/music/2.mp3", tags, 100.0, missing, 0.0, 3)
    return dict(zip(COLUMNS, track_cells(TrackRow(track, ("low",)), ALL, plays=plays), strict=True))


def test_title_and_artist_are_read_first_and_all_else_second():
    inks = {column: cell.ink for column, cell in cells().items()}
    assert inks.pop(Column.TITLE) is inks.pop(Column.ARTIST) is Ink.TEXT
    assert set(inks.values()) == {Ink.DIM}


@pytest.mark.parametrize("missing", [False, True])
def test_what_plays_is_marked_and_its_title_stands_out(missing):
    said = cells(plays=True, missing=missing)
    assert (said[Column.TITLE].ink, said[Column.TITLE].mark) == (Ink.ACCENT, Mark.PLAYS)
    assert said[Column.ARTIST].ink is (Ink.DIM if missing else Ink.TEXT)
    assert said[Column.ARTIST].mark is None


def test_a_missing_track_is_marked_and_steps_back():
    said = cells(missing=True)
    assert said[Column.TITLE].mark is Mark.MISSING
    assert {cell.ink for cell in said.values()} == {Ink.DIM}


def test_numbers_stand_at_the_right_and_a_path_loses_its_middle():
    said = cells()
    at_right = {column for column, cell in said.items() if cell.at_right}
    numbers = {Column.LENGTH, Column.YEAR, Column.ADDED, Column.PLAYS, Column.NUMBER}
    assert at_right == numbers
    middle = {c for c, cell in said.items() if cell.elision == Qt.TextElideMode.ElideMiddle}
    assert middle == {Column.PATH}


def test_a_track_that_was_not_read_yet_shows_dots_where_its_texts_will_stand():
    unread = track_cells(None, ALL, plays=False)
    assert {(cell.text, cell.ink, cell.mark) for cell in unread} == {("…", Ink.DIM, None)}
    assert [cell.at_right for cell in unread] == [cell.at_right for cell in cells().values()]

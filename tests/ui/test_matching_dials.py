"""The dials: every field alone, the genres of the library, and the way back to what is usual."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QWidget

from app.match_request import Dials
from tests.ui.similar_panel import fill
from ui.matching.bounds import BoundField, LengthField, YearField, seconds_in
from ui.matching.dials import DialsPanel

USUAL = Dials()
GENRE = Qt.ItemDataRole.UserRole


@pytest.fixture
def around(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def dials(qtbot, around, open_background, tmp_path):
    fill(tmp_path, 4)
    made = DialsPanel(open_background(tmp_path), USUAL, around)
    with qtbot.waitExposed(around):
        around.show()
    return made


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("4", 240),
        ("3:20", 200),
        ("0:45", 45),
        ("1:00:00", 3600),
        ("99:99:99", 24 * 3600),
        ("9" * 40, 24 * 3600),
        ("", None),
        ("3:", None),
        ("a", None),
        ("1:2:3:4", None),
        ("٣", None),
    ],
)
def test_a_length_is_read_as_people_write_it(text, seconds):
    assert seconds_in(text) == seconds


def test_the_first_step_from_any_leads_to_where_numbers_are_of_use(around):
    field = YearField(1980, around)
    assert field.bound() is None
    assert field.text() == "any"
    field.stepBy(1)
    assert field.bound() == 1980
    field.stepBy(-1)
    assert field.bound() == 1979


def test_a_length_is_shown_and_typed_as_a_clock(qtbot, around):
    field = LengthField(120, around)
    field.stepBy(1)
    assert field.text() == "2:00"
    field.stepBy(1)
    assert field.text() == "2:30"
    field.selectAll()
    qtbot.keyClicks(field, "4:05")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.bound() == 245
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.bound() is None
    assert field.validate("x", 1)[0] == QValidator.State.Invalid
    assert field.validate("4:", 2)[0] == QValidator.State.Intermediate


def test_an_emptied_number_means_any(qtbot, around):
    field = BoundField(0, 99, 1, around)
    field.set_bound(7)
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.bound() is None
    assert field.text() == "any"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("_count", 10, Dials(count=10)),
        ("_per_artist", 0, Dials(per_artist=0)),
        ("_per_album", 4, Dials(per_album=4)),
        ("_shortest", 90, Dials(min_length_s=90)),
        ("_longest", 300, Dials(max_length_s=300)),
        ("_first_year", 1970, Dials(first_year=1970)),
        ("_last_year", 1979, Dials(last_year=1979)),
    ],
)
def test_every_field_turns_its_own_dial(qtbot, dials, name, value, expected):
    with qtbot.waitSignal(dials.turned) as told:
        getattr(dials, name).setValue(value)
    assert told.args == [expected]
    assert dials.any_turned
    with qtbot.waitSignal(dials.turned) as told:
        dials._reset.click()
    assert told.args == [USUAL]
    assert not dials._reset.isEnabled()


def test_showing_dials_does_not_turn_them(qtbot, dials):
    shown = Dials(3, 2, 60, 120, 1950, 1960, frozenset({"Dub"}), 7)
    with qtbot.assertNotEmitted(dials.turned):
        dials.set_dials(shown)
    assert dials._read() == shown


def test_other_usual_dials_are_followed_unless_something_was_turned(qtbot, dials):
    with qtbot.waitSignal(dials.turned):
        dials.set_usual(Dials(per_artist=5))
    assert dials._per_artist.value() == 5
    dials._count.setValue(9)
    with qtbot.assertNotEmitted(dials.turned):
        dials.set_usual(Dials(per_artist=6))
    assert dials._per_artist.value() == 5


def open_genres(qtbot, dials):
    button = dials._genres
    button.menu().aboutToShow.emit()
    qtbot.waitUntil(lambda: button._list.count() == 2)
    return button


def test_the_genres_of_the_library_can_be_chosen(qtbot, dials):
    button = open_genres(qtbot, dials)
    assert [item.text() for item in button._items()] == ["Dub  (2)", "Jazz  (2)"]
    with qtbot.waitSignal(dials.turned) as told:
        button._list.item(1).setCheckState(Qt.CheckState.Checked)
    assert told.args[0].genres == {"Jazz"}
    assert button.text() == "Jazz"
    button._list.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert button.text() == "Any genre"


def test_genres_are_found_and_chosen_by_keys_alone(qtbot, dials):
    button = open_genres(qtbot, dials)
    qtbot.keyClicks(button._find, "JA")
    assert [item.isHidden() for item in button._items()] == [True, False]
    qtbot.keyClick(button._find, Qt.Key.Key_Return)
    assert dials.dials.genres == {"Jazz"}


def test_a_chosen_genre_that_the_library_lost_can_still_be_taken_away(qtbot, dials):
    dials.set_dials(Dials(genres=frozenset({"Polka & Waltz"})))
    assert dials._genres.text() == "Polka && Waltz"
    dials._genres.menu().aboutToShow.emit()
    qtbot.waitUntil(lambda: dials._genres._list.count() == 3)
    item = dials._genres._list.item(2)
    assert item.data(GENRE) == "Polka & Waltz"
    item.setCheckState(Qt.CheckState.Unchecked)
    assert dials.dials.genres == frozenset()

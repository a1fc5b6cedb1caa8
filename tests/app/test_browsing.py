from contextlib import contextmanager
from dataclasses import replace

import pytest

from app.browsing import properties, track_rows
from app.errors import TrackGone
from app.services import open_services
from library.records import FileState, Tags, TrackId
from tests.app.heard_library import make_library
from tests.fakes import fake_choice, tagless_choice
from tests.library.samples import stamp_of

HEARD: dict[str, tuple[float, ...] | None] = {
    "All": (0.9, 0.3, 0.6),
    "One": (0.1, 0.25, 0.0),
    "None": (0.1, 0.1, 0.1),
    "Silent": None,
}


@contextmanager
def opened(folder, choice=None):
    with open_services(
        folder, readonly=True, choose_encoder=lambda _: choice or fake_choice()
    ) as services:
        yield services


@pytest.fixture
def services(tmp_path):
    make_library(tmp_path, HEARD)
    with opened(tmp_path) as found:
        yield found


def ids(*numbers: int) -> list[TrackId]:
    return [TrackId(number) for number in numbers]


def test_rows_stand_as_asked_for_with_the_noteworthy_tags_strongest_first(services):
    rows = track_rows(services, ids(4, 2, 1, 3, 99))
    assert [(row.track.title, row.heard) for row in rows] == [
        ("Silent", ()),
        ("One", ("high",)),
        ("All", ("low", "loud", "high")),
        ("None", ()),
    ]


def test_rows_name_three_tags_at_most(tmp_path):
    choice = replace(fake_choice(), key=replace(fake_choice().key, n_tags=4), tags=tuple("abcd"))
    make_library(tmp_path, {"Song": (0.6, 0.7, 0.8, 0.9)}, key=choice.key)
    with opened(tmp_path, choice) as services:
        assert [row.heard for row in track_rows(services, ids(1))] == [("d", "c", "b")]


def test_a_library_without_tags_has_rows_without_them(tmp_path):
    make_library(tmp_path, {"Song": ()}, key=tagless_choice().key)
    with opened(tmp_path, tagless_choice()) as services:
        assert [row.heard for row in track_rows(services, ids(1))] == [()]


def test_properties_tell_all_that_is_known_of_a_track(services):
    known = properties(services, TrackId(1))
    assert known.track.title == "All"
    assert known.recording.digest == b"%016d" % 1
    assert (known.recording.codec, known.recording.channels) == ("mp3", 2)
    assert [(tag, round(score, 3)) for tag, score in known.heard] == [
        ("low", 0.9),
        ("loud", 0.6),
        ("high", 0.3),
    ]
    assert known.key == fake_choice().key
    assert [file.state for file in known.files] == [FileState.ANALYSED]


def test_properties_of_a_track_that_was_not_heard_say_why(services):
    known = properties(services, TrackId(4))
    assert known.heard == ()
    assert [file.reason for file in known.files] == ["silent"]


def test_properties_name_every_file_the_one_that_is_shown_first(tmp_path):
    make_library(tmp_path, HEARD)
    with open_services(
        tmp_path, readonly=False, choose_encoder=lambda _: fake_choice()
    ) as services:
        recording = properties(services, TrackId(1)).recording
        services.catalog.keep(stamp_of(b"/music/copy.mp3"), Tags("Copy"), recording, None)
        known = properties(services, TrackId(1))
        assert [file.tags.title for file in known.files] == ["Copy", "All"]
        assert known.track.path == known.files[0].stamp.path


def test_properties_of_a_track_that_went_away_are_refused_in_a_sentence(services):
    with pytest.raises(TrackGone, match=r"Track 99 is not in the library any more\."):
        properties(services, TrackId(99))

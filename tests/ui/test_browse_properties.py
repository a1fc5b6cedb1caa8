"""Properties of tracks: all that is known of one, what several have in common, plain text."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit

from app.browsing import properties
from library.catalog import Catalog
from library.records import LibraryChanged, Recording, Stamp, Tags, TrackId
from tests.fakes import fake_choice
from tests.ui.browse_library import keep_song, make_songs
from tests.ui.conftest import services_of
from ui.background import Written
from ui.browse.heard_bars import HeardBars
from ui.browse.properties_dialog import PropertiesDialog
from ui.browse.property_lines import common_heard, common_sections, sections_of
from ui.covers import CoverCache


@pytest.fixture
def ids(tmp_path):
    return make_songs(tmp_path)


@pytest.fixture
def background(open_background, tmp_path, ids):
    return open_background(tmp_path)


@pytest.fixture
def open_dialog(qtbot, background):
    def open_(*ids: TrackId) -> PropertiesDialog:
        dialog = PropertiesDialog(background, CoverCache(background, background), ids)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitUntil(lambda: dialog._title.text() != "")
        return dialog

    return open_


def read(folder, *ids):
    with services_of(folder, readonly=True) as services:
        return [properties(services, track_id) for track_id in ids]


def lines_of(sections):
    return {(one.title, line.name): line.text for one in sections for line in one.lines}


def texts(dialog):
    page = dialog._scroll.widget()
    labels = [label.text() for label in page.findChildren(QLabel)]
    return labels + [line.text() for line in page.findChildren(QLineEdit)]


def test_one_track_says_its_tags_its_sound_and_its_files(tmp_path, ids):
    lines = lines_of(sections_of(*read(tmp_path, ids[1])))
    assert lines["Tags", "Title"] == "Bright"
    assert lines["Tags", "Genre"] == "Jazz, Rock"
    assert ("Tags", "Disc") not in lines
    assert lines["Sound", "Length"] == "1:40"
    assert lines["Sound", "Sample rate"] == "44.1 kHz"
    assert lines["Sound", "Channels"] == "stereo"
    assert lines["In the library", "Heard by"] == "fake 1"
    assert lines["File", "Place"] == "/music/2.mp3"
    assert lines["File", "State"] == "Analysed"


def test_a_track_without_tags_says_so(tmp_path, ids):
    assert lines_of(sections_of(*read(tmp_path, ids[5])))["Tags", "Tags"] == "The file has none."


def test_every_file_of_a_track_is_there_with_the_tags_that_differ(tmp_path, ids):
    with Catalog.open(tmp_path, fake_choice().key) as catalog:
        copy = Stamp(b"/best/of.mp3", 2_000, 1, 1)
        catalog.files.register([copy])
        recording = Recording(b"%016d" % 1, "mp3", 44_100, 2, 100.0)
        catalog.keep(copy, Tags("Azure (best of)", "Ana"), recording, None)
    lines = lines_of(sections_of(*read(tmp_path, ids[0])))
    places = {lines["File 1 of 2", "Place"], lines["File 2 of 2", "Place"]}
    assert places == {"/music/1.mp3", "/best/of.mp3"}
    assert {lines["Tags", "Title"], lines["File 2 of 2", "Title"]} == {"Azure", "Azure (best of)"}
    assert ("File 1 of 2", "Title") not in lines


def test_several_tracks_say_what_they_have_in_common(tmp_path, ids):
    lines = lines_of(common_sections(read(tmp_path, *ids[:3])))
    assert lines["", "Total length"] == "5 min"
    assert lines["Tags", "Artist"] == "Ana"
    assert lines["Tags", "Album"] == "2 different values"
    assert ("Tags", "Disc") not in lines


def test_what_was_heard_in_several_tracks_is_their_mean(tmp_path, ids):
    heard = dict(common_heard(read(tmp_path, *ids[:2])))
    assert heard == pytest.approx({"low": 0.9, "loud": 0.3, "high": 0.1})
    assert common_heard([]) == ()


def test_the_dialog_shows_one_track_with_bars_for_what_was_heard(open_dialog, ids):
    dialog = open_dialog(ids[0])
    assert dialog._title.text() == "Azure"
    assert {"Azure", "/music/1.mp3", "1:40"} <= set(texts(dialog))
    bars = dialog._scroll.widget().findChild(HeardBars)
    assert bars.accessibleDescription() == "low 90 %, loud 30 %, high 10 %"


def test_the_dialog_goes_from_all_to_each_and_stops_at_the_last(qtbot, open_dialog, ids):
    dialog = open_dialog(*ids[:2])
    assert dialog._title.text() == "2 tracks"
    assert not dialog._back.isEnabled()
    dialog._on.click()
    qtbot.waitUntil(lambda: dialog._title.text() == "Azure")
    dialog._on.click()
    qtbot.waitUntil(lambda: dialog._title.text() == "Bright")
    assert dialog._where.text() == "2 of 2"
    assert not dialog._on.isEnabled()
    dialog.step(1)
    dialog._back.click()
    qtbot.waitUntil(lambda: dialog._title.text() == "Azure")


def test_a_track_that_went_away_is_no_error(open_dialog):
    dialog = open_dialog(TrackId(12_345))
    assert dialog._title.text() == "This track is not in the library any more."


def test_text_of_a_file_is_never_taken_for_markup(qtbot, open_dialog, background):
    kept: list[TrackId] = []

    def work(services):
        song = keep_song(services.catalog, 77, Tags("<img src=file:///x>", "<b>Bold</b>"))
        return Written(song, LibraryChanged(added=frozenset([song])))

    background.write(work, parent=background, on_success=kept.append)
    qtbot.waitUntil(lambda: kept != [])
    dialog = open_dialog(*kept)
    labels = dialog.findChildren(QLabel)
    assert {label.textFormat() for label in labels if label.text()} == {Qt.TextFormat.PlainText}
    assert dialog._title.text() == "<img src=file:///x>"

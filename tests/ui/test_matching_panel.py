"""The panel of seeds and matches as a whole: from what is asked to what is shown and told."""

import json
import os

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from app.match_request import MAX_SEEDS, Dials, MatchRequest
from app.matching import IS_FOLDER
from app.services import open_services
from library.records import LibraryChanged, TrackId
from tests.app.conftest import write_tone
from tests.fakes import broken_choice
from tests.ui.similar_panel import ANY, add_track, fill, make_panel, seed_with
from ui.background import Background, Written

ONE, TWO, THREE, FOUR = map(TrackId, (1, 2, 3, 4))


@pytest.fixture
def panel(qtbot, open_background, tmp_path):
    fill(tmp_path, 12)
    return make_panel(qtbot, open_background(tmp_path))


def test_without_seeds_the_panel_says_what_to_do(panel):
    assert panel.empty.isVisible()
    assert "drag one from your library" in panel.empty.sentence
    assert not panel.saving_bar.save.isEnabled()


def test_a_seed_brings_its_matches_and_their_total(qtbot, panel):
    assert set(seed_with(qtbot, panel, ONE)) == set(map(TrackId, range(2, 13)))
    assert panel.list.isVisible()
    assert panel.results_bar.total.text() == "11 matches, 18 min"
    assert panel.saving_bar.save.isEnabled()


def test_more_and_less_like_a_match_make_it_a_seed(qtbot, panel):
    seed_with(qtbot, panel, ONE)
    with qtbot.waitSignal(panel.matcher.answered):
        panel.list.more_pressed.emit([TWO])
    with qtbot.waitSignal(panel.matcher.answered):
        panel.list.less_pressed.emit([THREE])
    assert panel.matcher.request.wanted == (ONE, TWO)
    assert panel.matcher.request.unwanted == (THREE,)
    assert not {TWO, THREE} & set(panel.matched_ids())


def test_an_excluded_match_goes_and_undo_brings_it_back(qtbot, panel):
    before = seed_with(qtbot, panel, ONE)
    with qtbot.waitSignal(panel.matcher.answered):
        panel.exclude([before[0]])
    assert before[0] not in panel.matched_ids()
    with qtbot.waitSignal(panel.matcher.answered):
        panel.seeds_bar.undo.click()
    assert panel.matched_ids() == before
    with qtbot.waitSignal(panel.matcher.answered):
        panel.seeds_bar.redo.click()
    assert before[0] not in panel.matched_ids()


def test_undo_and_redo_have_their_keys_anywhere_in_the_panel(qtbot, panel):
    seed_with(qtbot, panel, ONE)
    panel.list.setFocus()
    qtbot.keySequence(panel.list, QKeySequence("Ctrl+Z"))
    assert panel.matcher.request.seeds == ()
    qtbot.keySequence(panel.list, QKeySequence("Ctrl+Shift+Z"))
    assert panel.matcher.request.wanted == (ONE,)


def test_a_locked_match_stays_whatever_the_dials_say(qtbot, panel):
    seed_with(qtbot, panel, ONE)
    panel.list.lock_pressed.emit([TWO])
    with qtbot.waitSignal(panel.matcher.answered):
        panel.dials.set_dials(Dials(0, 0, first_year=1990))
        panel.dials.turned.emit(panel.dials.dials)
    qtbot.waitUntil(lambda: panel.matched_ids() == [TWO])
    assert panel.list.matches.locked == {TWO}


def test_dials_turn_the_matches_and_mark_their_button(qtbot, panel):
    seed_with(qtbot, panel, ONE)
    panel.results_bar.dials_button.click()
    assert panel.dials.isVisible()
    with qtbot.waitSignal(panel.matcher.answered):
        panel.dials._count.setValue(5)
    assert len(panel.matched_ids()) == 5
    assert panel.results_bar.dials_button.accessibleDescription() == "Some are set"
    with qtbot.waitSignal(panel.matcher.answered):
        panel.dials.reset()
    assert panel.results_bar.dials_button.accessibleDescription() == ""


def test_filters_that_nothing_passes_can_be_reset_where_it_is_said(qtbot, panel):
    seed_with(qtbot, panel, ONE)
    with qtbot.waitSignal(panel.matcher.answered):
        panel.dials._first_year.setValue(1999)
    assert "passes the filters" in panel.empty.sentence
    with qtbot.waitSignal(panel.matcher.answered):
        panel.empty._reset.click()
    assert len(panel.matched_ids()) == 11


def test_only_unwanted_seeds_are_answered_with_advice(qtbot, panel):
    with qtbot.waitSignal(panel.matcher.answered):
        panel.add_unwanted_seeds([ONE])
    assert "All seeds are unwanted" in panel.empty.sentence


def test_a_playlist_is_asked_for_in_order_under_a_name(qtbot, panel):
    matches = seed_with(qtbot, panel, ONE)
    with qtbot.waitSignal(panel.playlist_asked) as asked:
        panel.saving_bar.save.click()
    assert asked.args == ["Like Song <b>1</b>", matches]
    actions = panel.saving_bar.more.menu().actions()
    with qtbot.waitSignal(panel.playlist_asked) as asked:
        actions[1].trigger()
    assert asked.args[1] == [ONE, *matches]
    with qtbot.waitSignal(panel.export_asked) as asked:
        actions[2].trigger()
    assert asked.args[1] == matches


def test_all_are_played_or_the_list_from_one_on_or_only_the_part(qtbot, panel):
    matches = seed_with(qtbot, panel, ONE)
    with qtbot.waitSignal(panel.play_asked) as asked:
        panel.saving_bar.play.click()
    assert asked.args == [matches, 0]
    panel.list.setFocus()
    panel.list.setCurrentIndex(panel.list.matches.index(3, 0))
    with qtbot.waitSignal(panel.play_asked) as asked:
        qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    assert asked.args == [matches, 3]
    with qtbot.waitSignal(panel.part_asked) as asked:
        qtbot.keyClick(panel.list, Qt.Key.Key_P)
    match = panel.list.matches.matches[3]
    start_s = match.reasons[0].match_start_s
    assert asked.args == [match.track.id, start_s, start_s + panel.matcher.matches.window_s]


def test_a_file_from_outside_is_heard_once_and_searched_from(qtbot, panel, tmp_path):
    song = os.fsencode(write_tone(tmp_path / "song.flac", 300, title="From <i>outside</i>"))
    with qtbot.waitSignal(panel.matcher.answered):
        panel.add_seeds([song])
    assert panel.matcher.listening == (song,)
    assert "Listening" in panel.empty.sentence
    assert "Listening" in panel.tray.model.second_line(panel.tray.model.rows[0])
    qtbot.waitUntil(lambda: len(panel.matched_ids()) == 12, timeout=20_000)
    assert panel.tray.model.rows[0].title == "From <i>outside</i>"
    with qtbot.waitSignal(panel.matcher.answered):
        panel.clear()
    with qtbot.waitSignal(panel.matcher.answered):
        panel.add_seeds([song])
    assert panel.matcher.listening == ()
    assert len(panel.matched_ids()) == 12


def test_what_cannot_be_a_seed_says_why_in_its_place(qtbot, panel, tmp_path):
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(b"no music")
    keys = [os.fsencode(broken), os.fsencode(tmp_path), b"/nowhere/x.flac"]
    panel.add_seeds([ONE, *keys])
    qtbot.waitUntil(lambda: len(panel.matcher.refused) == 3, timeout=20_000)
    rows = panel.tray.model.rows
    assert [row.reason != "" for row in rows] == [False, True, True, True]
    assert rows[2].reason == IS_FOLDER
    qtbot.waitUntil(lambda: len(panel.matched_ids()) == 11)


def test_a_track_that_is_not_analysed_yet_is_heard_now(qtbot, open_background, tmp_path):
    music = tmp_path / "music"
    fill(tmp_path / "data", 3, n_unheard=1)
    background = open_background(tmp_path / "data")
    panel = make_panel(qtbot, background)
    song = write_tone(music / "new.flac", 300)

    def move(services):
        services.catalog._store.write(
            "UPDATE files SET path = ? WHERE path = ?", (os.fsencode(song), b"/music/4.mp3")
        )
        return Written(None, LibraryChanged())

    with qtbot.waitSignal(background.library_changed):
        background.write(move, parent=panel)
    with qtbot.waitSignal(panel.matcher.answered):
        panel.set_seeds([FOUR])
    row = panel.tray.model.rows[0]
    assert panel.tray.model.second_line(row) == "Not analysed yet: listening to it…"
    qtbot.waitUntil(lambda: len(panel.matched_ids()) == 3, timeout=20_000)


def test_matches_follow_the_library_soon_after_it_changed(qtbot, open_background, tmp_path):
    fill(tmp_path, 3)
    background = open_background(tmp_path)
    panel = make_panel(qtbot, background)
    panel.matcher._soon.setInterval(10)
    seed_with(qtbot, panel, ONE)

    def add(services):
        added = add_track(services.catalog, 4)
        return Written(added, LibraryChanged(added=frozenset({added})))

    background.write(add, parent=panel)
    qtbot.waitUntil(lambda: len(panel.matched_ids()) == 3)


def test_an_equal_answer_changes_nothing_on_the_screen(qtbot, panel):
    seed_with(qtbot, panel, ONE)
    resets = qtbot.assertNotEmitted(panel.list.matches.modelReset)
    with resets, qtbot.waitSignal(panel.matcher.answered):
        panel.matcher._ask()


def test_the_session_brings_back_seeds_dials_and_locks(qtbot, open_background, tmp_path):
    fill(tmp_path, 6)
    background = open_background(tmp_path)
    panel = make_panel(qtbot, background)
    seed_with(qtbot, panel, ONE)
    panel.add_unwanted_seeds([TWO])
    panel.list.lock_pressed.emit([THREE])
    panel.dials._count.setValue(3)
    panel.results_bar.dials_button.click()
    state = json.loads(json.dumps(panel.save_state()))
    other = make_panel(qtbot, background)
    with qtbot.waitSignal(other.matcher.answered):
        other.restore_state(state)
    assert other.matcher.request == panel.matcher.request
    assert other.dials.isVisible()
    assert len(other.matched_ids()) == 3
    assert not other.matcher.history.can_undo


@pytest.mark.parametrize("state", [None, {}, {"request": 3, "dials_open": "x"}, []])
def test_a_damaged_session_leaves_the_panel_as_new(qtbot, panel, state):
    panel.restore_state(state)
    assert panel.matcher.request.seeds == ()
    assert panel.dials.dials == ANY
    assert not panel.dials.isVisible()


def test_more_seeds_than_there_may_be_are_told(qtbot, panel):
    with qtbot.waitSignal(panel.told) as told:
        panel.set_seeds([TrackId(n) for n in range(MAX_SEEDS + 1)])
    assert "200 seeds" in told.args[0]
    assert len(panel.matcher.request.seeds) == MAX_SEEDS


def test_a_late_answer_dims_the_old_matches_until_it_is_there(qtbot, panel):
    before = seed_with(qtbot, panel, ONE)
    panel.matcher.late.emit(True)
    assert panel.list._delegate.faded
    assert panel.matched_ids() == before
    with qtbot.waitSignal(panel.matcher.answered):
        panel.set_seeds([TWO])
    assert not panel.list._delegate.faded


def test_everything_can_be_reached_by_tab_and_has_a_name(qtbot, panel):
    seed_with(qtbot, panel, ONE)
    panel.results_bar.dials_button.click()
    panel.seeds_bar.files.setFocus()
    reached = set()
    for _ in range(40):
        widget = panel.window().focusWidget()
        reached.add(widget)
        assert widget.accessibleName() or getattr(widget, "text", str)(), widget
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
    controls = {
        panel.tray.view,
        panel.list,
        panel.dials._count,
        panel.dials._genres,
        panel.dials._first_year,
        panel.results_bar.dials_button,
        panel.saving_bar.play,
        panel.saving_bar.save,
        panel.saving_bar.more,
        panel.seeds_bar.undo,
    }
    assert controls <= reached


def test_the_keys_go_to_the_seeds_and_to_the_matches(qtbot, panel):
    panel.focus_seeds()
    assert panel.focusWidget() is panel.seeds_bar.files
    seed_with(qtbot, panel, ONE)
    panel.focus_seeds()
    assert panel.focusWidget() is panel.tray.view
    panel.focus_matches()
    assert panel.focusWidget() is panel.list


def test_an_encoder_that_cannot_be_opened_is_told_at_the_seed(qtbot, tmp_path):
    def open_broken(readonly):
        return open_services(
            tmp_path / "data", readonly=readonly, choose_encoder=lambda _: broken_choice()
        )

    song = os.fsencode(write_tone(tmp_path / "song.flac", 300))
    background = Background(open_broken)
    with qtbot.waitSignal(background.opened):
        background.open()
    panel = make_panel(qtbot, background)
    panel.add_seeds([song])
    qtbot.waitUntil(lambda: bool(panel.matcher.refused), timeout=20_000)
    assert panel.tray.model.second_line(panel.tray.model.rows[0]).startswith("Cannot be used")
    background.close()


def test_a_question_that_fails_is_told_and_the_old_answer_stays(qtbot, panel):
    before = seed_with(qtbot, panel, ONE)
    with qtbot.waitSignal(panel.matcher._background.failed):
        panel.matcher.go_on(MatchRequest(panel.matcher.request.seeds, dials=Dials(count=-1)))
    assert panel.matched_ids() == before
    assert not panel.list._delegate.faded

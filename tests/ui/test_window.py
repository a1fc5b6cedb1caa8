"""The wishes of one part of the window, fulfilled by another."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu

from library.records import PlaylistId, TrackId
from tests.ui.playlist_library import make_playlist, stored
from tests.ui.whole_window import OpenWindow, ids, open_dialogs, open_window, told
from ui.playing.player import PlayState
from ui.playlists.export_dialog import ExportDialog
from ui.playlists.side_bar import Place
from ui.window import MainWindow

__all__ = ["ids", "open_window"]

ONE, TWO, THREE, FOUR = map(TrackId, (1, 2, 3, 4))
WAIT_MS = 20_000


@pytest.fixture
def window(ids: list[TrackId], open_window: OpenWindow, qtbot) -> MainWindow:
    window = open_window()
    qtbot.waitUntil(lambda: len(window.panels.library._table.ids) == len(ids), timeout=WAIT_MS)
    return window


def queued(window: MainWindow) -> list[object]:
    return list(window.panels.player.queue.line.playables)


def matched(qtbot, window: MainWindow) -> list[TrackId]:
    similar = window.panels.similar
    qtbot.waitUntil(lambda: bool(similar.matched_ids()), timeout=WAIT_MS)
    return similar.matched_ids()


def test_what_is_to_be_played_is_played_and_marked_everywhere(qtbot, window: MainWindow):
    panels = window.panels
    panels.actions.play_wanted.emit((TWO, ONE))
    qtbot.waitUntil(lambda: panels.player.playing is not None)
    assert queued(window) == [TWO, ONE]
    assert panels.player.state is PlayState.PLAYING
    assert window.windowTitle() == "Artist 2 – Tone 2 — Segue"
    assert panels.library._playing == TWO
    assert panels.similar.list.matches.playing == TWO
    panels.player.next()
    qtbot.waitUntil(lambda: panels.library._playing == ONE)
    assert window.windowTitle() == "Artist 1 – Tone 1 — Segue"


def test_what_is_to_be_played_next_or_last_is_queued_and_counted(qtbot, window: MainWindow):
    panels = window.panels
    panels.actions.queue_wanted.emit((ONE, TWO))
    assert told(window) == "Queued 2 tracks."
    panels.player.play_entry(0)
    panels.actions.play_next_wanted.emit((THREE,))
    assert queued(window) == [ONE, THREE, TWO]
    row = list(Place).index(Place.QUEUE)
    assert panels.side_bar.places.model().index(row, 0).data() is not None
    shown = [
        panels.side_bar.places.model().index(row, 0).data(role)
        for role in range(Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 10)
    ]
    assert 3 in shown
    panels.notices.dismiss()


def test_the_notice_of_what_was_queued_leads_to_the_queue(window: MainWindow):
    window.panels.actions.queue_wanted.emit((ONE,))
    assert told(window) == "Queued 1 track."
    window.panels.notices._button.click()
    assert window.navigation.here == Place.QUEUE
    assert window.panels.pages.currentWidget() is window.panels.queue


def test_seeds_are_replaced_added_unwanted_and_matches_excluded(qtbot, window: MainWindow):
    actions, similar = window.panels.actions, window.panels.similar
    actions.similar_wanted.emit((TWO,))
    actions.similar_wanted.emit((ONE,))
    actions.seeds_wanted.emit((THREE,))
    actions.unwanted_seeds_wanted.emit((TWO,))
    assert similar.matcher.request.wanted == (ONE, THREE)
    assert similar.matcher.request.unwanted == (TWO,)
    assert matched(qtbot, window) == [FOUR]
    actions.exclusion_wanted.emit((FOUR,))
    qtbot.waitUntil(lambda: similar.matched_ids() == [])


def test_every_list_plays(qtbot, window: MainWindow, tmp_path: Path):
    panels = window.panels
    panels.library._table.setCurrentIndex(panels.library._table.model().index(1, 0))
    QTest.keyClick(panels.library._table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panels.player.queue.current_playable == panels.library._table.ids[1])
    panels.actions.similar_wanted.emit((ONE,))
    found = matched(qtbot, window)
    panels.similar.saving_bar.play_asked.emit()
    qtbot.waitUntil(lambda: queued(window) == found)
    panels.playlist.play_asked.emit([THREE, FOUR], 1)
    assert panels.player.queue.current_playable == FOUR


def test_a_part_of_a_match_interrupts_what_plays(qtbot, window: MainWindow):
    player = window.panels.player
    window.panels.actions.play_wanted.emit((ONE,))
    qtbot.waitUntil(lambda: player.position_s > 0.05, timeout=WAIT_MS)
    window.panels.similar.part_asked.emit(TWO, 1.0, 1.3)
    qtbot.waitUntil(lambda: player.playing is not None and player.playing.track_id == TWO)
    qtbot.waitUntil(
        lambda: player.playing is not None and player.playing.track_id == ONE, timeout=WAIT_MS
    )


def test_tracks_are_added_to_a_playlist_and_the_notice_takes_it_back(
    qtbot, ids, open_window: OpenWindow, tmp_path: Path
):
    playlist_id = make_playlist(tmp_path / "data", "Evening", [ONE])
    window = open_window()
    window.panels.actions.playlist_wanted.emit((TWO, THREE), playlist_id)
    qtbot.waitUntil(lambda: told(window) == "Added 2 tracks to Evening.")
    assert stored(tmp_path / "data", playlist_id) == [ONE, TWO, THREE]
    window.panels.notices._button.click()
    qtbot.waitUntil(lambda: stored(tmp_path / "data", playlist_id) == [ONE])


def test_a_new_playlist_is_shown_and_its_name_written(qtbot, window: MainWindow, tmp_path: Path):
    window.panels.actions.playlist_wanted.emit((TWO, ONE), None)
    qtbot.waitUntil(lambda: not isinstance(window.navigation.here, Place))
    here = window.navigation.here
    assert not isinstance(here, Place)
    assert window.panels.pages.currentWidget() is window.panels.playlist
    assert stored(tmp_path / "data", here) == [TWO, ONE]
    qtbot.waitUntil(lambda: window.panels.side_bar.playlists.findChild(QLineEdit) is not None)


def test_matches_are_kept_as_a_playlist(qtbot, window: MainWindow, tmp_path: Path):
    window.panels.actions.similar_wanted.emit((ONE,))
    found = matched(qtbot, window)
    window.panels.similar.saving_bar.save.click()
    qtbot.waitUntil(lambda: not isinstance(window.navigation.here, Place))
    here = window.navigation.here
    assert not isinstance(here, Place)
    assert stored(tmp_path / "data", here) == found


def test_properties_are_shown_once(window: MainWindow):
    window.panels.actions.properties_wanted.emit((ONE,))
    window.panels.actions.properties_wanted.emit((TWO,))
    assert len(open_dialogs(window)) == 1


@pytest.mark.parametrize(
    "name", ["show_failures", "show_settings", "show_shortcuts", "show_about", "choose_folder"]
)
def test_a_dialog_opens_once_and_closes(qtbot, window: MainWindow, name: str):
    show = getattr(window.dialogs, name)
    show()
    if name != "choose_folder":
        show()
    assert len(open_dialogs(window)) == 1
    open_dialogs(window)[0].close()
    qtbot.waitUntil(lambda: not open_dialogs(window))
    show()
    assert len(open_dialogs(window)) == 1
    open_dialogs(window)[0].close()


def test_a_playlist_is_exported_and_imported(qtbot, ids, open_window: OpenWindow, tmp_path: Path):
    playlist_id = make_playlist(tmp_path / "data", "Evening", [ONE, TWO])
    window = open_window()
    window.dialogs.export_memory.folder = str(tmp_path)
    window.panels.side_bar.export_asked.emit(playlist_id)
    qtbot.waitUntil(lambda: len(open_dialogs(window)) == 1)
    export = window.dialogs._open["export"]
    assert isinstance(export, ExportDialog)
    qtbot.waitUntil(lambda: ".flac" in export.preview.toPlainText())
    with qtbot.waitSignal(export.saved) as saved:
        export.save()
    export.close()
    window.panels.side_bar.import_asked.emit((os.fsencode(saved.args[0]),))
    qtbot.waitUntil(lambda: len(open_dialogs(window)) == 1)
    open_dialogs(window)[0].close()


def test_the_playing_track_is_shown_in_the_library(qtbot, window: MainWindow):
    window.panels.actions.play_wanted.emit((THREE,))
    qtbot.waitUntil(lambda: window.panels.library._playing == THREE)
    window.navigation.go_to(Place.QUEUE)
    window.panels.transport.track_asked.emit()
    assert window.navigation.here == Place.LIBRARY
    selected = window.panels.library._table.selectionModel().selectedRows()
    assert [window.panels.library._table.ids[index.row()] for index in selected] == [THREE]


def test_a_deleted_playlist_leads_back_to_the_library(
    qtbot, ids, open_window: OpenWindow, tmp_path: Path
):
    playlist_id = make_playlist(tmp_path / "data", "Evening", [ONE])
    window = open_window()
    window.navigation.go_to(PlaylistId(playlist_id))
    qtbot.waitUntil(lambda: window.panels.playlist.table.model().rowCount() == 1)
    window.panels.edits.delete(playlist_id)
    qtbot.waitUntil(lambda: window.navigation.here == Place.LIBRARY)


def test_folders_are_looked_through_once_searches_are_ready(qtbot, ids, open_window: OpenWindow):
    window = open_window()
    panels = window.panels
    assert not panels.analysis.running
    with qtbot.waitSignals([panels.similar.matcher.ready, panels.analysis.ended], timeout=WAIT_MS):
        pass


def test_folders_are_looked_through_where_nothing_can_be_searched_too(
    qtbot, ids, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
):
    # A process that is given no time is one that does not answer.
    monkeypatch.setattr("app.match_process._SEARCH_TIMEOUT_S", 0.001)
    window = open_window(waits=False)
    with qtbot.waitSignal(window.panels.analysis.ended, timeout=WAIT_MS):
        pass
    assert "took longer" in told(window)


def test_strip_menu_and_list_name_as_many_files_that_failed(
    qtbot, open_window: OpenWindow, tmp_path: Path
):
    music = tmp_path / "music"
    music.mkdir()
    (music / "one.flac").write_bytes(b"fLaC, but no music")
    window = open_window()
    window.panels.analysis.add_folders([os.fsencode(music)])
    qtbot.waitUntil(lambda: "Files &not analysed (1)…" in file_menu(window), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not window.panels.analysis.running)
    (music / "two.flac").write_bytes(b"fLaC, but no music either")
    window.panels.analysis.scan()
    qtbot.waitUntil(lambda: "Files &not analysed (2)…" in file_menu(window), timeout=WAIT_MS)
    assert window.panels.strip._failures.text() == "2 files could not be analysed"


def file_menu(window: MainWindow) -> list[str]:
    menu = window.menuBar().actions()[0].menu()
    assert isinstance(menu, QMenu)
    return [action.text() for action in menu.actions()]

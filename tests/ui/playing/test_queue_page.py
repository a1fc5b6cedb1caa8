import os

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QApplication

from tests.ui.drops import drop
from tests.ui.playing.conftest import WAIT_MS
from tests.ui.playing.library import write_tone
from ui.drag import tracks_mime
from ui.playing.queue_page import QueuePage
from ui.rows.entry_model import Column
from ui.style import ROW_PX
from ui.track_actions import TrackActions
from ui.track_rows import TrackRows

# A machine without a sound service is what is tested here.
pytestmark = pytest.mark.qt_log_ignore("PulseAudioService", extend=True)


@pytest.fixture
def page(player, background, tracks, qtbot) -> QueuePage:
    """Three tracks, of which the second would play."""
    player.queue.replace(tracks, 1)
    page = QueuePage(player, background, TrackRows(background), TrackActions())
    qtbot.addWidget(page)
    page.resize(700, 400)
    page.show()
    qtbot.waitUntil(lambda: titles(page)[:1] == ["Tone <b>300</b>"], timeout=WAIT_MS)
    return page


def titles(page: QueuePage) -> list[str]:
    return [page.model.text(row, Column.TITLE) for row in range(page.model.rowCount())]


def select(page: QueuePage, *rows: int) -> None:
    page.table.clearSelection()
    page.table.setCurrentIndex(page.model.index(rows[0], 0))
    for row in rows:
        flag = page.table.selectionModel().SelectionFlag
        page.table.selectionModel().select(page.model.index(row, 0), flag.Select | flag.Rows)


def test_the_queue_is_listed_and_the_current_entry_marked(page, qtbot):
    assert titles(page) == ["Tone <b>300</b>", "Tone <b>400</b>", "Tone <b>500</b>"]
    assert [page.model.text(2, column) for column in tuple(Column)[1:4]] == [
        "The Tones & Co",
        "Tests",
        "0:30",
    ]
    assert [page.model.plays(row) for row in range(3)] == [False, True, False]


def test_the_page_tells_how_long_it_lasts_and_what_is_left(page, player, qtbot):
    about = page.about
    qtbot.waitUntil(lambda: about.text() == "3 tracks · 31 s · 30 s left", timeout=WAIT_MS)
    player.edit_queue(lambda queue: queue.go_to(2))
    player.restore(10.0)
    assert about.text() == "3 tracks · 31 s · 20 s left"


def test_times_that_come_after_an_undo_leave_those_of_the_queue(page, background, qtbot):
    full = "3 tracks · 31 s · 30 s left"
    qtbot.waitUntil(lambda: page.about.text() == full, timeout=WAIT_MS)
    page.clear_button.click()
    page._later.stop()
    answered: list[None] = []
    page._measure()
    page.undo()
    background.read(
        lambda _services: None, on_success=answered.append, parent=page, replaces="queue-times-seen"
    )
    qtbot.waitUntil(lambda: answered == [None], timeout=WAIT_MS)
    assert page.about.text() == full


def test_removed_entries_come_back_with_undo(page, player):
    select(page, 0, 2)
    page.table.remove()
    assert titles(page) == ["Tone <b>400</b>"]
    page.undo()
    assert len(titles(page)) == 3
    page.redo()
    assert len(titles(page)) == 1


def test_chosen_entries_are_moved_and_stay_chosen(page):
    select(page, 0)
    page.table.move_down()
    assert titles(page)[1] == "Tone <b>300</b>"
    assert page.table.selected_rows() == [1]
    page.table.move_up()
    assert titles(page)[0] == "Tone <b>300</b>"


def test_entries_dropped_elsewhere_are_moved(page):
    mime = page.model.mime_of([0])
    assert page.model.take(mime, 3)
    assert titles(page) == ["Tone <b>400</b>", "Tone <b>500</b>", "Tone <b>300</b>"]
    assert page.model.plays(0)


def test_tracks_are_dropped_at_the_line_that_is_shown(page, tracks):
    gaps: list[int | None] = []
    drop(
        page.table.viewport(),
        tracks_mime([tracks[2]], []),
        50,
        ROW_PX + 5,
        meanwhile=lambda: gaps.append(page.table.drop_gap),
    )
    assert gaps == [1]
    assert page.table.drop_gap is None
    assert titles(page)[1] == "Tone <b>500</b>"
    assert page.model.rowCount() == 4


def test_own_entries_are_moved_by_a_drop_even_with_ctrl(page):
    drop(page.table.viewport(), page.model.mime_of([0]), 50, 3 * ROW_PX + 5, ctrl=True)
    assert titles(page) == ["Tone <b>400</b>", "Tone <b>500</b>", "Tone <b>300</b>"]


def test_files_and_folders_are_dropped_as_tracks_where_the_library_has_them(
    page,
    player,
    tracks,
    tmp_path,
    qtbot,
):
    folder = tmp_path / "outside"
    outside = write_tone(folder / "b.wav", 700)
    write_tone(folder / "deeper" / "a.flac", 800)
    (folder / "notes.txt").write_text("no music")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "300.flac")), QUrl.fromLocalFile(str(folder))])
    assert page.model.take(mime, 0)
    qtbot.waitUntil(lambda: page.model.rowCount() == 6, timeout=WAIT_MS)
    assert player.queue.line.playables[:3] == (
        tracks[0],
        os.fsencode(outside),
        os.fsencode(folder / "deeper" / "a.flac"),
    )
    assert titles(page)[1] == "b"


def test_a_drag_carries_files_for_other_programs(page, tmp_path):
    mime = page.model.mime_of([1, 0])
    assert [url.toLocalFile() for url in mime.urls()] == [
        str(tmp_path / "400.flac"),
        str(tmp_path / "300.flac"),
    ]


def test_what_carries_no_music_is_not_taken(page):
    mime = QMimeData()
    mime.setText("hello")
    assert not page.model.take(mime, 0)


def test_an_empty_queue_says_what_to_do(page, player):
    page.clear_button.click()
    assert titles(page) == []
    assert not page.save_button.isEnabled()
    assert "drop tracks and files here" in page.table.accessibleDescription()
    page.undo()
    assert len(titles(page)) == 3


def test_the_queue_can_be_kept_as_a_playlist(page, tracks, qtbot):
    with qtbot.waitSignal(page.playlist_asked) as asked:
        page.save_button.click()
    name, ids = asked.args
    assert name.startswith("Queue of ")
    assert ids == tuple(tracks)


def test_return_plays_the_current_row(page, player, qtbot):
    select(page, 2)
    page.table.open_current()
    assert player.queue.current_index == 2
    qtbot.waitUntil(lambda: player.position_s > 0.1, timeout=WAIT_MS)


def test_the_menu_offers_what_can_be_done_with_entries(page):
    select(page, 0)
    menu = page.table.context_menu()
    texts = [action.text().split("\t")[0] for action in menu.actions()]
    assert {"Play next", "Find similar", "Move up", "Remove from queue"} <= set(texts)
    menu.close()
    QApplication.processEvents()


def test_keys_edit_the_queue_after_a_menu_that_was_opened_on_nothing(page, qtbot):
    page.table.clearSelection()
    menu = page.table.context_menu()
    assert [action.isEnabled() for action in menu.actions()] == [False] * 3
    menu.close()
    select(page, 0)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    assert titles(page) == ["Tone <b>400</b>", "Tone <b>500</b>"]

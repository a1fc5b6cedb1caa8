"""What the window is like when it is opened: as it was left, or saying why it cannot be."""

import json
import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from app.settings import SETTINGS_FILE, Settings, write_settings
from library.catalog import Catalog
from library.records import TrackId
from tests.fakes import fake_choice
from tests.ui.playlist_library import make_playlist
from tests.ui.whole_window import OpenWindow, end, ids, open_window, told
from ui.playing.player import PlayState
from ui.playlists.side_bar import Place
from ui.session import SESSION_FILE
from ui.style import DARK, apply_theme, theme_of
from ui.window import MainWindow

__all__ = ["ids", "open_window"]

ONE, TWO, THREE, FOUR = map(TrackId, (1, 2, 3, 4))


def close(window: MainWindow) -> None:
    end(window, window._background)


def titles(window: MainWindow) -> int:
    return len(window.panels.library._table.ids)


def test_the_window_comes_back_as_it_was_left(qtbot, ids, open_window: OpenWindow, tmp_path: Path):
    playlist_id = make_playlist(tmp_path / "data", "Evening", [ONE])
    window = open_window()
    panels = window.panels
    window.resize(770, 610)
    window._splitter.setSizes([150, 300, 320])
    widths = window._splitter.sizes()
    panels.library.browser_action.setChecked(True)
    panels.library.search("Tone")
    panels.actions.similar_wanted.emit((ONE,))
    panels.actions.unwanted_seeds_wanted.emit((TWO,))
    panels.actions.queue_wanted.emit((THREE, FOUR))
    panels.player.queue.go_to(1)
    panels.player.restore(7.5)
    panels.player.deck.set_volume(0.4, muted=True)
    window.navigation.go_to(playlist_id)
    close(window)

    window = open_window()
    panels = window.panels
    assert (window.width(), window.height()) == (770, 610)
    assert window._splitter.sizes() == widths
    assert panels.library.browser_action.isChecked()
    assert panels.library._line.text == "Tone"
    assert window.navigation.here == playlist_id
    assert panels.similar.matcher.request.wanted == (ONE,)
    assert panels.similar.matcher.request.unwanted == (TWO,)
    assert list(panels.player.queue.line.playables) == [THREE, FOUR]
    assert panels.player.queue.current_playable == FOUR
    assert panels.player.state is PlayState.STOPPED
    assert panels.player.position_s == 7.5
    assert (panels.player.deck.volume, panels.player.deck.is_muted) == (0.4, True)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"[]",
        b'{"window": 3, "place": [], "library": "x", "similar": 1, "playing": null, "export": 2}',
        b'{"window": {"geometry": "AAAA", "widths": ["a"]}, "place": {"playlist": 999},'
        b' "playing": {"queue": "{}", "volume": "loud", "position_s": {}},'
        b' "library": {"table": {"order": 1}, "browser": {"sizes": 1}, "sizes": ["x", 1]},'
        b' "similar": {"request": {"seeds": [[1, 2, 3]]}}}',
    ],
    ids=["empty", "cut off", "not text", "a list", "other kinds", "nonsense within"],
)
def test_a_damaged_session_is_ignored(
    qtbot, ids, open_window: OpenWindow, tmp_path: Path, content: bytes
):
    (tmp_path / "data" / SESSION_FILE).write_bytes(content)
    window = open_window()
    qtbot.waitUntil(lambda: titles(window) == len(ids))
    qtbot.waitUntil(lambda: window.navigation.here == Place.LIBRARY)
    close(window)
    state = json.loads((tmp_path / "data" / SESSION_FILE).read_bytes())
    assert state["place"] == {"place": str(Place.LIBRARY)}


def test_a_library_that_is_in_use_is_shown_and_can_be_tried_again(
    qtbot, ids, open_window: OpenWindow, tmp_path: Path
):
    with Catalog.open(tmp_path / "data", fake_choice().key):
        window = open_window(waits=False)
        qtbot.waitUntil(lambda: told(window) != "")
        assert "another" in told(window).lower()
        window.panels.notices._end.timeout.emit()
        assert told(window) != ""
        qtbot.waitUntil(lambda: titles(window) == len(ids))
        assert not window._is_open
    window.panels.notices._button.click()
    qtbot.waitUntil(lambda: window._is_open)
    assert told(window) == ""


def test_settings_that_cannot_be_read_are_told_of_and_not_written_over(
    qtbot, ids, open_window: OpenWindow, tmp_path: Path, qapp
):
    path = tmp_path / "data" / SETTINGS_FILE
    path.write_text('{"schema_version": 1, "theme": "plaid"}')
    window = open_window(waits=False)
    qtbot.waitUntil(lambda: "plaid" in told(window))
    qtbot.waitUntil(lambda: window.dialogs.keep_settings_file)
    window.dialogs.show_settings()
    assert "cannot be changed" in told(window)
    window.panels.notices.dismiss()
    assert "plaid" in path.read_text()
    write_settings(path, Settings(theme="dark"))
    assert "plaid" in told(window)
    window.panels.notices._button.click()
    qtbot.waitUntil(lambda: window._is_open and titles(window) == len(ids))
    qtbot.waitUntil(lambda: window.dialogs.settings.theme == "dark")
    assert theme_of(window.palette()) is DARK
    window.dialogs.show_settings()
    apply_theme(qapp, "light")


def test_the_files_of_a_start_and_of_a_second_one_become_seeds(
    qtbot, ids, open_window: OpenWindow, tmp_path: Path
):
    files = [os.fsencode(tmp_path / f"{number}.flac") for number in (1, 2)]
    window = open_window([files[0]])
    similar = window.panels.similar
    assert similar.matcher.request.wanted == (files[0],)
    qtbot.waitUntil(lambda: bool(similar.matched_ids()), timeout=20_000)
    window.take_files([files[1]])
    assert similar.matcher.request.wanted == (files[1],)
    window.take_files([])
    assert similar.matcher.request.wanted == (files[1],)


@pytest.mark.parametrize("theme", ["auto", "light"])
def test_the_window_follows_the_desktop_unless_a_theme_was_chosen(
    open_window: OpenWindow, qapp, monkeypatch, theme: str
):
    window = open_window(settings=Settings(theme=theme))
    hints = QGuiApplication.styleHints()
    monkeypatch.setattr(type(hints), "colorScheme", lambda _hints: Qt.ColorScheme.Dark)
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert (theme_of(window.palette()) is DARK) == (theme == "auto")
    monkeypatch.undo()
    apply_theme(qapp, "light")

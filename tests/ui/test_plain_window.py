"""Markup in tags, names and paths is shown as it is, wherever the window shows them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLabel,
    QMenu,
    QMessageBox,
    QTextEdit,
    QWidget,
)

from library.catalog import Catalog
from library.records import Tags, TrackId
from tests.fakes import fake_choice
from tests.ui.playlist_library import make_playlist
from tests.ui.whole_window import OpenWindow, keep_tone, open_dialogs, open_window, told
from ui.playlists.side_bar import Place
from ui.window import MainWindow

__all__ = ["open_window"]

MARK = '<b>x</b><img src="file:///PROBE">'
FILE_MARK = "<b>x<img src='PROBE'>"
ONE, TWO = map(TrackId, (1, 2))
WAIT_MS = 20_000


@pytest.fixture
def window(open_window: OpenWindow, tmp_path: Path, qtbot) -> MainWindow:
    """Markup in every tag, as file name and as the name of a playlist, which is shown."""
    with Catalog.open(tmp_path / "data", fake_choice().key) as catalog:
        tags = Tags(f"{MARK}T", f"{MARK}A", f"{MARK}B", f"{MARK}C", (f"{MARK}G",), 1999, 1)
        for number in (1, 2, 3):
            keep_tone(catalog, tmp_path / f"{FILE_MARK}{number}.flac", number, tags)
    playlist_id = make_playlist(tmp_path / "data", f"{MARK}P", [ONE, TWO])
    window = open_window()
    window.panels.library.browser_action.setChecked(True)
    window.panels.similar.results_bar.dials_button.click()
    window.navigation.go_to(playlist_id)
    qtbot.waitUntil(lambda: window.panels.playlist.table.model().rowCount() == 2)
    return window


def indexes(view: QAbstractItemView) -> Iterator[QModelIndex]:
    model = view.model()
    for row in range(min(model.rowCount(), 50)):
        first = model.index(row, 0)
        columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
        yield from (first.siblingAtColumn(column) for column in range(columns))


def texts(widget: QWidget) -> Iterator[tuple[str, str]]:
    """What a widget would show as markup, if there is any in it."""
    name = f"{type(widget.parentWidget()).__name__}.{type(widget).__name__}"
    yield f"tooltip of {name}", widget.toolTip()
    if isinstance(widget, QLabel | QMessageBox):
        if widget.textFormat() != Qt.TextFormat.PlainText:
            yield name, widget.text()
    elif isinstance(widget, QTextEdit):
        yield name, widget.toHtml()
    elif isinstance(widget, QAbstractItemView):
        for index in indexes(widget):
            yield f"tooltip in {name}", str(index.data(Qt.ItemDataRole.ToolTipRole) or "")


def interpreted() -> list[str]:
    """Where markup is taken for markup."""
    return [
        f"{where}: {text}"
        for top in QApplication.topLevelWidgets()
        for widget in [top, *top.findChildren(QWidget)]
        for where, text in texts(widget)
        if "<b>x" in text or "<img" in text
    ]


def shown(view: QAbstractItemView) -> str:
    return " ".join(str(index.data() or "") for index in indexes(view))


def test_lists_show_tags_and_names_as_they_are(qtbot, window: MainWindow):
    panels = window.panels
    assert f"{MARK}P" in shown(panels.side_bar.playlists)
    qtbot.waitUntil(lambda: f"{MARK}T" in shown(panels.playlist.table))
    window.navigation.go_to(Place.LIBRARY)
    qtbot.waitUntil(lambda: f"{MARK}T" in shown(panels.library._table))
    assert interpreted() == []
    window.navigation.go_to(Place.ALBUMS)
    qtbot.waitUntil(lambda: f"{MARK}B" in shown(panels.library._grid))
    window.grab()
    assert interpreted() == []


def test_seeds_and_matches_are_shown_as_they_are(qtbot, window: MainWindow, tmp_path: Path):
    similar = window.panels.similar
    outside = os.fsencode(tmp_path / f"{FILE_MARK} gone.flac")
    similar.set_seeds([ONE, outside])
    qtbot.waitUntil(lambda: bool(similar.matched_ids()), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: outside in similar.matcher.refused, timeout=WAIT_MS)
    window.grab()
    assert MARK in shown(similar.tray.view)
    assert interpreted() == []


def test_what_plays_and_the_queue_are_shown_as_they_are(qtbot, window: MainWindow):
    panels = window.panels
    panels.actions.play_wanted.emit((ONE, TWO))
    qtbot.waitUntil(lambda: MARK in window.windowTitle())
    window.navigation.go_to(Place.QUEUE)
    window.grab()
    assert f"{MARK}T" in panels.transport.track.accessibleName()
    assert interpreted() == []


def test_notices_show_names_and_paths_as_they_are(qtbot, window: MainWindow, tmp_path: Path):
    panels = window.panels
    here = window.navigation.here
    assert not isinstance(here, Place)
    panels.edits.append(here, [ONE])
    qtbot.waitUntil(lambda: MARK in told(window))
    assert MARK in panels.notices._label.text()
    assert interpreted() == []
    panels.notices.dismiss()
    panels.analysis.add_folders([os.fsencode(tmp_path / FILE_MARK)])
    qtbot.waitUntil(lambda: FILE_MARK in told(window))
    assert interpreted() == []


def test_dialogs_show_names_paths_and_reasons_as_they_are(
    qtbot, window: MainWindow, tmp_path: Path
):
    folder = tmp_path / f"{FILE_MARK} music"
    folder.mkdir()
    (folder / f"{FILE_MARK}.flac").write_bytes(b"fLaC, but no music")
    with qtbot.waitSignal(window.panels.analysis.ended, timeout=WAIT_MS):
        window.panels.analysis.add_folders([os.fsencode(folder)])
    for show, says in (
        (lambda: window.dialogs.show_properties((ONE,)), MARK),
        (lambda: window.dialogs.show_failures(), FILE_MARK),
        (lambda: window.dialogs.show_settings(), FILE_MARK),
        (lambda: window.dialogs.export_tracks(f"{MARK}P", [ONE, TWO]), FILE_MARK),
    ):
        show()
        (dialog,) = open_dialogs(window)
        qtbot.waitUntil(lambda one=dialog, text=says: text in all_of(one), timeout=WAIT_MS)
        dialog.grab()
        assert interpreted() == []
        dialog.close()
        qtbot.waitUntil(lambda: not open_dialogs(window))


def all_of(dialog: QWidget) -> str:
    """What a dialog says."""
    found = []
    for one in dialog.findChildren(QWidget):
        if isinstance(one, QAbstractItemView):
            found.append(shown(one))
        for name in ("text", "toPlainText", "fullText"):
            found.append(str(getattr(one, name, lambda: "")()))
    return " ".join(found)


def test_menus_of_tracks_show_the_names_of_playlists_as_they_are(window: MainWindow):
    menu = window.panels.actions.menu((ONE,), window)
    (playlists,) = [one for action in menu.actions() if isinstance(one := action.menu(), QMenu)]
    assert f"{MARK}P" in [action.text() for action in playlists.actions()]
    menu.popup(window.mapToGlobal(QPoint(0, 0)))
    assert interpreted() == []
    menu.close()


def test_markup_that_is_taken_for_markup_would_be_found(qtbot):
    label = QLabel(MARK)
    qtbot.addWidget(label)
    label.setToolTip(MARK)
    assert len(interpreted()) == 2

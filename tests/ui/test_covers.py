import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from library.catalog import Catalog
from library.records import LibraryChanged, TrackId
from tests.app.heard_library import make_library
from tests.fakes import fake_choice
from ui import covers as covers_module
from ui.background import Background
from ui.covers import COVER_PX, CoverCache, _image

OpenBackground = Callable[[Path], Background]


def jpeg(width: int, height: int, colour: str = "red") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """30 tracks; 1 has a wide cover, 2 none, 3 one that is damaged."""
    folder = tmp_path_factory.mktemp("library")
    make_library(folder, {f"Tone {n}": (1.0, 0.0, 0.0) for n in range(1, 31)})
    with Catalog.open(folder, fake_choice().key) as catalog:
        for number in range(4, 31):
            catalog.tracks.keep_cover(TrackId(number), jpeg(300, 300))
        catalog.tracks.keep_cover(TrackId(1), jpeg(500, 250))
        catalog.tracks.keep_cover(TrackId(3), b"no picture")
        catalog._store.database.conn.commit()
    return folder


@pytest.fixture
def background(open_background: OpenBackground, library: Path, tmp_path: Path) -> Background:
    shutil.copytree(library, tmp_path, dirs_exist_ok=True)
    return open_background(tmp_path)


@pytest.fixture
def covers(background: Background) -> CoverCache:
    return CoverCache(background, background)


def test_a_cover_is_fetched_and_fits_its_square(qtbot, covers: CoverCache):
    with qtbot.waitSignal(covers.arrived) as arrived:
        assert covers.get(TrackId(1)) is None
    assert arrived.args == [{1}]
    pixmap = covers.get(TrackId(1))
    assert pixmap is not None
    assert (pixmap.width(), pixmap.height()) == (COVER_PX, COVER_PX // 2)


@pytest.mark.qt_log_ignore("JPEG")
def test_a_track_without_a_cover_is_asked_for_once(qtbot, covers: CoverCache):
    with qtbot.waitSignal(covers.arrived):
        for number in (1, 2, 3):
            covers.get(TrackId(number))
    with qtbot.assertNotEmitted(covers.arrived, wait=50):
        assert covers.get(TrackId(2)) is None
    assert TrackId(2) in covers._covers


def test_no_more_covers_are_decoded_at_once_than_a_screen_shows(qtbot, covers: CoverCache):
    with qtbot.waitSignal(covers.arrived) as arrived:
        for number in range(4, 31):
            covers.get(TrackId(number))
    assert arrived.args == [set(range(7, 31))]


def test_a_cover_that_changed_is_fetched_anew(qtbot, background: Background, covers: CoverCache):
    with qtbot.waitSignal(covers.arrived):
        covers.get(TrackId(1))
    background.announce(LibraryChanged(updated=frozenset({TrackId(1)})))
    with qtbot.waitSignal(covers.arrived):
        assert covers.get(TrackId(1)) is None


def test_a_cover_that_changed_while_it_was_read_is_not_kept(
    qtbot, background: Background, covers: CoverCache
):
    covers.get(TrackId(1))
    covers._batches.ask()
    background.announce(LibraryChanged(updated=frozenset({TrackId(1)})))
    with qtbot.waitSignal(covers.arrived):
        pass
    assert covers.get(TrackId(1)) is None


def test_memory_is_bounded(qtbot, covers: CoverCache, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(covers_module, "_KEPT_COVERS", 2)
    for number in (4, 5, 6):
        with qtbot.waitSignal(covers.arrived):
            covers.get(TrackId(number))
    assert list(covers._covers) == [5, 6]


@pytest.mark.qt_log_ignore("JPEG")
@pytest.mark.parametrize(
    "picture",
    [b"", b"no picture", jpeg(4, 4)[:20], jpeg(2_000, 10), b"<svg xmlns='x'/>"],
    ids=["empty", "text", "cut", "huge", "another kind"],
)
def test_what_is_no_small_jpeg_is_no_cover(qapp, picture: bytes):
    assert _image(picture) is None

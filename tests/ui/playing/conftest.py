"""A player with three tones of a real library, silent on any machine."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtMultimedia import QAudioDevice, QMediaDevices

from library.catalog import Catalog
from library.records import TrackId
from tests.ui.playing.library import KEY, add_tone
from ui.background import Background
from ui.playing.player import Player

WAIT_MS = 20_000  # the first track waits for its process


@pytest.fixture(autouse=True)
def no_sound_device(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests are not heard, even where there is a loudspeaker."""
    monkeypatch.setattr(QMediaDevices, "defaultAudioOutput", staticmethod(QAudioDevice))


@pytest.fixture
def tracks(tmp_path: Path) -> list[TrackId]:
    with Catalog.open(tmp_path / "data", KEY) as catalog:
        return [
            add_tone(catalog, tmp_path / f"{hz}.flac", hz, duration_s)
            for hz, duration_s in ((300, 0.6), (400, 0.5), (500, 30.0))
        ]


@pytest.fixture
def background(
    tmp_path: Path, tracks: list[TrackId], open_background: Callable[[Path], Background]
) -> Background:
    return open_background(tmp_path / "data")


@pytest.fixture
def player(background: Background) -> Iterator[Player]:
    player = Player(background)
    yield player
    player.close()
    player.deleteLater()

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.control import Control
from app.folders import add_folders, remove_folder
from app.services import Services, open_services
from app.upkeep import Upkeep, keep_up
from tests.fakes import fake_choice


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with open_services(
        tmp_path / "data", readonly=False, choose_encoder=lambda _settings: fake_choice()
    ) as services:
        yield services


def test_what_is_no_folder_is_refused_with_a_reason(services: Services, tmp_path: Path):
    (tmp_path / "song.mp3").touch()
    paths = [os.fsencode(tmp_path / name) for name in ("gone", "song.mp3")]
    added = add_folders(services, paths)
    assert added.accepted == ()
    assert added.refused == {paths[0]: "it is not there", paths[1]: "it is not a folder"}
    assert services.catalog.roots() == ()


# Root may look everywhere, so that this is asked by somebody else.
STRANGER = """
import os, sys
from types import SimpleNamespace
from app.folders import add_folders
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
folder = os.fsencode(sys.argv[1])
print(add_folders(SimpleNamespace(catalog=None), [folder]).refused[folder])
"""


def test_a_folder_that_may_not_be_read_is_refused():
    with tempfile.TemporaryDirectory() as outer:
        os.chmod(outer, 0o755)
        closed = Path(outer) / "closed"
        closed.mkdir(mode=0o000)
        ran = subprocess.run(
            [sys.executable, "-c", STRANGER, str(closed)],
            check=True,
            capture_output=True,
            text=True,
        )
    assert "not allowed" in ran.stdout


def test_a_folder_within_another_is_no_second_one(services: Services, music: Path):
    low = os.fsencode(music / "Low")
    added = add_folders(services, [os.fsencode(music), low])
    assert added.accepted == (os.fsencode(music), low)
    assert services.catalog.roots() == (os.fsencode(music),)


def test_a_folder_around_others_takes_their_place_and_keeps_their_tracks(
    services: Services, music: Path
):
    add_folders(services, [os.fsencode(music / "Low")])
    list(keep_up(services, Upkeep(), Control()))
    tracks = services.catalog.tracks.ids()
    add_folders(services, [os.fsencode(music)])
    assert services.catalog.roots() == (os.fsencode(music),)
    assert services.catalog.tracks.ids() == tracks


def test_removing_a_folder_names_the_tracks_that_went_and_those_a_playlist_keeps(
    services: Services, music: Path
):
    add_folders(services, [os.fsencode(music / "Low"), os.fsencode(music / "High")])
    list(keep_up(services, Upkeep(), Control()))
    low = services.catalog.files.tracks_below(os.fsencode(music / "Low"))
    kept = min(low)
    services.catalog.playlists.insert(services.catalog.playlists.create("Mine"), 0, [kept])
    change = remove_folder(services, os.fsencode(music / "Low"))
    assert change.removed == low - {kept}
    assert change.updated == {kept}
    assert change.roots
    assert len(services.catalog.tracks.ids()) == 3
    assert (music / "Low" / "1.flac").exists()

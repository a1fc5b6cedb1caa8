import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.control import Control
from app.errors import WorkerFailure
from app.events import Finished, FolderMissing, Kept
from app.services import Services, open_services
from app.upkeep import Upkeep, keep_up
from library.records import LibraryChanged, TrackId
from tests.app.conftest import retag, write_tone
from tests.fakes import broken_choice, fake_choice

Told = list[object]


@pytest.fixture
def services(tmp_path: Path, music: Path) -> Iterator[Services]:
    with open_services(
        tmp_path / "data", readonly=False, choose_encoder=lambda _settings: fake_choice()
    ) as services:
        services.catalog.add_root(os.fsencode(music))
        yield services


EVERYTHING = Upkeep()


def run(services: Services, upkeep: Upkeep = EVERYTHING) -> Told:
    return list(keep_up(services, upkeep, Control()))


def whole_change(told: Told) -> LibraryChanged:
    changes = [one for one in told if isinstance(one, LibraryChanged)]
    return LibraryChanged(
        added=frozenset[TrackId]().union(*(one.added for one in changes)),
        updated=frozenset[TrackId]().union(*(one.updated for one in changes)),
    )


def kept_names(told: Told) -> list[bytes]:
    return sorted(os.path.basename(one.path) for one in told if isinstance(one, Kept))


def test_new_tracks_are_told_as_added_and_the_report_comes_last(services: Services):
    told = run(services)
    assert whole_change(told).added == set(services.catalog.tracks.ids())
    assert isinstance(told[-1], Finished)
    assert isinstance(told[-2], LibraryChanged)


def test_a_track_that_cannot_be_heard_is_told_as_well(services: Services, music: Path):
    write_tone(music / "silent.flac", 300, level=0.0, title="Nothing")
    told = run(services)
    assert len(whole_change(told).added) == 5
    assert whole_change(told).added == set(services.catalog.tracks.ids())


def test_a_retagged_file_is_told_as_updated(services: Services, music: Path):
    run(services)
    retag(music / "Low" / "1.flac", title="Another")
    change = whole_change(run(services))
    assert (len(change.added), len(change.updated)) == (0, 1)


def test_tracks_that_went_missing_or_came_back_are_told(services: Services, music: Path):
    run(services)
    hidden = music.parent / "elsewhere"
    music.rename(hidden)
    told = run(services)
    assert whole_change(told).updated == set(services.catalog.tracks.ids())
    assert [one.n_missing for one in told if isinstance(one, FolderMissing)] == [4]
    hidden.rename(music)
    assert whole_change(run(services)).updated == set(services.catalog.tracks.ids())


def test_only_the_folders_that_changed_are_looked_at(services: Services, music: Path):
    run(services)
    write_tone(music / "Low" / "new.flac", 400)
    write_tone(music / "High" / "other.flac", 500)
    told = run(services, Upkeep(folders=frozenset({os.fsencode(music / "Low")})))
    assert kept_names(told) == [b"new.flac"]


def test_a_changed_file_stands_for_its_folder(services: Services, music: Path):
    run(services)
    new = write_tone(music / "Low" / "new.flac", 400)
    told = run(services, Upkeep(folders=frozenset({os.fsencode(new)})))
    assert kept_names(told) == [b"new.flac"]


def test_a_folder_that_was_deleted_is_no_folder_of_the_listener_that_is_away(
    services: Services, music: Path
):
    run(services)
    for path in (music / "Low").iterdir():
        path.unlink()
    (music / "Low").rmdir()
    told = run(services, Upkeep(folders=frozenset({os.fsencode(music / "Low")})))
    assert not [one for one in told if isinstance(one, FolderMissing)]
    assert len(whole_change(told).updated) == 2


@pytest.mark.parametrize("place", ["outside", "hidden", "marked"])
def test_folders_that_a_whole_scan_passes_over_are_passed_over(
    services: Services, music: Path, place: str
):
    folder = {
        "outside": music.parent / "outside",
        "hidden": music / ".hidden" / "below",
        "marked": music / "marked" / "below",
    }[place]
    write_tone(folder / "1.flac", 400)
    if place == "marked":
        (folder.parent / ".nomedia").touch()
    told = run(services, Upkeep(folders=frozenset({os.fsencode(folder)})))
    assert os.fsencode(folder / "1.flac") not in [one.path for one in told if isinstance(one, Kept)]
    assert services.catalog.tracks.by_path(os.fsencode(folder / "1.flac")) is None


def test_single_failed_files_are_read_again(services: Services, music: Path):
    for name in ("a", "b"):
        (music / f"{name}.flac").write_bytes(b"no music")
    run(services)
    told = run(
        services,
        Upkeep(folders=frozenset(), retry=frozenset({os.fsencode(music / "a.flac")})),
    )
    assert isinstance(told[-1], Finished)
    assert told[-1].report.n_failed == 1


def test_what_was_kept_is_told_before_the_run_fails(services: Services):
    told: Told = []
    steps = keep_up(replace(services, encoder=broken_choice()), Upkeep(), Control())
    with pytest.raises(WorkerFailure):
        told.extend(steps)
    assert isinstance(told[-1], LibraryChanged)


def test_two_wishes_become_one_run():
    some = Upkeep(folders=frozenset({b"/a"}), retry=frozenset({b"/a/x"}), wanted=(b"/a/y",))
    assert some.joined(Upkeep()).folders is None
    joined = some.joined(Upkeep(folders=frozenset({b"/b"}), retry_failed=True, wanted=(b"/z",)))
    assert joined == Upkeep(
        frozenset({b"/a", b"/b"}), frozenset({b"/a/x"}), retry_failed=True, wanted=(b"/a/y", b"/z")
    )

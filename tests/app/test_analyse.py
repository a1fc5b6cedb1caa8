import errno
import multiprocessing
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from app.analyse import AnalysisPlan, _chunk, analyse
from app.control import Control
from app.encoder_choice import EncoderChoice
from app.events import Event, Failed, Finished, FolderMissing, Kept, NotScanned, Progress, Report
from app.pace import Pace
from library.catalog import Catalog
from library.errors import StoreError
from library.indexing import index_name
from library.query import words
from tests.app.conftest import retag, write_tone
from tests.fakes import broken_choice, fake_choice

Scan = Callable[..., list[Event]]


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def catalog(data_dir: Path) -> Iterator[Catalog]:
    with Catalog.open(data_dir, fake_choice().key) as catalog:
        yield catalog


def scan(
    catalog: Catalog,
    *roots: Path,
    encoder: EncoderChoice | None = None,
    control: Control | None = None,
    wanted: tuple[Path, ...] = (),
    retry_failed: bool = False,
    n_decoders: int = 2,
) -> list[Event]:
    plan = AnalysisPlan(
        roots=tuple(os.fsencode(root) for root in roots),
        wanted=tuple(os.fsencode(path) for path in wanted),
        retry_failed=retry_failed,
    )
    return list(
        analyse(
            catalog,
            encoder or fake_choice(),
            plan,
            control or Control(),
            n_decoders=n_decoders,
        )
    )


def report_of(events: list[Event]) -> Report:
    assert isinstance(events[-1], Finished)
    return events[-1].report


def passed_over(events: list[Event]) -> list[NotScanned]:
    return [event for event in events if isinstance(event, NotScanned)]


def kept_paths(events: list[Event]) -> list[Path]:
    return [Path(os.fsdecode(event.path)) for event in events if isinstance(event, Kept)]


def assert_counts_add_up(catalog: Catalog, report: Report) -> None:
    assert report.n_found == (
        report.n_unchanged + report.n_kept + report.n_failed + report.n_pending
    )
    counts = catalog.files.counts()
    assert counts.total == counts.analysed + counts.failed + counts.pending


def test_a_scan_keeps_every_track_and_lists_what_failed(catalog: Catalog, music: Path):
    (music / "broken.flac").write_bytes(b"no music")
    events = scan(catalog, music)
    report = report_of(events)
    assert (report.n_found, report.n_kept, report.n_failed) == (5, 4, 1)
    assert [os.path.basename(e.path) for e in events if isinstance(e, Failed)] == [b"broken.flac"]
    assert catalog.tracks.count() == 4
    assert_counts_add_up(catalog, report)
    assert catalog.check().ok


def test_a_second_scan_reads_nothing(catalog: Catalog, music: Path):
    (music / "broken.flac").write_bytes(b"no music")
    scan(catalog, music)
    report = report_of(scan(catalog, music, encoder=broken_choice()))
    assert (report.n_unchanged, report.n_kept, report.n_failed) == (5, 0, 0)


def test_a_failed_file_is_read_again_when_asked_or_when_it_changes(catalog: Catalog, music: Path):
    broken = music / "broken.flac"
    broken.write_bytes(b"no music")
    scan(catalog, music)
    assert report_of(scan(catalog, music, retry_failed=True)).n_failed == 1
    write_tone(broken, 700)
    assert kept_paths(scan(catalog, music)) == [broken]
    assert catalog.files.counts().failed == 0


def test_renamed_and_retagged_files_are_not_heard_again(catalog: Catalog, music: Path):
    scan(catalog, music)
    playlist = catalog.playlists.create("Low ones")
    tracks = [track.id for track in catalog.search(words("low"))]
    catalog.playlists.insert(playlist, 0, tracks)
    for number, path in enumerate(sorted(music.glob("*/*.flac"))):
        retag(path, title=f"New title {number}", artist="Somebody")
        path.rename(music / f"renamed {number}.flac")
    events = scan(catalog, music)
    assert [event.heard for event in events if isinstance(event, Kept)] == [False] * 4
    assert catalog.tracks.count() == 4
    assert catalog.files.counts().total == 4
    assert [e.track_id for e in catalog.playlists.get(playlist).entries] == tracks
    assert sorted(t.title for t in catalog.search(words("somebody"))) == [
        f"New title {number}" for number in range(4)
    ]
    assert not catalog.search(words("tone"))


def test_a_track_that_lies_in_two_places_is_one_track_with_two_files(catalog: Catalog, music: Path):
    shutil.copytree(music / "Low", music / "Best of")
    report = report_of(scan(catalog, music))
    assert report.n_kept == 6
    assert catalog.tracks.count() == 4
    assert catalog.files.counts().total == 6


def test_a_folder_that_is_gone_makes_its_tracks_missing_and_deletes_none(
    catalog: Catalog, music: Path, tmp_path: Path
):
    scan(catalog, music)
    away = music.rename(tmp_path / "away")
    events = scan(catalog, music)
    assert [event.n_missing for event in events if isinstance(event, FolderMissing)] == [4]
    assert catalog.tracks.count() == 4
    assert report_of(events).n_missing == 4
    away.rename(music)
    assert report_of(scan(catalog, music, encoder=broken_choice())).n_missing == 0


def test_an_empty_mount_point_deletes_nothing(catalog: Catalog, music: Path, tmp_path: Path):
    scan(catalog, music)
    music.rename(tmp_path / "away")
    music.mkdir()
    scan(catalog, music)
    assert catalog.tracks.count() == 4


def test_a_deleted_file_is_missing_and_the_others_stay(catalog: Catalog, music: Path):
    scan(catalog, music)
    (music / "Low" / "1.flac").unlink()
    assert report_of(scan(catalog, music)).n_missing == 1
    assert catalog.tracks.count() == 4


def test_files_in_a_folder_that_cannot_be_listed_stay_as_they_were(
    catalog: Catalog, music: Path, monkeypatch: pytest.MonkeyPatch
):
    scan(catalog, music)
    (music / "High" / "3.flac").unlink()
    scandir = os.scandir

    def fail_in_low(folder: bytes) -> object:
        if os.fsencode(folder).endswith(b"Low"):
            raise OSError(errno.EIO, "Input/output error")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", fail_in_low)
    events = scan(catalog, music)
    assert [(Path(os.fsdecode(e.path)).name, e.reason) for e in passed_over(events)] == [
        ("Low", "input/output error")
    ]
    report = report_of(events)
    assert (report.n_found, report.n_unchanged, report.n_missing) == (1, 1, 1)
    assert catalog.files.counts().analysed == 3


def test_a_drive_that_goes_away_in_the_middle_fails_no_file(
    catalog: Catalog, music: Path, tmp_path: Path
):
    control = Control()
    control.pause()
    plan = AnalysisPlan(roots=(os.fsencode(music),))
    events: list[Event] = []
    for event in analyse(catalog, fake_choice(), plan, control, n_decoders=2):
        events.append(event)
        if control.paused and isinstance(event, Progress):
            (music / "Low").rename(tmp_path / "away")
            control.resume()
    assert {Path(os.fsdecode(e.path)).parent.name for e in passed_over(events)} == {"Low"}
    report = report_of(events)
    assert (report.n_found, report.n_kept, report.n_failed, report.n_missing) == (2, 2, 0, 2)
    assert_counts_add_up(catalog, report)
    (tmp_path / "away").rename(music / "Low")
    assert report_of(scan(catalog, music)).n_kept == 2


def test_what_is_wanted_is_analysed_first(catalog: Catalog, tmp_path: Path):
    paths = [write_tone(tmp_path / "music" / f"{i}.flac", 300 + 10 * i) for i in range(6)]
    events = scan(catalog, tmp_path / "music", wanted=(paths[4],), n_decoders=1)
    assert kept_paths(events)[0] == paths[4]


def test_a_cancelled_run_keeps_what_is_finished_and_the_next_one_goes_on(
    catalog: Catalog, tmp_path: Path
):
    for i in range(12):
        write_tone(tmp_path / "music" / f"{i}.flac", 300 + 10 * i)
    control = Control()
    plan = AnalysisPlan(roots=(os.fsencode(tmp_path / "music"),))
    first: list[Event] = []
    for event in analyse(catalog, fake_choice(), plan, control, n_decoders=1):
        first.append(event)
        if isinstance(event, Kept):
            control.cancel()
    cancelled = report_of(first)
    assert cancelled.cancelled
    assert 1 <= cancelled.n_kept < 12
    assert_counts_add_up(catalog, cancelled)
    assert not catalog.has_saved_index()  # who cancels does not wait for it
    rest = report_of(scan(catalog, tmp_path / "music"))
    assert catalog.has_saved_index()
    assert rest.n_unchanged == cancelled.n_kept
    assert rest.n_unchanged + rest.n_kept == 12


def test_a_paused_run_begins_nothing_until_it_is_resumed(catalog: Catalog, music: Path):
    control = Control()
    control.pause()
    plan = AnalysisPlan(roots=(os.fsencode(music),))
    seen: list[Event] = []
    for event in analyse(catalog, fake_choice(), plan, control, n_decoders=1):
        seen.append(event)
        n_paused = len([e for e in seen if isinstance(e, Progress) and e.paused])
        if control.paused and n_paused == 3:
            assert not kept_paths(seen)
            control.resume()
    assert n_paused >= 3
    assert report_of(seen).n_kept == 4


def test_a_run_that_is_left_in_the_middle_ends_its_processes(catalog: Catalog, music: Path):
    plan = AnalysisPlan(roots=(os.fsencode(music),))
    run = analyse(catalog, fake_choice(), plan, Control(), n_decoders=2)
    assert isinstance(run, Generator)
    next(event for event in run if isinstance(event, Kept))
    assert multiprocessing.active_children()
    run.close()
    assert not multiprocessing.active_children()
    assert report_of(scan(catalog, music)).n_found == 4


def test_a_library_that_cannot_be_written_ends_the_run_and_its_processes(
    catalog: Catalog, music: Path
):
    plan = AnalysisPlan(roots=(os.fsencode(music),))
    run = analyse(catalog, fake_choice(), plan, Control(), n_decoders=2)
    next(event for event in run if isinstance(event, Kept))
    catalog._store.database.conn.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreError, match="may not be written to"):
        list(run)
    assert not multiprocessing.active_children()
    catalog._store.database.conn.execute("PRAGMA query_only = OFF")
    report = report_of(scan(catalog, music))
    assert report.n_unchanged >= 1
    assert report.n_unchanged + report.n_kept == 4


def test_another_model_version_hears_everything_again(data_dir: Path, music: Path):
    with Catalog.open(data_dir, fake_choice("1").key) as catalog:
        scan(catalog, music)
    with Catalog.open(data_dir, fake_choice("2").key) as catalog:
        report = report_of(scan(catalog, music, encoder=fake_choice("2")))
        assert report.n_kept == 4
        assert len(catalog.embeddings.matrix()[0]) == 4


def test_progress_says_how_far_the_run_is(catalog: Catalog, music: Path):
    last = [event for event in scan(catalog, music) if isinstance(event, Progress)][-1]
    assert (last.n_done, last.n_total, last.n_found) == (4, 4, 4)
    assert last.device == "the fake device"
    assert last.rate_per_min > 0


def test_the_rate_is_that_of_the_last_minute():
    clock_s = [100.0]
    pace = Pace(lambda: clock_s[0])
    assert pace.rate_per_s() == 0
    for _ in range(20):
        clock_s[0] += 0.5
        pace.one_done()
    assert pace.rate_per_s() == pytest.approx(2.0)
    clock_s[0] += 50
    assert pace.rate_per_s() == pytest.approx(20 / 60)
    clock_s[0] += 60
    assert pace.rate_per_s() == 0


def test_a_pause_is_forgotten_by_the_rate(catalog: Catalog, tmp_path: Path):
    for number in range(20):  # more than are under way at once
        write_tone(tmp_path / "music" / f"{number}.flac", 300 + 10 * number)
    control = Control()
    plan = AnalysisPlan(roots=(os.fsencode(tmp_path / "music"),))
    rates_per_min: list[float] = []
    for event in analyse(catalog, fake_choice(), plan, control, n_decoders=1):
        if isinstance(event, Kept) and not rates_per_min:
            control.pause()
        if isinstance(event, Progress) and event.paused:
            rates_per_min.append(event.rate_per_min)
            if event.rate_per_min == 0 or len(rates_per_min) == 40:
                control.resume()
    assert rates_per_min[0] > 0
    assert rates_per_min[-1] == 0


def test_listing_stops_in_time_on_a_slow_disk_and_misses_nothing():
    clock_s = [0.0]

    def slowly() -> Iterator[int]:
        for number in range(7):
            clock_s[0] += 1
            yield number

    found = slowly()
    chunks = [_chunk(found, until_s, lambda: clock_s[0]) for until_s in (3, 3, 99, 99)]
    assert chunks == [[0, 1, 2], [3], [4, 5, 6], []]


def test_a_file_that_changes_while_it_is_read_is_read_again(catalog: Catalog, music: Path):
    target = music / "Low" / "1.flac"
    changes = iter([900.0])
    plan = AnalysisPlan(roots=(os.fsencode(music),), wanted=(os.fsencode(target),))
    events: list[Event] = []
    for event in analyse(catalog, fake_choice(), plan, Control(), n_decoders=1):
        events.append(event)
        frequency_hz = next(changes, None)
        if frequency_hz is not None:
            write_tone(target, frequency_hz, title="Changed")
    assert report_of(events).n_kept == 4
    track = catalog.tracks.by_path(os.fsencode(target))
    assert track is not None
    assert track.title == "Changed"


def test_a_library_of_a_thousand_files_holds_through_renaming_and_retagging(
    catalog: Catalog, tmp_path: Path
):
    folder = tmp_path / "music"
    for number in range(1000):
        write_tone(
            folder / f"{number % 40}" / f"{number}.flac",
            200 + number,
            duration_s=0.6,
            title=f"Old {number}",
        )
    assert report_of(scan(catalog, folder)).n_kept == 1000
    ids = catalog.tracks.ids()
    playlist = catalog.playlists.create("All of it")
    catalog.playlists.insert(playlist, 0, list(ids))
    for path in sorted(folder.glob("*/*.flac")):
        retag(path, title=f"New {path.stem}", comment="x" * 5000)
        path.rename(folder / f"moved {path.name}")
    events = scan(catalog, folder)
    kept = [event for event in events if isinstance(event, Kept)]
    assert len(kept) == 1000
    assert not any(event.heard for event in kept)
    assert catalog.tracks.count() == 1000
    assert catalog.files.counts().total == 1000
    assert [e.track_id for e in catalog.playlists.get(playlist).entries] == list(ids)


def test_while_folders_are_listed_the_run_stops_now_and_then_to_say_how_far_it_is(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("app.analyse._FIND_STEP_S", 0.001)
    for number in range(40):
        folder = tmp_path / "music" / f"{number:02}"
        folder.mkdir(parents=True)
        for name in range(50):
            (folder / f"{name}.mp3").touch()
    control = Control()
    plan = AnalysisPlan(roots=(os.fsencode(tmp_path / "music"),))
    found = []
    for event in analyse(catalog, fake_choice(), plan, control, n_decoders=1):
        if isinstance(event, Progress):
            found.append(event.n_found)
            if event.n_found == 2_000:
                control.cancel()
    assert found[0] < 2_000
    assert found == sorted(found)


def test_an_index_that_cannot_be_saved_is_told_only_after_everything_was_kept(
    catalog: Catalog, music: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("app.analyse._INDEX_EVERY_S", 0.0)  # tried all the while
    (data_dir / f"{index_name(catalog.key)}.new").mkdir()
    run = analyse(
        catalog,
        fake_choice(),
        AnalysisPlan(roots=(os.fsencode(music),)),
        Control(),
        n_decoders=1,
    )
    with pytest.raises(StoreError, match="index could not be brought up to date"):
        for _ in run:
            pass
    counts = catalog.files.counts()
    assert counts.pending == 0
    assert counts.analysed > 0
    assert multiprocessing.active_children() == []

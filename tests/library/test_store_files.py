"""How far each file has come: registering, changing, going away, coming back, being moved."""

import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from library.catalog import Catalog
from library.records import FileCounts, FileState, Stamp, Tags
from tests.library.samples import KEY, add_track, embedding, recording, stamp_of

A, B, C = (stamp_of(b"/music/%s.flac" % name) for name in (b"a", b"b", b"c"))


@pytest.fixture
def catalog(tmp_path):
    with Catalog.open(tmp_path, KEY) as opened:
        opened.add_root(b"/music")
        yield opened


def test_new_files_are_pending_in_order_of_path(catalog):
    catalog.files.register([B, A, C, A])
    assert catalog.files.pending() == [A, B, C]
    assert catalog.files.counts() == FileCounts(3, 0, 0, 3, 0)


def test_an_unchanged_file_keeps_its_state_and_nothing_is_written(catalog):
    catalog.files.register([A, B])
    catalog.keep(A, Tags(), recording(1), embedding(1))
    catalog.fail(B, "damaged")
    before = catalog._store.row("SELECT total(last_seen_s), count(*) FROM files")
    _, changes = catalog._store.change_token()
    catalog.files.register([A, B])
    after = catalog._store.row("SELECT total(last_seen_s), count(*) FROM files")
    assert before == after
    assert catalog.files.counts() == FileCounts(2, 1, 1, 0, 0)
    # two rows into the temporary table and two out of it, none elsewhere
    assert catalog._store.change_token()[1] - changes == 4


@pytest.mark.parametrize(
    "field", ["size_bytes", "mtime_ns", "ctime_ns"], ids=["size", "mtime", "ctime"]
)
def test_a_changed_stamp_makes_a_file_pending(catalog, field):
    catalog.files.register([A])
    catalog.keep(A, Tags(), recording(1), embedding(1))
    changed = replace(A, **{field: getattr(A, field) - 1})
    catalog.files.register([changed])
    assert catalog.files.pending() == [changed]
    assert catalog.files.known() == {A.path: (changed, FileState.PENDING)}


def test_the_paths_of_tracks_stand_in_order_of_preference(catalog):
    one, other = add_track(catalog, 1, b"/a/1.flac"), add_track(catalog, 2, b"/a/2.flac")
    catalog.keep(stamp_of(b"/b/1.flac"), Tags(), recording(1), None)
    paths = {one: [b"/b/1.flac", b"/a/1.flac"], other: [b"/a/2.flac"]}
    assert catalog.files.paths_of([one, other, 99]) == paths
    for track_id, found in paths.items():
        assert [file.stamp.path for file in catalog.files.of_track(track_id)] == found


def test_odd_times_and_sizes_are_kept(catalog):
    odd = replace(A, mtime_ns=-(2**63) + 1, ctime_ns=2**63 - 1, size_bytes=1 << 40)
    catalog.files.register([odd])
    assert catalog.files.pending() == [odd]


def test_files_that_were_not_seen_are_missing_and_come_back_as_they_were(catalog):
    for number, stamp in enumerate((A, B, C)):
        catalog.files.register([stamp])
        catalog.keep(stamp, Tags(title=f"Song {number}"), recording(number), embedding(number))
    assert catalog.files.mark_absent([b"/music"], {A.path}) == 2
    assert catalog.files.counts() == FileCounts(1, 1, 0, 0, 2)
    assert [file.stamp for file in catalog.files.missing()] == [B, C]
    assert {t.title: t.missing for t in catalog.tracks.all()} == {
        "Song 0": False,
        "Song 1": True,
        "Song 2": True,
    }
    assert catalog.files.known()[B.path] == (B, FileState.ANALYSED)
    catalog.files.register([B])
    assert catalog.files.counts() == FileCounts(2, 2, 0, 0, 1)
    assert catalog.files.mark_absent([b"/music"], {A.path, B.path}) == 0


def test_only_files_under_the_given_roots_become_missing(catalog):
    paths = [
        b"/music/\xff\xff.mp3",
        b"/music/a",
        b"/music2/a",
        b"/music",
        b"/musi",
        b"/music/sub/a",
        b"/music0",
    ]
    catalog.files.register([stamp_of(path) for path in paths])
    assert catalog.files.mark_absent([b"/music"], set()) == 3
    assert {f.stamp.path for f in catalog.files.missing()} == {
        b"/music/\xff\xff.mp3",
        b"/music/a",
        b"/music/sub/a",
    }
    assert catalog.files.mark_absent([b"/"], set()) == len(paths) - 3


def test_a_moved_file_leaves_no_missing_one_behind(catalog):
    catalog.files.register([A])
    track_id = catalog.keep(A, Tags(), recording(1), embedding(1))
    catalog.files.register([B])
    catalog.keep(B, Tags(), recording(1), None)
    catalog.files.mark_absent([b"/music"], {B.path})
    assert catalog.files.counts() == FileCounts(1, 1, 0, 0, 0)
    assert [f.stamp for f in catalog.files.of_track(track_id)] == [B]


def test_a_moved_file_that_is_read_after_the_scan_is_settled_by_the_next(catalog):
    catalog.files.register([A])
    catalog.keep(A, Tags(), recording(1), embedding(1))
    catalog.files.register([B])
    catalog.files.mark_absent([b"/music"], {B.path})
    assert catalog.files.counts() == FileCounts(1, 0, 0, 1, 1)
    catalog.keep(B, Tags(), recording(1), None)
    catalog.files.mark_absent([b"/music"], {B.path})
    assert catalog.files.counts() == FileCounts(1, 1, 0, 0, 0)


def test_a_copy_on_a_drive_that_is_away_is_not_a_moved_file(catalog):
    away = stamp_of(b"/usb/a.flac")
    for stamp in (A, away):
        catalog.files.register([stamp])
        catalog.keep(stamp, Tags(), recording(1), embedding(1))
    catalog.files.mark_absent([b"/usb"], set())
    catalog.files.mark_absent([b"/music"], {A.path})
    assert catalog.files.counts() == FileCounts(1, 1, 0, 0, 1)


def test_a_copy_that_cannot_be_read_does_not_make_the_other_a_moved_one(catalog):
    for stamp in (A, B):
        catalog.files.register([stamp])
        catalog.keep(stamp, Tags(), recording(1), embedding(1))
    catalog.fail(replace(B, size_bytes=1), "damaged")
    catalog.files.mark_absent([b"/music"], {B.path})
    assert catalog.files.counts() == FileCounts(1, 0, 1, 0, 1)


def test_a_file_tells_since_when_it_has_failed_until_it_is_read_again(catalog):
    before_s = time.time()
    catalog.fail(stamp_of(b"/music/1.flac"), "damaged")
    after_s = time.time()
    catalog.files.register([stamp_of(b"/music/1.flac")])
    (failed,) = catalog.files.with_state(FileState.FAILED)
    assert before_s <= failed.changed_at_s <= after_s
    assert failed.reason == "damaged"
    catalog.fail(stamp_of(b"/music/1.flac"), "still damaged")
    (failed,) = catalog.files.with_state(FileState.FAILED)
    assert failed.changed_at_s >= after_s


def test_a_track_is_shown_by_the_file_that_is_there_and_was_seen_last(catalog):
    catalog.add_root(b"/usb")
    paths = [b"/music/1.flac", b"/usb/2.flac", b"/usb/3.flac"]
    for path in paths:
        track_id = add_track(catalog, 1, path, title=path.decode())
    shown = lambda: catalog.tracks.get([track_id])[track_id]  # noqa: E731
    assert shown().title == "/usb/3.flac"
    catalog.files.mark_absent([b"/usb"], set())
    assert (shown().title, shown().missing) == ("/music/1.flac", False)
    catalog.files.mark_absent([b"/music"], set())
    assert (shown().title, shown().missing) == ("/music/1.flac", True)


class FilesOfALibrary(RuleBasedStateMachine):
    """Any order of what can happen to files, beside a plain dictionary of what should be."""

    numbers = Bundle("numbers")

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.catalog = Catalog.open(Path(self.folder.name), KEY)
        self.catalog.add_root(b"/music")
        self.states: dict[bytes, FileState] = {}
        self.stamps: dict[bytes, Stamp] = {}
        self.present: set[bytes] = set()

    @rule(number=st.integers(0, 4), version=st.integers(1, 3))
    def find(self, number, version):
        stamp = stamp_of(b"/music/%d" % number, version)
        if self.stamps.get(stamp.path) != stamp:
            self.states[stamp.path] = FileState.PENDING
        self.stamps[stamp.path] = stamp
        self.present.add(stamp.path)
        self.catalog.files.register([stamp])

    @rule(number=st.integers(0, 4), outcome=st.sampled_from(["heard", "silent", "damaged"]))
    def read(self, number, outcome):
        path = b"/music/%d" % number
        if path not in self.present:
            return
        if outcome == "heard":
            self.catalog.keep(self.stamps[path], Tags(), recording(number), embedding(number))
            self.states[path] = FileState.ANALYSED
        elif outcome == "silent":
            self.catalog.keep(
                self.stamps[path], Tags(), recording(100 + number), None, reason="silent"
            )
            self.states[path] = FileState.FAILED
        else:
            self.catalog.fail(self.stamps[path], "damaged")
            self.states[path] = FileState.FAILED

    @rule(number=st.integers(0, 4))
    def lose(self, number):
        path = b"/music/%d" % number
        seen = self.present - {path}
        assert self.catalog.files.mark_absent([b"/music"], seen) == len(self.present - seen)
        self.present = seen

    @invariant()
    def counts_add_up(self):
        counts = self.catalog.files.counts()
        now = [self.states[path] for path in self.present]
        assert counts == FileCounts(
            total=len(now),
            analysed=now.count(FileState.ANALYSED),
            failed=now.count(FileState.FAILED),
            pending=now.count(FileState.PENDING),
            missing=len(self.states) - len(now),
        )
        assert self.catalog.files.n_failed() == counts.failed
        assert {f.stamp.path for f in self.catalog.files.with_state(*FileState)} == self.present

    def teardown(self):
        assert self.catalog.check().ok
        self.catalog.close()
        self.folder.cleanup()


FilesOfALibrary.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestFilesOfALibrary = FilesOfALibrary.TestCase

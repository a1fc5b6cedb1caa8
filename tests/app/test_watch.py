"""Real folders, watched by the real system, told through a queue."""

import os
import queue
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from app.watch import FolderWatch, WatchConfig

QUICK = WatchConfig(quiet_s=0.1, rescan_s=3_600, look_s=0.1)
WAIT_S = 20.0


@dataclass
class Told:
    """What a watch has said."""

    changes: queue.Queue[frozenset[bytes]] = field(default_factory=queue.Queue)
    notices: queue.Queue[str] = field(default_factory=queue.Queue)

    def until(self, *folders: Path) -> set[bytes]:
        """All that is told until each of these folders was."""
        wanted = set(map(os.fsencode, folders))
        told: set[bytes] = set()
        while not wanted <= told:
            told |= self.changes.get(timeout=WAIT_S)
        return told


@contextmanager
def watching(*roots: Path, config: WatchConfig = QUICK):
    """A watch that is ready: it has told of a first change in each root that is there."""
    told = Told()
    watch = FolderWatch([os.fsencode(r) for r in roots], told.changes.put, told.notices.put, config)
    try:
        for root in roots:
            if root.is_dir():
                _until_watched(root, told, config)
        yield told
    finally:
        watch.close()


def _until_watched(root: Path, told: Told, config: WatchConfig = QUICK) -> None:
    """Change something until it is told, and let nothing of that be left to be told."""
    end_s = time.monotonic() + WAIT_S
    while time.monotonic() < end_s:
        (root / "ready.mp3").write_bytes(b"x")
        try:
            while os.fsencode(root) not in told.changes.get(timeout=3 * config.quiet_s):
                pass
        except queue.Empty:
            continue
        return
    pytest.fail(f"{root} is not watched")


@pytest.fixture
def root(tmp_path):
    (tmp_path / "music/album").mkdir(parents=True)
    return tmp_path / "music"


def test_the_folder_of_a_new_file_is_told_and_no_other(root):
    (root / "other").mkdir()
    with watching(root) as told:
        (root / "album/1.mp3").write_bytes(b"x")
        assert told.until(root / "album") == {os.fsencode(root / "album")}


def test_a_folder_is_told_once_it_has_been_quiet(root):
    with watching(root, config=WatchConfig(quiet_s=0.5)) as told:
        with open(root / "album/1.mp3", "wb") as file:
            for _ in range(5):
                file.write(b"x")
                file.flush()
                os.fsync(file.fileno())
        written_at_s = time.monotonic()
        told.until(root / "album")
        # the last event may be heard before the clock is read
        assert time.monotonic() - written_at_s > 0.4
        assert told.changes.empty()


def test_files_in_folders_that_come_later_are_noticed(root, tmp_path):
    (tmp_path / "new/disc 1").mkdir(parents=True)
    (tmp_path / "new/disc 1/1.mp3").touch()
    with watching(root) as told:
        shutil.move(tmp_path / "new", root / "new")
        told.until(root / "new")
        (root / "new/disc 1/2.mp3").touch()
        told.until(root / "new/disc 1")


def test_what_was_deleted_or_moved_is_told_where_it_was_and_where_it_is(root):
    (root / "old").mkdir()
    (root / "album/1.mp3").touch()
    (root / "album/2.mp3").touch()
    with watching(root) as told:
        (root / "album/1.mp3").unlink()
        told.until(root / "album")
        (root / "album/2.mp3").rename(root / "old/2.mp3")
        told.until(root / "album", root / "old")
        (root / "old").rename(root / "renamed")
        told.until(root / "old", root / "renamed")
        shutil.rmtree(root / "renamed")
        told.until(root / "renamed")


def test_files_and_folders_without_music_are_not_told(root):
    (root / ".hidden").mkdir()
    (root / "other").mkdir()
    with watching(root) as told:
        (root / "album/cover.jpg").touch()
        (root / "album/.~1.mp3.part").touch()
        (root / ".hidden/1.mp3").touch()
        (root / "other/1.mp3").touch()
        assert told.until(root / "other") == {os.fsencode(root / "other")}


def test_a_marker_that_hides_a_folder_is_told(root):
    with watching(root) as told:
        (root / "album/.nomedia").touch()
        told.until(root / "album")


def test_reading_a_file_is_no_change(root):
    (root / "album/1.mp3").write_bytes(b"x")
    (root / "other").mkdir()
    with watching(root) as told:
        (root / "album/1.mp3").read_bytes()
        (root / "other/1.mp3").touch()
        assert told.until(root / "other") == {os.fsencode(root / "other")}


def test_names_are_told_as_the_library_spells_them(root, tmp_path):
    """The root is a link, and a folder's name is not UTF-8."""
    link = tmp_path / "link"
    link.symlink_to(root)
    odd = os.fsencode(link) + b"/caf\xe9"
    with watching(link) as told:
        os.mkdir(odd)
        told.until(Path(os.fsdecode(odd)))


def test_a_root_that_comes_goes_and_is_another_one_is_noticed(tmp_path):
    root = tmp_path / "drive"
    with watching(root) as told:
        root.mkdir()
        _until_watched(root, told)
        root.rename(tmp_path / "away")
        told.until(root)
        (tmp_path / "second").mkdir()
        (tmp_path / "second").rename(root)
        told.until(root)
        _until_watched(root, told)
        assert told.notices.empty()


def test_a_folder_of_another_computer_is_looked_through_and_a_notice_says_so(root, monkeypatch):
    mounts = [
        SimpleNamespace(mountpoint="/", fstype="ext4", opts="rw"),
        SimpleNamespace(mountpoint=str(root.parent), fstype="nfs4", opts="rw"),
    ]
    monkeypatch.setattr(psutil, "disk_partitions", lambda all: mounts)
    told = Told()
    config = WatchConfig(quiet_s=0.1, rescan_s=0.2, look_s=0.1)
    watch = FolderWatch([os.fsencode(root)], told.changes.put, told.notices.put, config)
    try:
        told.until(root)
        told.until(root)
        assert told.notices.get(timeout=WAIT_S) == (
            f"Changes in {root} are not noticed at once, because it lies on another computer. "
            "Segue looks through it every minute."
        )
        assert told.notices.empty()
    finally:
        watch.close()


LIMITED = """
import os, queue, sys
from app.watch import FolderWatch, WatchConfig
changes, notices = queue.Queue(), queue.Queue()
config = WatchConfig(quiet_s=0.1, rescan_s=0.5, look_s=0.1)
watch = FolderWatch([os.fsencode(sys.argv[1])], changes.put, notices.put, config)
print(notices.get(timeout=20))
print(changes.get(timeout=20))
watch.close()
"""


@pytest.mark.parametrize("limit", [0, 3], ids=["not one", "too few"])
def test_where_the_system_watches_no_more_folders_they_are_looked_through(root, limit):
    for number in range(6):
        (root / f"album {number}").mkdir()
    command = f"echo {limit} > /proc/sys/user/max_inotify_watches && exec {sys.executable} -c"
    ran = subprocess.run(
        ["unshare", "--user", "--map-root-user", "sh", "-c", f'{command} "$0" "$1"', LIMITED, root],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    if "unshare" in ran.stderr or "max_inotify_watches" in ran.stderr:
        pytest.skip(f"a limit cannot be set here: {ran.stderr}")
    assert ran.stdout.splitlines() == [
        f"Changes in {root} are not noticed at once, because the system watches no more folders. "
        "Segue looks through it every minute.",
        str(frozenset([os.fsencode(root)])),
    ], ran.stderr


def test_a_closed_watch_says_nothing_more(root):
    with watching(root) as told:
        (root / "album/1.mp3").touch()
    told.changes.queue.clear()
    (root / "album/2.mp3").touch()
    assert told.changes.empty()

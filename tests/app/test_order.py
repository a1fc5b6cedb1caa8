import pytest

from app.order import WorkQueue
from library.records import Stamp


def stamp(path: bytes, size_bytes: int = 1) -> Stamp:
    return Stamp(path, size_bytes, mtime_ns=1, ctime_ns=1)


def taken(queue: WorkQueue) -> list[bytes]:
    return [queue.next().path for _ in range(len(queue))]


def queue_of(*paths: bytes, wanted: tuple[bytes, ...] = ()) -> WorkQueue:
    queue = WorkQueue(wanted)
    for path in paths:
        queue.add(stamp(path))
    return queue


def test_one_file_of_every_folder_comes_before_the_rest():
    queue = queue_of(b"/a/1", b"/a/2", b"/a/3", b"/b/1", b"/b/2", b"/c/1")
    assert taken(queue) == [b"/a/1", b"/b/1", b"/c/1", b"/a/2", b"/a/3", b"/b/2"]


def test_what_is_wanted_comes_first_also_when_it_is_found_later():
    queue = queue_of(b"/a/1", b"/a/2", b"/b/1", wanted=(b"/b/1",))
    assert taken(queue)[0] == b"/b/1"


def test_a_waiting_folder_can_be_moved_to_the_front():
    queue = queue_of(b"/a/1", b"/a/2", b"/b/1", b"/b/2", b"/bb/1")
    queue.want(b"/b/")
    assert taken(queue) == [b"/b/1", b"/b/2", b"/a/1", b"/bb/1", b"/a/2"]


def test_every_file_is_taken_once_however_often_it_is_wanted():
    queue = queue_of(b"/a/1", b"/a/2", wanted=(b"/a",))
    queue.want(b"/a/2")
    queue.want(b"/a")
    assert sorted(taken(queue)) == [b"/a/1", b"/a/2"]
    assert len(queue) == 0


def test_a_newer_stamp_replaces_the_waiting_one():
    queue = queue_of(b"/a/1")
    queue.add(stamp(b"/a/1", size_bytes=2))
    assert len(queue) == 1
    assert queue.next().size_bytes == 2


def test_a_file_can_be_added_again_after_it_was_taken():
    queue = queue_of(b"/a/1", wanted=(b"/a/1",))
    queue.next()
    queue.add(stamp(b"/a/1"))
    assert taken(queue) == [b"/a/1"]


def test_folders_are_told_apart_by_the_separator_of_the_system(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("app.order._SEPARATOR", b"\\")
    paths = (b"C:\\a\\1", b"C:\\a\\2", b"C:\\b\\1", b"C:\\b\\2", b"C:\\c\\1")
    assert taken(queue_of(*paths)) == [paths[i] for i in (0, 2, 4, 1, 3)]
    queue = queue_of(*paths, wanted=(b"C:\\c\\",))
    queue.want(b"C:\\b")
    assert taken(queue) == [paths[i] for i in (4, 2, 3, 0, 1)]

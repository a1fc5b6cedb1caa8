import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from library import files
from library.files import Skipped, find, stamp
from library.records import Stamp

ODD_NAMES = [
    b"plain.wav",
    b"new\nline.mp3",
    b"\xff\xfe bad utf8 \x80.flac",
    "\u202egnp.ogg".encode(),
    b"-rf.wav",
    b"$(touch x).wav",
    b"quote'\".wav",
    b"%0a.wav",
    b" leading.wav",
    b"dot..wav",
    b"UPPER.WAV",
    b"mixed.M4a",
    "日本語.opus".encode(),
    b"a" * 251 + b".wav",
    b"*.wav",
    b".hidden.wav",
    b"\x1b[31m.wav",
    "İ.wav".encode(),
]


def paths(roots, root: bytes) -> list[bytes]:
    found = [os.path.relpath(s.path, root) for s in find(roots) if isinstance(s, Stamp)]
    assert len(found) == len(set(found))
    return sorted(found)


def skipped(root: bytes) -> dict[bytes, str]:
    items = [s for s in find([root]) if isinstance(s, Skipped)]
    return {os.path.relpath(s.path, root): s.reason for s in items}


@pytest.fixture
def root(tmp_path) -> bytes:
    return os.fsencode(tmp_path)


def touch(root: bytes, *names: bytes) -> None:
    for name in names:
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(b"x" * 7)


def test_every_odd_name_is_listed_byte_for_byte(root):
    touch(root, *ODD_NAMES)
    assert paths([root], root) == sorted(ODD_NAMES)


def test_only_audio_endings_are_listed(root):
    touch(root, b"a.mp3", b"b.txt", b"c", b"mp3", b".mp3", b"d.jpg", b"e.wma", b"f.mp3.part")
    assert paths([root], root) == [b"a.mp3", b"e.wma"]


def test_stamps_say_what_the_file_system_says(root):
    touch(root, b"a.mp3")
    path = os.path.join(root, b"a.mp3")
    os.utime(path, ns=(5, -7_000_000_000))
    (found,) = find([root])
    status = os.stat(path)
    assert found == Stamp(path, 7, -7_000_000_000, status.st_ctime_ns)
    assert stamp(path) == found


def test_a_time_beyond_64_bits_is_held_back(root):
    touch(root, b"a.mp3")
    path = os.path.join(root, b"a.mp3")
    status = os.stat(path)
    far = os.stat_result(status, {"st_mtime_ns": 10**20, "st_ctime_ns": -(10**20)})
    assert files._stamp(path, far) == Stamp(path, 7, 2**63 - 1, -(2**63 - 1))


def test_links_are_reported_and_not_followed(root):
    touch(root, b"music/a.mp3", b"music/b.txt")
    for target, name in [
        (b"music/a.mp3", b"link.mp3"),
        (b"music", b"folder"),
        (b"music/b.txt", b"text"),
        (b"..", b"up"),
        (b".", b"self"),
        (b"me.wav", b"me.wav"),
        (b"two", b"one"),
        (b"one", b"two"),
        (b"/dev/zero", b"zero.wav"),
        (b"nowhere", b"dangling.flac"),
    ]:
        os.symlink(target, os.path.join(root, name))
    assert paths([root], root) == [b"music/a.mp3"]
    found = skipped(root)
    loops = {found.pop(b"one"), found.pop(b"two")}
    assert all("symbolic links" in reason for reason in loops)
    assert found == {
        b"link.mp3": "it is a link to music/a.mp3",
        b"folder": "it is a link to music",
        b"up": "it is a link to ..",
        b"self": "it is a link to .",
        b"me.wav": "it is a link to me.wav",
        b"zero.wav": "it is a link to /dev/zero",
        b"dangling.flac": "it is a link to nowhere",
    }


def test_a_hard_link_is_a_file_of_its_own(root):
    touch(root, b"a.mp3")
    os.link(os.path.join(root, b"a.mp3"), os.path.join(root, b"b.mp3"))
    assert paths([root], root) == [b"a.mp3", b"b.mp3"]


def test_pipes_and_sockets_are_reported_and_not_opened(root, monkeypatch):
    os.mkfifo(os.path.join(root, b"pipe.mp3"))
    monkeypatch.chdir(os.fsdecode(root))
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.wav")
    assert paths([root], root) == []
    assert skipped(root) == dict.fromkeys((b"pipe.mp3", b"socket.wav"), "it is not a regular file")


def test_marked_and_hidden_folders_are_left_out_and_reported(root):
    touch(root, b"a.mp3", b"ring/.nomedia", b"ring/b.mp3", b"ring/below/c.mp3")
    touch(root, b"talk/.notmusic", b"talk/d.mp3", b".trash/e.mp3", b"mac/._f.mp3", b"mac/f.mp3")
    assert paths([root], root) == [b"a.mp3", b"mac/f.mp3"]
    assert set(skipped(root)) == {b"ring", b"talk", b".trash", b"mac/._f.mp3"}


def test_a_root_that_is_hidden_or_a_link_is_looked_into(root):
    touch(root, b".music/a.mp3")
    os.symlink(b".music", os.path.join(root, b"link"))
    assert paths([os.path.join(root, b".music")], root) == [b".music/a.mp3"]
    assert paths([os.path.join(root, b"link")], root) == [b"link/a.mp3"]


def test_roots_inside_each_other_list_a_file_once(root):
    touch(root, b"a.mp3", b"sub/b.mp3")
    sub = os.path.join(root, b"sub")
    assert paths([root, sub, root], root) == [b"a.mp3", b"sub/b.mp3"]
    assert paths([sub, root], root) == [b"a.mp3", b"sub/b.mp3"]


def test_a_root_that_is_not_there_is_reported(root):
    gone = os.path.join(root, b"gone")
    assert list(find([gone])) == [Skipped(gone, "no such file or directory")]


def test_a_folder_that_cannot_be_read_is_reported_and_the_others_are_listed(root, monkeypatch):
    touch(root, b"a/1.mp3", b"b/2.mp3", b"c/3.mp3")
    scandir = os.scandir

    def refuse(folder):
        if folder.endswith(b"/b"):
            raise PermissionError(13, "Permission denied", folder)
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    assert paths([root], root) == [b"a/1.mp3", b"c/3.mp3"]
    assert skipped(root) == {b"b": "permission denied"}
    assert [s.out_of_reach for s in find([root]) if isinstance(s, Skipped)] == [True]


def test_deep_folders_are_listed(root):
    deep = b"/".join(b"d%02d" % level for level in range(60)) + b"/deep.wav"
    touch(root, deep)
    assert paths([root], root) == [deep]


def test_the_hostile_tree_is_listed_in_full(tmp_path, badinput):
    tool = badinput / "tools" / "mk_hostile_tree.py"
    tree = tmp_path / "tree"
    made = subprocess.run(
        [sys.executable, tool, tree, "5"], check=True, capture_output=True, text=True
    )
    expected = json.loads(made.stdout)["regular_audio_files"]
    found = [s for s in find([os.fsencode(tree)]) if isinstance(s, Stamp)]
    # the sparse file of a tebibyte is made, but not counted by the tool
    assert len(found) == len({s.path for s in found}) == expected + 1
    Path(tree / "permdir").chmod(0o755)

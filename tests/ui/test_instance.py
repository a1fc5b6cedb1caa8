import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ui.instance import Instance, NoAnswer
from ui.instance_messages import LONGEST_LINE_BYTES, messages, understood

N_STARTS = 20
START = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from ui.instance import Instance
program = QCoreApplication([])
instance = Instance(Path(sys.argv[1]))
if instance.hand_over([sys.argv[2].encode()], within_s=60):
    print("handed over")
else:
    n_left = int(sys.argv[3])
    taken = []
    def take(files):
        taken.extend(files)
        if len(taken) == n_left:
            program.quit()
    instance.files_arrived.connect(take)
    print("window", flush=True)
    if n_left:
        program.exec()
    print(len(set(taken)))
"""


@pytest.fixture(autouse=True)
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


@pytest.fixture
def start(qapp, tmp_path: Path) -> Iterator[Callable[[], Instance]]:
    made: list[Instance] = []

    def start_() -> Instance:
        made.append(Instance(tmp_path / "data"))
        return made[-1]

    yield start_
    for instance in made:
        instance.close()


def started(data_dir: Path, file: str, n_left: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", START, data_dir, file, str(n_left)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_the_first_start_is_the_window(start, runtime: Path):
    assert not start().hand_over([])
    (address,) = runtime.iterdir()
    assert stat.S_IMODE(address.stat().st_mode) == 0o600


def test_a_second_start_hands_over_its_files_byte_for_byte(qtbot, start, tmp_path: Path):
    window = start()
    window.hand_over([])
    with qtbot.waitSignal(window.files_arrived) as arrived:
        second = started(tmp_path / "data", "/music/a b.mp3", 0)
    assert arrived.args == [[b"/music/a b.mp3"]]
    assert second.communicate()[0] == "handed over\n"


def test_twenty_starts_at_once_make_one_window(tmp_path: Path):
    starts = [started(tmp_path / "data", f"/m/{n}.mp3", N_STARTS - 1) for n in range(N_STARTS)]
    said = sorted(start.communicate(timeout=120)[0] for start in starts)
    assert said == ["handed over\n"] * (N_STARTS - 1) + [f"window\n{N_STARTS - 1}\n"]


def test_the_socket_of_a_window_that_was_killed_is_replaced(start, runtime: Path, tmp_path: Path):
    killed = started(tmp_path / "data", "/a", 1)
    assert killed.stdout is not None
    assert killed.stdout.readline() == "window\n"
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert len(list(runtime.iterdir())) == 1
    assert not start().hand_over([])


def test_a_window_that_does_not_answer_is_told_of(start, tmp_path: Path):
    hung = started(tmp_path / "data", "/a", 1)
    assert hung.stdout is not None
    hung.stdout.readline()
    hung.send_signal(signal.SIGSTOP)
    with pytest.raises(NoAnswer, match="does not answer"):
        start().hand_over([b"/b"], within_s=0.3)
    hung.kill()
    hung.communicate()


def test_libraries_have_windows_of_their_own(qapp, start, tmp_path: Path):
    start().hand_over([])
    other = Instance(tmp_path / "other")
    assert not other.hand_over([])
    other.close()


def test_without_a_private_runtime_folder_the_library_s_own_is_used(
    start, runtime: Path, tmp_path: Path
):
    runtime.chmod(0o755)
    start().hand_over([])
    assert not list(runtime.iterdir())
    assert [path.suffix for path in (tmp_path / "data").glob("*.socket")] == [".socket"]


@pytest.mark.parametrize(
    "rubbish",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\xff\xfe\n",
        b"null\n",
        b'{"do": "quit"}\n',
        b'{"do": "open", "files": "/a"}\n',
        b'{"do": "open", "files": ["relative.mp3"]}\n',
        b'{"do": "open", "files": ["/a\\u0000b"]}\n',
        b'{"do": "open", "files": ["/\\ud800"]}\n',
        b'{"do": "open", "files": [1]}\n',
        b"[" * 60_000 + b"\n",
        b"x" * (2 * LONGEST_LINE_BYTES),
    ],
    ids=lambda rubbish: rubbish[:24].decode("latin-1"),
)
def test_messages_of_anybody_else_s_making_are_dropped(qtbot, start, runtime: Path, rubbish: bytes):
    window = start()
    window.hand_over([])
    arrived: list[object] = []
    window.files_arrived.connect(arrived.append)
    (address,) = runtime.iterdir()
    with socket.socket(socket.AF_UNIX) as guest:
        guest.connect(os.fspath(address))
        guest.setblocking(False)
        guest.send(rubbish)
        closed: list[bytes] = []

        def is_dropped() -> bool:
            try:
                closed.append(guest.recv(10))
            except BlockingIOError:
                return False
            except ConnectionResetError:
                closed.append(b"")
            return True

        qtbot.waitUntil(is_dropped)
    assert closed == [b""]
    assert not arrived
    assert not window._guests


def test_many_files_are_handed_over_in_lines_of_bounded_length():
    files = [b"/music/%d/" % n + b"x" * 200 + b"\xff.mp3" for n in range(2_000)]
    lines = messages(files)
    assert len(lines) > 1
    assert max(map(len, lines)) <= LONGEST_LINE_BYTES
    assert [file for line in lines for file in understood(line) or []] == files


def test_a_start_without_files_only_calls_for_the_window():
    (line,) = messages([])
    assert understood(line) == []

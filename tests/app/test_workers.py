import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import wait
from pathlib import Path
from typing import Any

import psutil
import pytest

from app.errors import TaskRefused, TaskTimedOut, WorkerDied
from app.worker_start import Limits
from app.workers import Worker
from tests.app import tasks

PROJECT = Path(__file__).parents[2]
_LIMITS = Limits(address_space_bytes=1024**3, n_threads=1, niceness=1)


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker("decoder", _LIMITS)
    yield worker
    worker.close()


def answer(worker: Worker) -> Any:
    while not worker.ready():
        wait([worker.future], timeout=1)
    return worker.take()


def started(fifo: Path) -> int:
    """Block until the task has said that it began; its process's id."""
    return int(fifo.read_text())


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    path = tmp_path / "begun"
    os.mkfifo(path)
    return path


def test_a_worker_does_one_task_after_the_other_in_one_process(worker: Worker):
    worker.give(tasks.own_pid, timeout_s=20)
    first = answer(worker)
    worker.give(tasks.own_pid, timeout_s=20)
    assert answer(worker) == first != os.getpid()


def test_what_a_task_raises_is_a_refusal_with_its_reason(worker: Worker):
    worker.give(tasks.refuse, b"/music/a.mp3", timeout_s=20)
    with pytest.raises(TaskRefused, match="it lasts 1"):
        answer(worker)


def test_a_timeout_that_the_task_raised_itself_is_not_taken_for_ours(worker: Worker):
    worker.give(tasks.raise_a_timeout_error, timeout_s=20)
    with pytest.raises(TaskRefused, match="the disk did not answer"):
        answer(worker)


def test_a_task_that_takes_too_long_is_ended_and_the_next_one_runs(worker: Worker, fifo: Path):
    worker.give(tasks.wait_forever, str(fifo), timeout_s=0.2)
    pid = started(fifo)
    with pytest.raises(TaskTimedOut, match="longer than"):
        answer(worker)
    assert not psutil.pid_exists(pid)
    worker.give(tasks.double, 21, timeout_s=20)
    assert answer(worker) == 42


def test_a_task_whose_time_ran_out_while_the_machine_slept_is_done_again(
    worker: Worker, fifo: Path, monkeypatch: pytest.MonkeyPatch
):
    worker.give(tasks.wait_forever, str(fifo), timeout_s=100)
    first = started(fifo)
    while not worker.future.running():
        pass  # until the pool knows when it began
    time_of_day_s = time.time
    monkeypatch.setattr(time, "time", lambda: time_of_day_s() + 3600)
    wait([worker.future])
    monkeypatch.undo()
    assert not worker.ready()
    os.kill(second := started(fifo), signal.SIGKILL)
    assert second != first
    with pytest.raises(WorkerDied, match="killed by SIGKILL"):
        answer(worker)


def test_a_worker_killed_at_work_costs_its_task_only(worker: Worker, fifo: Path):
    worker.give(tasks.wait_forever, str(fifo), timeout_s=20)
    os.kill(started(fifo), signal.SIGKILL)
    with pytest.raises(WorkerDied, match="killed by SIGKILL"):
        answer(worker)
    worker.give(tasks.double, 21, timeout_s=20)
    assert answer(worker) == 42


def test_a_worker_killed_while_idle_costs_nothing(worker: Worker):
    worker.give(tasks.own_pid, timeout_s=20)
    os.kill(answer(worker), signal.SIGKILL)
    worker.give(tasks.double, 21, timeout_s=20)
    assert answer(worker) == 42


def test_a_worker_killed_in_the_middle_of_its_answer_costs_its_task_only(worker: Worker):
    worker.give(tasks.die_while_sending, timeout_s=20)
    with pytest.raises(WorkerDied):
        answer(worker)
    worker.give(tasks.double, 21, timeout_s=20)
    assert answer(worker) == 42


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")
def test_a_task_cannot_take_more_memory_than_its_process_may(worker: Worker):
    worker.give(tasks.own_pid, timeout_s=20)
    before = answer(worker)
    worker.give(tasks.take_memory, 2 * 1024**3, timeout_s=20)
    with pytest.raises(TaskRefused, match="memory"):
        answer(worker)
    worker.give(tasks.own_pid, timeout_s=20)
    assert answer(worker) != before  # a new process, for the old one may have leaked


def test_closing_ends_a_busy_process(fifo: Path):
    worker = Worker("decoder", _LIMITS)
    worker.give(tasks.wait_forever, str(fifo), timeout_s=20)
    pid = started(fifo)
    worker.close()
    assert not psutil.pid_exists(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows what a process withholds")
def test_a_worker_never_meets_ctrl_c_not_even_while_it_starts():
    done = subprocess.run(
        [sys.executable, "-c", _FIRST_WORKER], cwd=PROJECT, capture_output=True, check=True
    )
    blocked_in_worker, blocked_in_program = (int(line, 16) for line in done.stdout.split())
    assert blocked_in_worker & 1 << signal.SIGINT - 1
    assert not blocked_in_program & 1 << signal.SIGINT - 1


_FIRST_WORKER = """
import os, re
from pathlib import Path
import psutil
from app.worker_start import Limits
from app.workers import Worker
from tests.app import tasks

def blocked(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return re.search("^SigBlk:(.*)$", status, re.MULTILINE)[1].strip()

if __name__ == "__main__":
    worker = Worker("decoder", Limits(None, 1, 0))
    worker.give(tasks.own_pid, timeout_s=20)
    children = psutil.Process().children()
    (started,) = (c.pid for c in children if "spawn_main" in " ".join(c.cmdline()))
    print(blocked(started), blocked(os.getpid()))
    worker.close()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")
def test_a_worker_starts_where_the_program_itself_may_take_less_memory():
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30)); "
        "from app.worker_start import Limits, start_worker; start_worker(Limits(2**31, 1, 0)); "
        "print(resource.getrlimit(resource.RLIMIT_AS))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str((2**30, 2**30))


def test_no_worker_outlives_a_killed_program(fifo: Path):
    program = subprocess.Popen([sys.executable, "-c", _PROGRAM, str(fifo)], cwd=PROJECT)
    pid = started(fifo)
    worker = psutil.Process(pid)
    program.kill()
    program.wait()
    worker.wait(timeout=20)
    assert not psutil.pid_exists(pid)


_PROGRAM = """
import sys
from app.worker_start import Limits
from app.workers import Worker
from tests.app import tasks

if __name__ == "__main__":
    worker = Worker("decoder", Limits(None, 1, 0))
    worker.give(tasks.wait_forever, sys.argv[1], timeout_s=100)
    while not worker.ready():
        worker.future.exception()
"""


def test_a_process_that_cannot_be_started_is_told_and_tried_again_by_the_next_task(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    with monkeypatch.context() as patched:
        patched.setattr("app.workers.ProcessPool", refuse)
        with pytest.raises(WorkerDied, match="could not be started"):
            worker.give(tasks.double, 21, timeout_s=20)
    assert not worker.busy
    worker.give(tasks.double, 21, timeout_s=20)
    assert answer(worker) == 42

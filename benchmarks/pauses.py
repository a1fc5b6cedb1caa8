"""When a core of this machine stood still, though a program that comes before others wanted it.

On a machine that is shared with others, all programs stand still now and then, and no figure that
they take of themselves tells that from their own doing. This one sleeps for two milliseconds at a
time, tied to one core and with a priority before all ordinary programs (Linux, where it may have
that). At the end of its input it prints when it was woken late, as [began_s, ended_s], by the clock
that all processes share; none, and a sentence, where it may not have that priority.

    python -m benchmarks.pauses CORE
"""

import gc
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

_SLEEP_S = 0.002
_LATE_S = 0.003
_PRIORITY = 50

Pauses = list[tuple[float, float]]


@contextmanager
def noting_pauses() -> Iterator[list[Pauses]]:
    """Let every core be watched meanwhile; when each of them stood still is there afterwards."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(beside([sys.executable, "-m", "benchmarks.pauses", str(core)]))
            for core in _cores()
        ]


def stood_still_s(pauses: list[Pauses], began_s: float, ended_s: float) -> float:
    """For how long that core stood still meanwhile that did so for the longest.

    Whoever waited may have been on another one: what is left of a wait is the least that it took.
    """
    return max(
        sum(max(0.0, min(ended_s, to_s) - max(began_s, from_s)) for from_s, to_s in core)
        for core in pauses
    )


@contextmanager
def beside(command: Sequence[str]) -> Iterator[list[Any]]:
    """A program that runs meanwhile; the list that it prints, once it has ended."""
    told: list[Any] = []
    program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield told
    finally:
        printed, _ = program.communicate()  # the end of its input ends it
        told.extend(json.loads(printed))


def main() -> None:
    if not _come_first(int(sys.argv[1])):
        sys.stderr.write("It may not have a high priority: pauses are not told apart.\n")
        sys.stdout.write("[]")
        return
    over = threading.Event()
    threading.Thread(target=_wait_for_end, args=(over,), daemon=True).start()
    gc.disable()
    pauses_s = []
    before_s = time.monotonic()
    while not over.is_set():
        time.sleep(_SLEEP_S)
        now_s = time.monotonic()
        if now_s - before_s > _SLEEP_S + _LATE_S:
            pauses_s.append((before_s + _SLEEP_S, now_s))
        before_s = now_s
    sys.stdout.write(json.dumps(pauses_s))


def _cores() -> list[int]:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def _wait_for_end(over: threading.Event) -> None:
    sys.stdin.read()
    over.set()


def _come_first(core: int) -> bool:
    if sys.platform != "linux":
        return False
    try:
        os.sched_setaffinity(0, {core})
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(_PRIORITY))
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()

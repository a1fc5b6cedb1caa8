"""Worker processes that may die: one task at a time each, a time limit, remade when they break.

Every worker is a Pebble pool of one process. A pool of several shares one pipe, and a process that
is killed while it sends five megabytes of samples leaves half a message in it; with a pipe each, a
death costs the one task that the worker was doing (docs/decisions/0002-one-pool-per-worker.md).
"""

import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, wait
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context, resource_tracker
from typing import Any

from pebble import ProcessExpired, ProcessPool

from app.errors import TaskRefused, TaskTimedOut, WorkerDied, WorkerFailure
from app.worker_start import Limits, start_worker

_START_GRACE_S = 180.0
_MAX_INNOCENT_RETRIES = 2


@dataclass(slots=True)
class _Task:
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    timeout_s: float
    given_at_s: float
    innocent_retries: int = 0


class Worker:
    """One worker process. It is started by its first task and ended by `close`."""

    def __init__(self, name: str, limits: Limits) -> None:
        """Keep what the process is called in messages and what it may use."""
        self._name = name
        self._limits = limits
        self._pool: ProcessPool | None = None
        self._task: _Task | None = None
        self._future: Future[Any] | None = None

    @property
    def busy(self) -> bool:
        """True from `give` until `take`."""
        return self._task is not None

    @property
    def future(self) -> "Future[Any]":
        """What to wait for while the worker is busy."""
        if self._future is None:
            raise RuntimeError("an idle worker has nothing to wait for")
        return self._future

    def give(self, function: Callable[..., Any], *arguments: Any, timeout_s: float) -> None:
        """Start one task; the worker must be idle. Function and arguments are pickled.

        Raises:
            WorkerDied: its process cannot be started.
        """
        if self._task is not None:
            raise RuntimeError("a worker does one task at a time")
        task = _Task(function, arguments, timeout_s, time.monotonic())
        try:
            self._start_task(task)
        except (OSError, RuntimeError, BrokenProcessPool) as error:
            self._discard_pool()
            raise WorkerDied(f"the {self._name} could not be started ({error})") from error
        self._task = task

    def ready(self) -> bool:
        """True if `take` would answer at once.

        A process that was ended through no fault of its task is made anew here and the task given
        out again, so this has to be asked from time to time.
        """
        task = self._task
        if task is None:
            return False
        if not self.future.done() and self._pool_is_active():
            if time.monotonic() - task.given_at_s < task.timeout_s + _START_GRACE_S:
                return False
            self._discard_pool()
            self._future = _failed(FutureTimeoutError())
            return True
        if self._is_innocent(task):
            task.innocent_retries += 1
            task.given_at_s = time.monotonic()
            self._discard_pool()
            self._start_task(task)
            return False
        return True

    def take(self) -> Any:
        """The result of the task, once `ready`.

        Raises:
            TaskRefused: the task raised; the sentence is its message.
            TaskTimedOut, WorkerDied: the process was ended, or ended by itself.
        """
        task, future = self._task, self.future
        if task is None:
            raise RuntimeError("an idle worker has no result")
        self._task = None
        self._future = None
        error = future.exception()
        if error is None:
            return future.result()
        failure = self._failure(error, task)
        if not isinstance(failure, TaskRefused) or isinstance(error, MemoryError):
            # What fills the memory may be what earlier tasks left there.
            self._discard_pool()
        raise failure from error

    def result(self) -> Any:
        """Wait for the task and take its result; raises as `take`."""
        while not self.ready():
            wait([self.future], timeout=1.0)
        return self.take()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._task = None
        self._future = None
        self._discard_pool()

    def _start_task(self, task: _Task) -> None:
        try:
            self._future = self._schedule(task)
        except (RuntimeError, BrokenProcessPool):
            # The pool noticed only now that its idle process had been killed.
            self._discard_pool()
            self._future = self._schedule(task)

    def _schedule(self, task: _Task) -> "Future[Any]":
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=1,
                initializer=start_worker,
                initargs=(self._limits,),
                context=get_context("spawn"),
            )
        with _ctrl_c_withheld():
            future: Future[Any] = self._pool.schedule(
                task.function, args=task.arguments, timeout=task.timeout_s
            )
        return future

    def _is_innocent(self, task: _Task) -> bool:
        """The process ended before the task began, or its time ran out while the machine slept."""
        if not self.future.done():
            # The pool broke just before it took the task on, and will never answer.
            self._future = _failed(BrokenProcessPool())
        error = self.future.exception()
        # Pebble goes by the time of day, which goes on in sleep or may be set.
        awake_s = time.monotonic() - task.given_at_s
        overslept = _is_time_out(error) and awake_s < task.timeout_s
        return (
            isinstance(error, BrokenProcessPool) or overslept
        ) and task.innocent_retries < _MAX_INNOCENT_RETRIES

    def _pool_is_active(self) -> bool:
        return self._pool is not None and bool(self._pool.active)

    def _failure(self, error: BaseException, task: _Task) -> WorkerFailure:
        if _is_time_out(error):
            return TaskTimedOut(f"the {self._name} took longer than {task.timeout_s:.0f} s")
        if isinstance(error, ProcessExpired):
            return WorkerDied(f"the {self._name} stopped: {_exit_reason(error.exitcode)}")
        if isinstance(error, BrokenProcessPool | CancelledError):
            return WorkerDied(f"the {self._name} stopped before it could answer")
        if isinstance(error, MemoryError):
            return TaskRefused(f"the {self._name} ran out of the memory that it may use")
        reason = getattr(error, "reason", None)
        if isinstance(reason, str):
            return TaskRefused(reason)
        return TaskRefused(f"unexpected {type(error).__name__}: {error}")

    def _discard_pool(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            # A process that withstands even SIGKILL is in the kernel's hands.
            with suppress(RuntimeError):
                pool.join()


@contextmanager
def _ctrl_c_withheld() -> Iterator[None]:
    """A process started inside never meets Ctrl-C, which a terminal sends to all of a program.

    Pebble lets its workers ignore it too, but only once they have started; until then each would
    end with a traceback on the terminal.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # its own start would let Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _failed(error: BaseException) -> "Future[Any]":
    future: Future[Any] = Future()
    future.set_exception(error)
    return future


def _is_time_out(error: BaseException | None) -> bool:
    """Ours, not one that the task raised itself: on that, Pebble hangs the worker's traceback."""
    return isinstance(error, FutureTimeoutError) and error.__cause__ is None


def _exit_reason(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        with suppress(ValueError):
            return f"killed by {signal.Signals(-exit_code).name}"
    return f"exit code {exit_code}"

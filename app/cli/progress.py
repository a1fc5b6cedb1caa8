"""How far long work is: a bar on a terminal's stderr, a line now and then on any other."""

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from app.cli.output import counted, in_words, tell

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from app.events import Progress

LINE_EVERY_S = 20.0


class ProgressLine:
    """Shows the progress that it is told of, until it is closed."""

    def __init__(self, *, hint: str = "") -> None:
        """Show nothing yet; the hint stands at the end of a terminal's line."""
        self._hint = hint
        self._drawn = _bar() if sys.stderr.isatty() else None
        self._task: TaskID | None = None
        self._told_at_s = time.monotonic()

    def __enter__(self) -> Self:
        """Begin to draw."""
        if self._drawn is not None:
            self._drawn.start()
            self._task = self._drawn.add_task("", total=None, state="looking for files")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the last state on the screen."""
        if self._drawn is not None:
            self._drawn.stop()

    def show(self, progress: "Progress") -> None:
        """Bring the line up to date with an analysis."""
        self.show_words(progress_in_words(progress), progress.n_done, progress.n_total)

    def show_words(self, words: str, n_done: int, n_total: int) -> None:
        """Bring the line up to date; n_total 0 is not known yet."""
        if self._drawn is not None and self._task is not None:
            state = words + self._hint
            self._drawn.update(self._task, completed=n_done, total=n_total or None, state=state)
            self._drawn.refresh()
        elif n_total and time.monotonic() - self._told_at_s >= LINE_EVERY_S:
            self._told_at_s = time.monotonic()
            tell(words)


def progress_in_words(progress: "Progress") -> str:
    """The state of an analysis as a person wants it: done, speed, time left, failures, device."""
    parts = [f"{progress.n_done:,} of {counted(progress.n_total, 'file')}"]
    if progress.paused:
        parts.append("paused")
    elif progress.rate_per_min:
        parts.append(f"{progress.rate_per_min:.0f} a minute")
    if progress.time_left_s is not None and not progress.paused:
        parts.append(f"{in_words(progress.time_left_s)} left")
    if progress.n_failed:
        parts.append(f"{progress.n_failed:,} failed")
    words = ", ".join(parts)
    return f"{words}. {progress.device}" if progress.device else words


def _bar() -> "Bar":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    return Progress(
        BarColumn(),
        TextColumn("{task.fields[state]}", markup=False),
        console=Console(stderr=True),
        auto_refresh=False,
    )

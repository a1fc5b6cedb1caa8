"""The real program in a process of its own, which tells a test where things are.

    program = Program(screen, data_dir)
    first = program.ask("row", view="Tracks", text="First")
    screen.drag(first, program.ask("centre", name="Seeds"))
    program.until("texts", ["First"], view="Seeds")

The process is `python -m tests.desktop.driver`: `segue-gui` with the encoder of the tests, which
answers questions that come in as lines of JSON. It changes nothing itself; hands do.
"""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from tests.desktop.screen import Screen

_ANSWER_S = 80.0


class Program:
    """A window of Segue on a screen. `close` ends it as its user does."""

    def __init__(
        self,
        screen: Screen,
        data_dir: Path,
        files: Sequence[Path] = (),
        options: Sequence[str] = (),
    ) -> None:
        """Start it; the first answer comes once its library is open."""
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.desktop.driver",
                "--data",
                str(data_dir),
                *options,
                *map(str, files),
            ],
            env=dict(screen.environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answers: Queue[str] = Queue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def is_running(self) -> bool:
        """Whether it was neither closed nor killed."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    def ask(self, question: str, **details: object) -> Any:
        """What the program answers to a question of `tests.desktop.driver`.

        Raises:
            AssertionError: there is no such thing, or no answer.
        """
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it has ended, which is seen by its answer
            self._process.stdin.write(json.dumps({"question": question, "details": details}) + "\n")
            self._process.stdin.flush()
        try:
            answer = json.loads(self._answers.get(timeout=_ANSWER_S))
        except (Empty, ValueError):
            raise AssertionError(f"no answer to {question} {details}") from None
        assert "error" not in answer, f"{question} {details}: {answer['error']}"
        return answer["value"]

    def until(self, question: str, expected: object, **details: object) -> None:
        """Return once the answer is as expected; the program looks again after every event.

        Raises:
            AssertionError: it did not become so.
        """
        found = self.ask("until", of=question, expected=expected, of_details=details)
        assert found == expected, f"{question} {details} is {found!r}, not {expected!r}"

    def close(self) -> int:
        """Close its window; the exit code."""
        self.ask("close")
        return self.wait()

    def signal(self, number: signal.Signals) -> int:
        """Send it a signal that ends it; the exit code."""
        self._process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Wait until it has ended by itself; the exit code."""
        code = self._process.wait(_ANSWER_S)
        self._end()
        return code

    def kill(self) -> None:
        """End it as a power cut does."""
        self._process.kill()
        self._process.wait()
        self._end()

    def _end(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._listener.join(10)
        self._process.stdout.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._answers.put(line)
        self._answers.put("")  # it has ended, and answers no more

"""A program that is not Segue, on the same screen: it gives files away or takes them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.desktop.screen import Point, Screen

_END_S = 20


class OtherProgram:
    """`tests.desktop.drag_source` or `tests.desktop.drop_target`; to be used as a context."""

    def __init__(self, screen: Screen, name: str, *files: Path) -> None:
        """Start it, and wait until it can be seen."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"tests.desktop.{name}", *map(str, files)],
            env=dict(screen.environment),
            stdout=subprocess.PIPE,
            text=True,
        )
        x, y = self._line().split()
        self.place: Point = int(x), int(y)

    def __enter__(self) -> "OtherProgram":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(_END_S)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def told(self) -> Any:
        """What was dropped on it; waits for the next drop."""
        return json.loads(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the other program ended"
        return line

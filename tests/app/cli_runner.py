"""The command line in this process or in one of its own, with the fake encoder."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.cli.main import run
from app.cli.session import Session
from tests.fakes import fake_choice

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class CommandLine:
    """Runs `segue` with a data folder of its own."""

    data: Path
    capture: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str | int | Path) -> Outcome:
        self.capture.readouterr()
        session = Session(choose_encoder=lambda _: fake_choice())
        code = run(["--data", str(self.data), *map(str, arguments)], session)
        printed = self.capture.readouterr()
        return Outcome(code, printed.out, printed.err)


def command(data: Path, arguments: Sequence[str | bytes | Path]) -> list[str | bytes]:
    """The words that start `segue` in a process of its own."""
    names = [bytes(a) if isinstance(a, Path) else a for a in arguments]
    return [sys.executable, "-m", "tests.app.cli_runner", "--data", bytes(data), *names]


def run_process(
    data: Path, *arguments: str | bytes | Path, **options: Any
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command(data, arguments), cwd=PROJECT, capture_output=True, check=False, **options
    )


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:], Session(choose_encoder=lambda _: fake_choice())))

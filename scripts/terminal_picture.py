"""Draws what a command prints in a terminal as an SVG picture, for the README and the guide.

usage: terminal_picture.py PICTURE.svg WIDTH COMMAND...
"""

import os
import pty
import subprocess
import sys
from contextlib import suppress
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text


def main() -> None:
    picture, width, *command = sys.argv[1:]
    console = Console(record=True, width=int(width), file=StringIO(), force_terminal=True)
    console.print(Text(" ".join(["$", Path(command[0]).name, *command[1:]]), style="bold"))
    for line in _printed(command, width).splitlines():
        console.print(Text.from_ansi(line), overflow="ignore", crop=True)
    Path(picture).write_text(console.export_svg(title="Segue"), encoding="utf-8")


def _printed(command: list[str], width: str) -> str:
    """What the command writes to a terminal of that width; its progress goes nowhere."""
    terminal, its_output = pty.openpty()
    environment = os.environ | {"COLUMNS": width, "TERM": "xterm-256color"}
    with subprocess.Popen(
        command, env=environment, stdout=its_output, stderr=subprocess.DEVNULL
    ) as program:
        os.close(its_output)
        printed = _read_all(terminal)
    os.close(terminal)
    if program.returncode:
        raise SystemExit(program.returncode)
    return printed.decode()


def _read_all(terminal: int) -> bytes:
    parts = []
    with suppress(OSError):  # Linux reports the end of a terminal as an error
        while part := os.read(terminal, 65536):
            parts.append(part)
    return b"".join(parts)


if __name__ == "__main__":
    main()

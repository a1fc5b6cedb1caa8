"""Draws what a command prints in a terminal as an SVG picture, for the README and the guide.

usage: terminal_picture.py PICTURE.svg WIDTH COMMAND...
"""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text


def main() -> None:
    picture, width, *command = sys.argv[1:]
    terminal = {"FORCE_COLOR": "1", "COLUMNS": width, "TERM": "xterm-256color"}
    shown = subprocess.run(
        command, env=os.environ | terminal, stdout=subprocess.PIPE, text=True, check=True
    )
    console = Console(record=True, width=int(width), file=StringIO(), force_terminal=True)
    prompt = " ".join(["$", Path(command[0]).name, *command[1:]])
    console.print(Text(prompt, style="bold"))
    console.print(Text.from_ansi(shown.stdout))
    Path(picture).write_text(console.export_svg(title="Segue"), encoding="utf-8")


if __name__ == "__main__":
    main()

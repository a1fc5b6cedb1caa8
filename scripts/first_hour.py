"""The first hour with Segue, played on a screen that nobody sees, by a real pointer and real keys.

python -m scripts.first_hour FOLDER

Start without a library, add the folder, search, seed, save as a playlist, export, close, start
again, kill in the middle of an analysis, start again. It says what it did and how long each step
took, and ends with a sentence and exit code 1 where something is not as it should be. The folder is
only read. Needs Xvfb, openbox and xdotool.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.desktop.driver import SHIPPED
from tests.desktop.first_hour import FirstHour
from tests.desktop.screen import open_screen


def main() -> int:
    told = argparse.ArgumentParser(description="Play the first hour with Segue.")
    told.add_argument("folder", type=Path)
    arguments = told.parse_args()
    with tempfile.TemporaryDirectory(prefix="segue-") as kept:
        runtime = Path(kept) / "runtime"
        runtime.mkdir(mode=0o700)
        with open_screen(runtime) as screen:
            hour = FirstHour(screen, arguments.folder.resolve(), Path(kept) / "data", (SHIPPED,))
            try:
                hour.play()
            except AssertionError as error:
                print(f"Went wrong: {error}")
                return 1
            finally:
                for what, took_s in hour.steps:
                    print(f"{took_s:7.1f} s  {what}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`segue-gui`: reads the command line, opens the one window of a library, ends in order."""

import argparse
import gc
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from app.places import data_folder
from library.layout import STORE_NAME
from ui.background import Background
from ui.ending import EndBySignal
from ui.icons import program_icon
from ui.style import apply_theme

if TYPE_CHECKING:
    from app.services import Services
    from app.settings import Settings
    from ui.window import MainWindow


# A collection keeps Python's lock, on whatever thread it happens. One of what is new takes a
# millisecond for so many objects, the next of ten times as many five to ten; one of everything
# takes longer than a glance, and is seldom; what was made at the start is left out of it.
_COLLECT_EVERY = (5_000, 10, 100)
# Python's lock is given away whenever Qt goes on by itself. From a lane that computes it comes back
# after this time, a fiftieth of the usual one (benchmarks/hand_over.py).
_HAND_OVER_S = 0.000_1
# In the library's folder; `segue demo` has its library there, too.
_DEMO_FOLDER = "demo"

OpenLibrary = Callable[[Path, bool], AbstractContextManager["Services"]]


def main() -> None:
    """Run the program and end with its exit code."""
    sys.exit(run(sys.argv[1:]))


def open_library(data_dir: Path, readonly: bool) -> "AbstractContextManager[Services]":
    """Open the library; what that needs is imported by the thread that does it."""
    from app.services import open_services

    return open_services(data_dir, readonly=readonly)


def run(
    arguments: list[str],
    open_: OpenLibrary = open_library,
    *,
    on_window: "Callable[[MainWindow], None] | None" = None,
) -> int:
    """Open the window, or hand the files to the one that is open; the exit code.

    Args:
        arguments: of the command line.
        open_: opens the library of a data folder, for reading only or not, on any thread.
        on_window: is given the window once it is on the screen.
    """
    from ui.instance import Instance, NoAnswer

    told = _parsed(arguments)
    data_dir = data_folder(told.data) / _DEMO_FOLDER if told.demo else data_folder(told.data)
    files = [os.path.abspath(os.fsencode(file)) for file in told.files]
    sys.setswitchinterval(_HAND_OVER_S)
    application = make_application()
    instance = Instance(data_dir)
    try:
        if instance.hand_over(files):
            return 0
    except NoAnswer as error:
        sys.stderr.write(f"{error}\n")
        return 1
    has_library = (data_dir / STORE_NAME).exists()
    background = Background(partial(open_, data_dir), reads_at_once=has_library)
    window = open_window(application, background, data_dir, files)
    if told.demo:
        add_demo_once_open(background, window)
    collect_seldom()
    instance.files_arrived.connect(window.take_files)
    ending = EndBySignal(application)
    if on_window is not None:
        on_window(window)
    code = application.exec()
    background.close()
    instance.close()
    ending.close()
    return code


def make_application() -> QApplication:
    """The program as the desktop knows it."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("segue")
    application.setApplicationDisplayName("Segue")
    application.setDesktopFileName("segue")
    application.setWindowIcon(program_icon())
    return application


def open_window(
    application: QApplication, background: Background, data_dir: Path, files: list[bytes]
) -> "MainWindow":
    """The window on the screen; its library is opened once it can be seen."""
    from ui.crash_dialog import watch_for_crashes
    from ui.session import read_session
    from ui.window import MainWindow

    settings = _settings(data_dir)
    watch_for_crashes(data_dir)
    window = MainWindow(background, data_dir, settings, read_session(data_dir))
    # Once for all widgets costs a fifth of a second less than for each as it is made.
    apply_theme(application, settings.theme)
    window.show()
    window.open_library_soon(files)
    return window


def add_demo_once_open(background: Background, window: "MainWindow") -> None:
    """Give the library the demo collection, which comes with the program; it may be there."""
    background.opened.connect(lambda _notices: window.panels.analysis.add_demo())


def collect_seldom() -> None:
    """Look for garbage seldom, and never through what the window was made of."""
    gc.freeze()
    gc.set_threshold(*_COLLECT_EVERY)
    gc.enable()


def _settings(data_dir: Path) -> "Settings":
    """The listener's choices; a file that cannot be read is told of when the library is opened."""
    from app.errors import SettingsError
    from app.settings import SETTINGS_FILE, Settings, read_settings

    try:
        return read_settings(data_dir / SETTINGS_FILE)
    except SettingsError:
        return Settings()


def _parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="segue-gui",
        description="Finds the songs in your own library that sound like the one you are hearing.",
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="where the library lies")
    parser.add_argument(
        "--demo",
        action="store_true",
        help="try the music that comes with Segue, in a library of its own",
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="songs to find similar ones to")
    return parser.parse_args(arguments)

"""The mouse and the keyboard of a screen, moved by xdotool as a hand would."""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

Point = tuple[int, int]

_STEPS = 12


@dataclass(frozen=True)
class Screen:
    """A screen; `environment` is what a program needs to open its windows there."""

    environment: Mapping[str, str]

    def click(self, at: Point, *, button: int = 1, times: int = 1) -> None:
        """Click with the pointer at a place."""
        self._move(*at)
        self._do("click", "--repeat", str(times), "--delay", "40", str(button))

    def drag(self, start: Point, end: Point) -> None:
        """Press at one place, go to another, and let go there."""
        self.carry(start, end)
        self.let_go()

    def carry(self, start: Point, end: Point) -> None:
        """Press at one place and go to another in many steps, as a hand that drags something."""
        self._move(*start)
        self._do("mousedown", "1")
        for step in range(1, _STEPS + 1):
            share = step / _STEPS
            self._move(*(round(a + (b - a) * share) for a, b in zip(start, end, strict=True)))
        # A target answers to moves within it, and only then takes a drop.
        self._move(end[0] + 1, end[1] + 1)
        self._move(*end)

    def let_go(self) -> None:
        """Let go of what is dragged."""
        self._do("mouseup", "1")

    def hold(self, key: str) -> None:
        """Press a key and keep it down."""
        self._do("keydown", key)

    def release(self, key: str) -> None:
        """Let go of a key."""
        self._do("keyup", key)

    def press(self, *keys: str) -> None:
        """Press keys one after the other, as xdotool names them: ctrl+f, Return, Tab."""
        self._do("key", "--delay", "30", *keys)

    def type(self, text: str) -> None:
        """Type a text."""
        self._do("type", "--delay", "20", text)

    def wait_for_manager(self, until_s: float) -> None:
        """Return once the window manager answers."""
        while self._run("get_desktop").returncode != 0:
            if time.monotonic() > until_s:
                raise TimeoutError("the window manager did not start")
            time.sleep(0.05)

    def _move(self, x_px: int, y_px: int) -> None:
        # Not to be waited for: xdotool waits long where the pointer is there already.
        self._do("mousemove", str(x_px), str(y_px))

    def _do(self, *arguments: str) -> None:
        done = self._run(*arguments)
        if done.returncode:
            raise RuntimeError(f"xdotool {' '.join(arguments)}: {done.stderr}")

    def _run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["xdotool", *arguments],
            env=dict(self.environment),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )


@contextmanager
def open_screen(runtime: Path) -> Iterator[Screen]:
    """A screen with a window manager; `runtime` is a folder for this user alone."""
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1400x900x24", "-nolisten", "tcp"],
        pass_fds=[write_end],
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    with os.fdopen(read_end) as answer:
        display = f":{answer.readline().strip()}"
    environment = {
        **os.environ,
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "XDG_RUNTIME_DIR": str(runtime),
        "XDG_SESSION_TYPE": "x11",
    }
    environment.pop("WAYLAND_DISPLAY", None)
    manager = subprocess.Popen(
        ["openbox"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        screen = Screen(environment)
        screen.wait_for_manager(time.monotonic() + 20)
        yield screen
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait(10)

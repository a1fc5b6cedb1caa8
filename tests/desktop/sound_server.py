"""A sound server without a sound card, whose output can be recorded."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

RATE_HZ = 44_100
_START_S = 20.0
_NO_CARD = "module-null-sink sink_name=nul rate=44100 channels=2"


@dataclass(frozen=True)
class SoundServer:
    """`environment` is what a program needs to play here."""

    environment: Mapping[str, str]

    @contextmanager
    def recording(self, to: Path) -> Iterator[None]:
        """Record what is played meanwhile, as raw 16-bit stereo."""
        with to.open("wb") as file:
            recorder = subprocess.Popen(
                ["parec", "--device=nul.monitor", "--format=s16le", "--rate=44100", "--channels=2"],
                env=dict(self.environment),
                stdout=file,
            )
            try:
                _until(lambda: to.stat().st_size > 0)
                yield
            finally:
                recorder.terminate()
                recorder.wait(10)


@contextmanager
def sound_server(runtime: Path) -> Iterator[SoundServer]:
    """A server of its own; `runtime` is a short path that nobody else uses."""
    socket = runtime / "sound"
    own = {**os.environ, "XDG_RUNTIME_DIR": str(runtime), "HOME": str(runtime)}
    own.pop("PULSE_SERVER", None)  # a server that is told of another does not start
    environment = {**own, "PULSE_SERVER": f"unix:{socket}"}
    server = subprocess.Popen(
        [
            *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--disallow-exit"),
            *("--use-pid-file=no", "--log-level=error", "-L", _NO_CARD),
            *("-L", f"module-native-protocol-unix socket={socket} auth-anonymous=1"),
        ],
        env=own,
        stderr=subprocess.DEVNULL,
    )
    try:
        _until(lambda: _answers(environment))
        yield SoundServer(environment)
    finally:
        server.terminate()
        server.wait(10)


def read_recording(path: Path) -> npt.NDArray[np.float64]:
    """The left channel, shape (n_samples,), in [-1, 1]."""
    samples = np.frombuffer(path.read_bytes()[: path.stat().st_size // 4 * 4], dtype="<i2")
    return samples.reshape(-1, 2)[:, 0] / 32768


def _answers(environment: Mapping[str, str]) -> bool:
    done = subprocess.run(
        ["pactl", "list", "short", "sinks"],
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    return done.returncode == 0 and "nul" in done.stdout


def _until(is_so: Callable[[], bool]) -> None:
    end_s = time.monotonic() + _START_S
    while not is_so():
        if time.monotonic() > end_s:
            raise TimeoutError("the sound server did not start")
        time.sleep(0.05)

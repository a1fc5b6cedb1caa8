"""What the tests give to worker processes, importable by name from a spawned one."""

import os
import signal
import struct
import sys
import threading
from multiprocessing.connection import Connection

from audio_model.errors import TooShort


def own_pid() -> int:
    return os.getpid()


def double(number: int) -> int:
    return 2 * number


def loaded_modules() -> list[str]:
    return sorted(sys.modules)


def wait_forever(fifo: str) -> None:
    """Say through a pipe that the task has begun, then never return."""
    with open(fifo, "w") as pipe:
        pipe.write(str(os.getpid()))
    threading.Event().wait()


def refuse(path: bytes) -> None:
    raise TooShort(path, "it lasts 1.0 s, 3.0 s are needed")


def raise_a_timeout_error() -> None:
    raise TimeoutError("the disk did not answer")


def take_memory(size_bytes: int) -> int:
    return len(bytearray(size_bytes))


def die_while_sending() -> bytes:
    """Send half of the answer, then be killed, as if by the kernel in the middle of a write."""

    def send_half(connection: Connection, answer: bytes) -> None:
        os.write(connection.fileno(), struct.pack("!i", len(answer)) + bytes(answer[:1000]))
        os.kill(os.getpid(), signal.SIGKILL)

    Connection._send_bytes = send_half  # type: ignore[attr-defined]
    return bytes(100_000)

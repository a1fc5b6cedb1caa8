"""What a second start says to the window that is open: lines of JSON, each of bounded length.

There are two things to say: come to the front, and take these files. Whatever else arrives is
nobody's message.
"""

import json
import os
from collections.abc import Sequence

LONGEST_LINE_BYTES = 64 * 1024
_RAISE = "raise"
_OPEN = "open"


def messages(files: Sequence[bytes]) -> list[bytes]:
    """The lines that hand over some files, by their absolute paths, or only call for the window."""
    if not files:
        return [_line({"do": _RAISE})]
    lines: list[bytes] = []
    batch: list[bytes] = []
    for file in files:
        if batch and len(_open_line([*batch, file])) > LONGEST_LINE_BYTES:
            lines.append(_open_line(batch))
            batch = []
        batch.append(file)
    return [*lines, _open_line(batch)]


def understood(line: bytes) -> list[bytes] | None:
    """The files of a message, none where it only calls for the window; None if it is no message."""
    if len(line) > LONGEST_LINE_BYTES:
        return None
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if message == {"do": _RAISE}:
        return []
    if not isinstance(message, dict) or message.keys() != {"do", "files"}:
        return None
    files = message["files"]
    if message["do"] != _OPEN or not isinstance(files, list):
        return None
    paths = [_path(file) for file in files]
    return [path for path in paths if path is not None] if all(paths) else None


def _open_line(files: Sequence[bytes]) -> bytes:
    return _line({"do": _OPEN, "files": [os.fsdecode(file) for file in files]})


def _line(message: dict[str, object]) -> bytes:
    return json.dumps(message).encode("ascii") + b"\n"


def _path(text: object) -> bytes | None:
    """An absolute path, byte for byte; None where the text is no such thing."""
    if not isinstance(text, str) or not text.startswith("/") or "\0" in text:
        return None
    try:
        return os.fsencode(text)
    except UnicodeEncodeError:
        return None

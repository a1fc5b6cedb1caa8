"""What comes back after a restart: sizes, columns, places, seeds, queue and position.

It is plain data in one small file beside the library. Whatever cannot be read or does not fit is
left out, and the window is as on the first day; nothing in here is worth a question.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SESSION_FILE = "session.json"

State = Mapping[str, Any]

_LARGEST_BYTES = 16 * 1024 * 1024


def read_session(data_dir: Path) -> dict[str, Any]:
    """The state that was written last; empty where there is none or it is damaged."""
    path = data_dir / SESSION_FILE
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            return {}
        state = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return state if isinstance(state, dict) else {}


def write_session(data_dir: Path, state: State) -> None:
    """Write the state in one step; where that fails, the next start has the state before.

    Raises:
        OSError: the file cannot be written.
    """
    from library.atomic import write_atomically

    write_atomically(data_dir / SESSION_FILE, json.dumps(state).encode())


def section(state: State, name: str) -> dict[str, Any]:
    """One panel's part of the state; empty where it is missing or of another form."""
    part = state.get(name)
    return part if isinstance(part, dict) else {}

"""The queue as text, so that it is there again after a restart."""

import base64
import json
from itertools import count
from typing import cast

from app.queue import PlayQueue, Repeat
from app.queue_line import Line, Playable, QueueKey
from library.records import TrackId


def queue_as_json(queue: PlayQueue) -> str:
    """Entries, place and ways of playing; what could be undone is not kept."""
    line = queue.line
    places = dict(zip(line.keys, count(), strict=False)) if line.unshuffled else {}
    return json.dumps(
        {
            "entries": line.playables,
            "current": queue.current_index,
            "repeat": queue.repeat,
            "unshuffled": [places[key] for key in line.unshuffled if key in places],
        },
        default=_encoded,
    )


def restore_queue(queue: PlayQueue, text: str) -> None:
    """Put back what `queue_as_json` gave.

    Raises:
        ValueError: the text is something else; the queue is as it was.
    """
    content = json.loads(text)
    try:
        entries = tuple(_decoded(entry) for entry in content["entries"])
        keys = cast("tuple[QueueKey, ...]", tuple(range(1, len(entries) + 1)))
        line = Line(keys, entries, tuple(keys[place] for place in content["unshuffled"]))
        repeat = Repeat(content["repeat"])
        queue.restore(line, content["current"])
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError("the text does not hold a queue") from error
    queue.repeat = repeat


def _encoded(path: bytes) -> str:
    """The one kind of entry that JSON does not know."""
    return base64.b64encode(path).decode()


def _decoded(entry: object) -> Playable:
    if isinstance(entry, str):
        return base64.b64decode(entry)
    if isinstance(entry, int) and not isinstance(entry, bool):
        return TrackId(entry)
    raise TypeError

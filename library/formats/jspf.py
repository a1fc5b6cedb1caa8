"""JSPF: XSPF's fields in JSON, locations as URIs.

Source:
    JSPF version 1, https://www.xspf.org/jspf
"""

import json
from collections.abc import Iterator, Sequence

from library.formats.model import ImportedEntry, MalformedPlaylist, PlacedEntry
from library.formats.paths import first_location, to_uri
from library.formats.text import decoded, one_line, seconds


def render(entries: Sequence[PlacedEntry], name: str) -> bytes:
    """The bytes of a playlist called `name`; durations are whole milliseconds."""
    playlist: dict[str, object] = {"title": name} if name else {}
    playlist["track"] = [_track(entry) for entry in entries]
    text = json.dumps({"playlist": playlist}, ensure_ascii=False, indent=2, allow_nan=False)
    return text.encode() + b"\n"


def parse(data: bytes) -> Iterator[ImportedEntry]:
    """Entries of a JSPF file; what has the wrong type in it counts as absent.

    Raises:
        MalformedPlaylist: not JSON, nested too deeply, or without a list of tracks.
    """
    try:
        document = json.loads(decoded(data), parse_int=float)  # no number is too long for it
    except RecursionError as error:
        raise MalformedPlaylist("it is nested too deeply") from error
    except ValueError as error:
        raise MalformedPlaylist(f"it is not JSON ({error})") from error
    playlist = document.get("playlist") if isinstance(document, dict) else None
    tracks = playlist.get("track", []) if isinstance(playlist, dict) else None
    if not isinstance(tracks, list):
        raise MalformedPlaylist("it is JSON, but has no list of tracks")
    return (_entry(track) for track in tracks if isinstance(track, dict))


def _track(entry: PlacedEntry) -> dict[str, object]:
    track: dict[str, object] = {"location": [to_uri(entry.location)]}
    texts = {"title": entry.title, "creator": entry.artist, "album": entry.album}
    track |= {key: text for key, text in texts.items() if text}
    if entry.duration_s is not None:
        track["duration"] = round(entry.duration_s * 1000)
    return track


def _entry(track: dict[str, object]) -> ImportedEntry:
    locations = track.get("location")
    texts = locations if isinstance(locations, list) else [locations]
    path, url = first_location([text for text in texts if isinstance(text, str) and text])
    duration = track.get("duration")
    milliseconds = seconds(str(duration)) if isinstance(duration, float | str) else None
    return ImportedEntry(
        path,
        url,
        title=_text(track.get("title")),
        artist=_text(track.get("creator")),
        album=_text(track.get("album")),
        duration_s=None if milliseconds is None else milliseconds / 1000,
    )


def _text(value: object) -> str:
    return one_line(value) if isinstance(value, str) else ""

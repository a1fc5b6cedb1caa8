"""From what a person types to tracks and seeds: a path, a track's number, or words."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.cli.output import clock, tell
from app.cli.session import EXIT_REJECTED, CommandFailed
from library.query import words
from library.records import Track, TrackId, display_path

if TYPE_CHECKING:
    from app.services import Services
    from app.similar import Seed
    from library.catalog import Catalog

_MAX_SHOWN = 10
_SEARCHED = 50


def find_track(catalog: "Catalog", text: str) -> Track:
    """The one track of the library that a text means.

    Raises:
        CommandFailed: none, or several, which are then listed on stderr.
    """
    track = _at(catalog, text) or _by_number(catalog, text)
    return track or _by_words(catalog, text)


def track_or_file(catalog: "Catalog", text: str) -> Track | bytes:
    """A track of the library, or the path of a file that is not in it.

    Raises:
        CommandFailed: the text means no track or several, and no file.
    """
    track = _at(catalog, text)
    if track is None and os.path.isfile(text):
        return os.path.abspath(os.fsencode(text))
    return track or find_track(catalog, text)


def find_seeds(services: "Services", texts: Sequence[str]) -> "list[Seed]":
    """A seed for each text, in order; files that are not in the library are listened to now.

    Raises:
        CommandFailed: a text means no track or several, or a file cannot be used.
    """
    from app.seeds import seeds_of

    named = [track_or_file(services.catalog, text) for text in texts]
    wanted = [one.id if isinstance(one, Track) else one for one in named]
    found = seeds_of(services, wanted)
    for one, key in zip(named, wanted, strict=True):
        if key in found.refused:
            name = display_path(one.path if isinstance(one, Track) else one)
            raise CommandFailed(f"Could not use {name}: {found.refused[key]}", EXIT_REJECTED)
    return [found.seeds[key] for key in wanted]


def _at(catalog: "Catalog", text: str) -> Track | None:
    from app.seeds import track_at

    return track_at(catalog, os.fsencode(text))


def _by_number(catalog: "Catalog", text: str) -> Track | None:
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(2**62)):
        return None
    number = TrackId(int(text))
    return catalog.tracks.get([number]).get(number)


def _by_words(catalog: "Catalog", text: str) -> Track:
    query = words(text)
    found = catalog.search(query, _SEARCHED) if query.groups else []
    called_so = [track for track in found if track.title.casefold() == text.casefold()]
    if len(found) == 1 or len(called_so) == 1:
        return (called_so or found)[0]
    if not found:
        raise CommandFailed(f"Nothing in the library is called {text}, and there is no such file.")
    for track in found[:_MAX_SHOWN]:
        tell(_line(track))
    more = f" (and {len(found) - _MAX_SHOWN} more)" if len(found) > _MAX_SHOWN else ""
    raise CommandFailed(f"{text} may mean any of these{more}: name one by its number.")


def _line(track: Track) -> str:
    parts = [track.title, track.tags.artist, track.tags.album]
    named = " - ".join(part for part in parts if part)
    return f"{track.id:>7}  {named} ({clock(track.duration_s)})  {display_path(track.path)}"

"""From what a person types to tracks and seeds: a path, a track's number, or words."""

import os
from collections.abc import Iterable, Sequence
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
    track = _by_path(catalog, text) or _by_number(catalog, text)
    return track or _by_words(catalog, text)


def track_or_file(catalog: "Catalog", text: str) -> Track | bytes:
    """A track of the library, or the path of a file that is not in it.

    Raises:
        CommandFailed: the text means no track or several, and no file.
    """
    track = _by_path(catalog, text)
    if track is None and os.path.isfile(text):
        return os.path.abspath(os.fsencode(text))
    return track or find_track(catalog, text)


def find_seeds(services: "Services", texts: Sequence[str]) -> "list[Seed]":
    """A seed for each text, in order; files that are not in the library are listened to now.

    Raises:
        CommandFailed: a text means no track or several, or a file cannot be used.
    """
    from app.similar import seed_of

    catalog = services.catalog
    named = [track_or_file(catalog, text) for text in texts]
    known = catalog.embeddings.get([one.id for one in named if isinstance(one, Track)])
    outside = [one for one in named if not (isinstance(one, Track) and one.id in known)]
    heard = _listen(services, {_path_of(one) for one in outside})
    return [
        seed_of(one, known[one.id])
        if isinstance(one, Track) and one.id in known
        else heard[_path_of(one)]
        for one in named
    ]


def _path_of(named: Track | bytes) -> bytes:
    return named.path if isinstance(named, Track) else named


def _listen(services: "Services", paths: Iterable[bytes]) -> "dict[bytes, Seed]":
    """Seeds of files that have no vectors in the library, by path."""
    from app.pipeline import Refused
    from app.services import embed_files, n_decoders
    from app.similar import Seed
    from app.versions import song_of

    seeds = {}
    results = embed_files(services.encoder, sorted(paths), n_decoders=n_decoders(services.settings))
    for result in results if paths else ():
        if isinstance(result, Refused):
            name = display_path(result.path)
            raise CommandFailed(f"Could not use {name}: {result.reason}", EXIT_REJECTED)
        tags, recording = result.description.tags, result.description.recording
        track = services.catalog.tracks.by_digest(recording.digest)
        assert result.embedding is not None  # embed_files leaves nothing out
        seeds[result.path] = Seed(
            tags.title or display_path(os.path.basename(result.path)),
            song_of(tags, result.path, recording.duration_s),
            result.embedding,
            None if track is None else track.id,
        )
    return seeds


def _by_path(catalog: "Catalog", text: str) -> Track | None:
    path = os.fsencode(text)
    for spelling in (os.path.abspath(path), os.path.realpath(path)):
        if (track := catalog.tracks.by_path(spelling)) is not None:
            return track
    return None


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

"""XSPF: a playlist in XML, locations as URIs.

Reading passes one event at a time through defusedxml, which refuses a DOCTYPE before any entity
is declared; depth and number of entries are counted on the way.

Source:
    XSPF version 1, https://www.xspf.org/spec
"""

from collections.abc import Iterator, Sequence
from urllib.parse import urljoin
from xml.etree import ElementTree

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from library.formats.model import (
    MAX_DEPTH,
    MAX_ENTRIES,
    ImportedEntry,
    MalformedPlaylist,
    PlacedEntry,
)
from library.formats.paths import first_location, to_uri
from library.formats.text import one_line, seconds

_NAMESPACE = "http://xspf.org/ns/0/"
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_TRACK = ["playlist", "tracklist", "track"]
_CHUNK_BYTES = 64 * 1024


def render(entries: Sequence[PlacedEntry], name: str) -> bytes:
    """The bytes of a playlist called `name`; durations are whole milliseconds."""
    playlist = ElementTree.Element("playlist", version="1", xmlns=_NAMESPACE)
    _add(playlist, "title", name)
    tracks = ElementTree.SubElement(playlist, "trackList")
    for entry in entries:
        track = ElementTree.SubElement(tracks, "track")
        _add(track, "location", to_uri(entry.location))
        _add(track, "title", entry.title)
        _add(track, "creator", entry.artist)
        _add(track, "album", entry.album)
        if entry.duration_s is not None:
            _add(track, "duration", str(round(entry.duration_s * 1000)))
    ElementTree.indent(playlist)
    data: bytes = ElementTree.tostring(playlist, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def parse(data: bytes) -> Iterator[ImportedEntry]:
    """Entries of an XSPF file, with or without its namespace.

    Raises:
        MalformedPlaylist: not well-formed, a DOCTYPE, or beyond the limits.
    """
    parser = DefusedXMLParser(target=_Tracks(), forbid_dtd=True)
    try:
        for start in range(0, len(data), _CHUNK_BYTES):
            parser.feed(data[start : start + _CHUNK_BYTES])
        entries: list[ImportedEntry] = parser.close()
    except DefusedXmlException as error:
        raise MalformedPlaylist("it declares a document type or entities") from error
    except MalformedPlaylist:
        raise
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise MalformedPlaylist(f"it is not well-formed XML ({error})") from error
    return iter(entries)


class _Tracks:
    """A target for the parser: keeps the texts of the track it is in and nothing else."""

    def __init__(self) -> None:
        self.entries: list[ImportedEntry] = []
        self.names: list[str] = []
        self.bases: list[str] = [""]
        self.track: dict[str, list[str]] = {}
        self.pieces: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self.names) >= MAX_DEPTH:
            raise MalformedPlaylist(f"it is nested more than {MAX_DEPTH} deep")
        self.names.append(tag.rpartition("}")[2].lower())
        self.bases.append(_joined(self.bases[-1], attributes.get(_BASE, "")))
        if self.names[0] != "playlist":
            raise MalformedPlaylist("it is XML, but not a playlist")
        if self.names == _TRACK:
            self.track = {}
        elif self.names[:-1] == _TRACK:
            self.pieces = []

    def data(self, text: str) -> None:
        if self.names[:-1] == _TRACK:
            self.pieces.append(text)

    def end(self, _tag: str) -> None:
        if self.names[:-1] == _TRACK:
            self.track.setdefault(self.names[-1], []).append("".join(self.pieces))
        if self.names == _TRACK:
            self.entries.append(_entry(self.track, self.bases[-1]))
            if len(self.entries) > MAX_ENTRIES:
                raise MalformedPlaylist(f"it holds more than {MAX_ENTRIES} entries")
        self.names.pop()
        self.bases.pop()

    def close(self) -> list[ImportedEntry]:
        return self.entries


def _entry(track: dict[str, list[str]], base: str) -> ImportedEntry:
    locations = [location.strip() for location in track.get("location", []) if location.strip()]
    path, url = first_location([_joined(base, location) for location in locations])
    milliseconds = seconds(track.get("duration", [""])[0])
    return ImportedEntry(
        path,
        url,
        title=one_line(track.get("title", [""])[0]),
        artist=one_line(track.get("creator", [""])[0]),
        album=one_line(track.get("album", [""])[0]),
        duration_s=None if milliseconds is None else milliseconds / 1000,
    )


def _joined(base: str, location: str) -> str:
    try:
        return urljoin(base, location)
    except ValueError:  # what looks like an address of IPv6 and is none
        return location


def _add(parent: ElementTree.Element, tag: str, text: str) -> None:
    if text:
        ElementTree.SubElement(parent, tag).text = text

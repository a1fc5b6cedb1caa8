"""Where a playlist says that its files are: relative, absolute, or under another root.

Writing: `placed` turns an absolute path into the location to be written. A relative location
starts with `./` unless its first character is a letter or digit, so that a file called
`#EXTINF:1,x.wav`, `-rf.wav` or `http:x` can be taken neither for a comment, nor for an option, nor
for an address. Reading: `path_or_url` tells a path from an address, by its text alone.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes

from library.errors import PlaylistError
from library.formats.text import decoded

_SCHEME = re.compile(rb"([A-Za-z][A-Za-z0-9+.-]+):")  # one letter is a drive of Windows
_DRIVE = re.compile(rb"[A-Za-z]:[\\/]")
_SEPARATOR = os.sep.encode()
_LOCAL_HOSTS = (b"", b"localhost")


@dataclass(frozen=True, slots=True)
class Relative:
    """Paths as seen from the folder of the playlist: both can move together."""


@dataclass(frozen=True, slots=True)
class Absolute:
    """Whole paths, as they are on this computer."""


@dataclass(frozen=True, slots=True)
class Prefixed:
    r"""Paths in which `root` is replaced: /music by D:\Music, or by a folder of a device.

    A prefix of Windows (a drive or a share) also turns separators into backslashes.
    """

    root: bytes
    prefix: str

    def __post_init__(self) -> None:
        """Refuse an address: what follows it would have to be written in another way."""
        if "://" in self.prefix:
            raise PlaylistError(f"A path prefix is a folder, not an address: {self.prefix}")


PathStyle = Relative | Absolute | Prefixed


class Unplaceable(ValueError):
    """A path that cannot be written in the wanted style; `str()` is the reason."""


def default_style(playlist: Path, roots: Sequence[bytes]) -> PathStyle:
    """Relative where the playlist lies in a root or shares a folder with every one of them."""
    folder = os.path.dirname(os.path.abspath(os.fsencode(playlist)))
    inside = any(is_under(folder, root) for root in roots)
    near = bool(roots) and all(_share_a_folder(folder, root) for root in roots)
    return Relative() if inside or near else Absolute()


def choose_path(candidates: Sequence[bytes], root: bytes) -> bytes:
    """The path to export of a track with several files: the first under root, else the first.

    Args:
        candidates: at least one, in order of preference (present, last seen).
        root: the folder for which the playlist is meant.
    """
    return next((path for path in candidates if is_under(path, root)), candidates[0])


def is_under(path: bytes, root: bytes) -> bool:
    """Whether a path is the folder `root` or lies in it, by its name alone."""
    return path == root or path.startswith(root.rstrip(_SEPARATOR) + _SEPARATOR)


def placed(path: bytes, folder: bytes, style: PathStyle) -> bytes:
    """The location to be written for an absolute path, in a playlist that lies in `folder`.

    Raises:
        Unplaceable: the style has no way to name this file.
    """
    match style:
        case Absolute():
            return path
        case Relative():
            return _guarded(_relative(path, folder).replace(_SEPARATOR, b"/"))
        case Prefixed(root, prefix):
            return _prefixed(path, root, prefix.encode("utf-8", errors="surrogateescape"))


def to_uri(location: bytes) -> str:
    r"""A placed location as a URI reference, every odd byte percent-encoded.

    Source:
        RFC 3986; RFC 8089 for `file:///D:/x` (a drive) and `file://server/x` (a share).
    """
    if _is_windows(location):
        location = location.replace(b"\\", b"/")
        start = "file:" if location.startswith(b"//") else "file:///"
        return start + quote_from_bytes(location, safe="/:")
    return ("file://" if location.startswith(b"/") else "") + quote_from_bytes(location)


def first_location(locations: Sequence[str]) -> tuple[bytes | None, str | None]:
    """Path and address of the first location that is a path, else of the first."""
    pairs = [from_uri(location.encode("utf-8", errors="replace")) for location in locations]
    return next((pair for pair in pairs if pair[0] is not None), (pairs or [(None, None)])[0])


def from_uri(location: bytes) -> tuple[bytes | None, str | None]:
    """Path and address (one of them None) of a location in XSPF or JSPF: a URI reference."""
    path, url = path_or_url(location)
    if path is not None and not _SCHEME.match(location):
        path = unquote_to_bytes(path)
    return path, url


def path_or_url(location: bytes) -> tuple[bytes | None, str | None]:
    r"""Path and address (one of them None) of a line that may hold either.

    `file:` with no host or `localhost` is a path, percent-decoded. Any other scheme, and a share
    (`\\server` or `//server`), is an address.
    """
    scheme = _SCHEME.match(location)
    if scheme and scheme[1].lower() == b"file":
        return _file_uri(location)
    if scheme or location.startswith((b"\\\\", b"//")):
        return None, decoded(location)
    return location or None, None


def _relative(path: bytes, folder: bytes) -> bytes:
    if is_under(path, folder):
        return os.path.relpath(path, folder)
    # a `..` is followed on the disk, where a linked folder has another parent than by its name
    try:
        return os.path.relpath(path, os.path.realpath(folder))
    except ValueError:  # another drive of Windows
        return path


def _guarded(location: bytes) -> bytes:
    if os.path.isabs(location) or location.startswith(b"../"):
        return location
    first_segment = location.split(b"/", 1)[0]
    plain = decoded(first_segment)[:1].isalnum() and b":" not in first_segment
    return location if plain else b"./" + location


def _prefixed(path: bytes, root: bytes, prefix: bytes) -> bytes:
    if not is_under(path, root):
        raise Unplaceable(f"it is not in {decoded(root)}")
    rest = path[len(root.rstrip(_SEPARATOR)) :].lstrip(_SEPARATOR).replace(_SEPARATOR, b"/")
    if not _is_windows(prefix):
        return _guarded(prefix.rstrip(b"/") + b"/" + rest if prefix else rest)
    if b"\\" in rest:
        raise Unplaceable("its name holds a backslash, which Windows takes for a folder")
    return prefix.rstrip(b"\\/") + b"\\" + rest.replace(b"/", b"\\")


def _is_windows(location: bytes) -> bool:
    return bool(_DRIVE.match(location + b"/")) or location.startswith(b"\\\\")


def _file_uri(location: bytes) -> tuple[bytes | None, str | None]:
    rest = location[len("file:") :]
    if rest.startswith(b"//"):
        host, slash, rest = rest[2:].partition(b"/")
        if host.lower() not in _LOCAL_HOSTS:
            return None, decoded(location)
        rest = slash + rest
    path = unquote_to_bytes(rest)
    return (path[1:] if _DRIVE.match(path[1:]) else path), None


def _share_a_folder(folder: bytes, root: bytes) -> bool:
    try:
        shared = os.path.commonpath((folder, root))
    except ValueError:  # another drive of Windows
        return False
    return shared != os.path.dirname(shared)

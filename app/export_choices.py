"""What the listener chooses for an export, and what these choices come to.

choices = ExportChoices("/media/player/Evening.m3u8", PlaylistFormat.M3U8, PathKind.RELATIVE)
ahead = look_ahead(services, "Evening", ids, choices)     # lines, what is left out, and why
report = carry_out(services, "Evening", ids, choices)     # written and read back
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import ExportRefused
from library.formats.model import LeftOut, PlaylistFormat
from library.formats.paths import Absolute, PathStyle, Prefixed, Relative
from library.records import Track, TrackId

if TYPE_CHECKING:
    from app.exchange import ExportPlan, ExportReport
    from app.services import Services

_ENDINGS = (*(f".{one}" for one in PlaylistFormat), ".m3u")
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f/\\<>:"|?*]+')  # players often have FAT
_MAX_NAME_BYTES = 200


class PathKind(StrEnum):
    """How a playlist file names the music."""

    AUTOMATIC = "automatic"
    RELATIVE = "relative"
    ABSOLUTE = "absolute"
    PREFIX = "prefix"


@dataclass(frozen=True, slots=True)
class ExportChoices:
    """Where to, in which form. old, new: the folder that is replaced and what stands for it."""

    target: str
    playlist_format: PlaylistFormat
    kind: PathKind = PathKind.AUTOMATIC
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What an export would write. kind: how paths are written, where that was left open.

    replaces: a file is there already.
    """

    lines: str
    left_out: tuple[LeftOut, ...]
    kind: PathKind
    replaces: bool


def suggested_name(name: str, playlist_format: PlaylistFormat) -> str:
    """A file name for a playlist that every file system takes."""
    plain = " ".join(_NOT_IN_NAMES.sub(" ", name).split()).strip(" .")
    short = plain.encode()[:_MAX_NAME_BYTES].decode(errors="ignore").rstrip()
    return f"{short or 'playlist'}.{playlist_format}"


def with_ending(target: str, playlist_format: PlaylistFormat) -> str:
    """The target with the ending of a format in the place of another one's."""
    stem, ending = os.path.splitext(target)
    known = ending.lower() in _ENDINGS
    return f"{stem if known else target}.{playlist_format}"


def format_named(target: str) -> PlaylistFormat | None:
    """The format that the ending of a target stands for; None where it has none."""
    ending = os.path.splitext(target)[1].lower()
    if ending not in _ENDINGS:
        return None
    return PlaylistFormat.M3U8 if ending == ".m3u" else PlaylistFormat(ending[1:])


def look_ahead(
    services: "Services",
    name: str,
    ids: Sequence[TrackId],
    choices: ExportChoices,
    *,
    n_lines: int = 8,
) -> Ahead:
    """What an export would write; nothing is written.

    Raises:
        ExportRefused: the choices are not complete.
        LibraryError: the target cannot be the name of a playlist file.
    """
    from app.exchange import preview

    plan = _plan(services, name, ids, choices)
    return Ahead(
        preview(plan, n_lines), plan.left_out, _kind_of(plan.style), os.path.lexists(plan.target)
    )


def carry_out(
    services: "Services", name: str, ids: Sequence[TrackId], choices: ExportChoices
) -> "ExportReport":
    """Write the playlist, read it back, and say what it holds.

    Raises:
        ExportRefused: the choices are not complete, or nothing of the playlist can be written.
        LibraryError: the file cannot be written.
        ReadBackFailed: what is read is not what was to be written.
    """
    from app.exchange import export

    plan = _plan(services, name, ids, choices)
    if ids and len(plan.left_out) == len(ids):
        raise ExportRefused("None of the tracks can be named in such a file.")
    return export(plan)


def _plan(
    services: "Services", name: str, ids: Sequence[TrackId], choices: ExportChoices
) -> "ExportPlan":
    from app.exchange import plan_export

    tracks = _tracks(services, ids)
    target = Path(os.path.abspath(os.path.expanduser(_checked(choices).target.strip())))
    return plan_export(services.catalog, tracks, target, _style(choices), name=name)


def _tracks(services: "Services", ids: Sequence[TrackId]) -> list[Track]:
    tracks = services.catalog.tracks.get(dict.fromkeys(ids))
    return [tracks[track_id] for track_id in ids if track_id in tracks]


def _checked(choices: ExportChoices) -> ExportChoices:
    target = os.path.expanduser(choices.target.strip())
    if not target:
        raise ExportRefused("Choose a file to save to.")
    if not os.path.isabs(target):
        raise ExportRefused("The file needs its whole path; choose the folder with Browse.")
    if choices.kind is PathKind.PREFIX and not os.path.isabs(choices.old.strip()):
        raise ExportRefused("Say which folder is to be replaced, by its whole path.")
    return choices


def _style(choices: ExportChoices) -> PathStyle | None:
    if choices.kind is PathKind.PREFIX:
        old = os.path.abspath(os.fsencode(choices.old.strip()))
        return Prefixed(old, choices.new.strip())
    styles = {
        PathKind.AUTOMATIC: None,
        PathKind.RELATIVE: Relative(),
        PathKind.ABSOLUTE: Absolute(),
    }
    return styles[choices.kind]


def _kind_of(style: PathStyle) -> PathKind:
    if isinstance(style, Prefixed):
        return PathKind.PREFIX
    return PathKind.RELATIVE if isinstance(style, Relative) else PathKind.ABSOLUTE

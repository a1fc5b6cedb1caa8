"""Is this another version of the same song? The rule that folds a remaster under its original.

Three things must agree: the title without what a label adds to it ("(Live)", "- 2011 Remaster",
"feat. ..."), the duration, and the sound of the windows. A false merge hides a song and a missed
one only repeats it, so every part of the rule is on the strict side: a remix, a part number or a
cover stays a song of its own. benchmarks/version_precision.py shows what the rule folds.
"""

import os
import re
import unicodedata
from dataclasses import dataclass

from app.ranking import window_agreement
from library.records import FloatArray, Tags, Track, display_path


@dataclass(frozen=True, slots=True)
class VersionRule:
    """How alike two tracks with one title have to be.

    duration_share: largest difference of the durations, as a share of the longer one.
    window_agreement: least agreement of the windows, a cosine (see app.ranking).
    """

    duration_share: float = 0.03
    window_agreement: float = 0.85


@dataclass(frozen=True, slots=True)
class Song:
    """What tells one song from another before anybody listens: its bare title and its duration."""

    title: str
    duration_s: float


_FROM = r"(?:at|in|from|on|for|with|session|sessions|version|recording|bootleg|acoustic|\d{4})"
_KIND = (
    r"(?:mono|stereo|radio|single|album|original|extended|short|long|full|clean|explicit|studio"
    r"|video|lp|ep|7\"|12\"|alternate|alternative|demo|acoustic|unplugged|deluxe|anniversary|new)"
)
_ADDED = re.compile(
    rf"""(?:recorded\ )?live(?:\ {_FROM}\b.*)?
    | (?:\d{{4}}\ )?(?:digital(?:ly)?\ )?re-?master(?:ed|ing)?
      (?:\ (?:version|edition|mix))?(?:\ (?:in\ )?\d{{4}})?
    | (?:\d{{4}}\ )?{_KIND}(?:\ (?:mix|edit|version|cut|take|recording|edition))?(?:\ \d{{4}})?
    | version | edit | bonus(?:\ track)? | audio | lyrics? | hq | hd
    | official(?:\ (?:music|lyric))?(?:\ (?:video|audio))?
    | (?:feat|ft|featuring|with)\b.+""",
    re.VERBOSE,
)
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|\{([^{}]*)\}")
_LAST_DASH = re.compile(r"^(.*\S)\s+[-\u2013\u2014]\s+(\S.*)$")
_GUESTS = re.compile(r"\s(?:feat|ft|featuring)\b.*$")
_TRACK_NUMBER = re.compile(r"^\d{1,3}\s*[-._)]+\s*(?=\S*[^\W\d])")


def bare_title(title: str) -> str:
    """The title without its version, its guests, its case, accents and punctuation.

    A title that is nothing but a version ("Live") is kept, so that only another "Live" equals it.
    """
    plain = _unaccented(title)
    bare = _letters(_without_additions(plain))
    return bare or _letters(plain) or plain.strip()


def song_of(tags: Tags, path: bytes, duration_s: float) -> Song:
    """The song that a file's tags speak of, or else its name without a track number."""
    name = os.path.splitext(display_path(os.path.basename(path)))[0]
    return Song(bare_title(tags.title or _TRACK_NUMBER.sub("", name)), duration_s)


def song_of_track(track: Track) -> Song:
    """The song that a track of the library is a version of."""
    return song_of(track.tags, track.path, track.duration_s)


def may_be_versions(first: Song, second: Song, rule: VersionRule) -> bool:
    """True when titles and durations agree, so that it is worth comparing the windows."""
    longer_s = max(first.duration_s, second.duration_s)
    apart_s = abs(first.duration_s - second.duration_s)
    return (
        bool(first.title)
        and first.title == second.title
        and apart_s <= rule.duration_share * longer_s
    )


def windows_alike(first: FloatArray, second: FloatArray, rule: VersionRule) -> bool:
    """True when the windows of two tracks sound the same.

    Args:
        first: float32, shape (n_windows, dimension), rows of unit length.
        second: float32, shape (any number of windows, dimension), rows of unit length.
        rule: the least agreement.
    """
    return window_agreement(first, second) >= rule.window_agreement


def _without_additions(title: str) -> str:
    """Take away bracketed additions, then additions behind a dash, then guests at the end."""
    kept = _BRACKETS.sub(_kept_bracket, title).strip()
    while (dash := _LAST_DASH.match(kept)) and _ADDED.fullmatch(_spaced(dash[2])):
        kept = dash[1]
    return _GUESTS.sub("", kept)


def _kept_bracket(bracket: re.Match[str]) -> str:
    inside = bracket[1] or bracket[2] or bracket[3] or ""
    return " " if _ADDED.fullmatch(_spaced(inside)) else f" {inside} "


def _unaccented(text: str) -> str:
    """Lower case, compatibility forms, and no combining marks."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c))


def _spaced(text: str) -> str:
    """Words with one space between them and no full stops: "feat. X" and "Feat  X" are one."""
    return " ".join(text.replace(".", " ").split())


def _letters(text: str) -> str:
    """Letters and digits of every script, with nothing between them."""
    return "".join(c for c in text if c.isalnum())

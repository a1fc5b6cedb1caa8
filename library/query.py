"""What may be asked of the library, as plain values: terms that a track passes or does not.

Text is compared word by word, without case and diacritics, with what the track's preferred file
says. Every term may be `excluded`: then it is passed by the tracks that it would leave out.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class TextField(StrEnum):
    """Where the words of a term must stand. WORDS: in title (or file name), artist or album.

    ARTIST is the artist or the album artist, GENRE any one genre, PATH the whole path.
    """

    WORDS = "words"
    TITLE = "title"
    ARTIST = "artist"
    ALBUM = "album"
    GENRE = "genre"
    PATH = "path"


class NumberField(StrEnum):
    """What is compared with bounds, and in which unit."""

    YEAR = "year"
    LENGTH = "length"  # seconds, rounded to whole ones
    PLAYS = "plays"
    AGE = "age"  # seconds since the track came into the library


class TrackState(StrEnum):
    """What may be the matter with a track."""

    MISSING = "missing"  # no file of it can be read where it was
    UNHEARD = "unheard"  # it has no vector of the encoder in use


@dataclass(frozen=True, slots=True)
class TextTerm:
    """Words that stand side by side in one field.

    whole: the last of them is a whole word; else words that begin so will do.
    """

    field: TextField
    text: str
    whole: bool = False
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class NumberTerm:
    """Bounds, both included; None for none. A track without a year passes no bounds of years."""

    field: NumberField
    least: float | None
    most: float | None
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class StateTerm:
    """Tracks in a state."""

    state: TrackState
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class TagTerm:
    """Tracks in which a tag is heard with a score between the bounds, both included.

    tag_index: the place of the tag among those that the encoder hears.
    """

    tag_index: int
    least: float = 0.0
    most: float = 1.0
    excluded: bool = False


class Facet(StrEnum):
    """What a library is browsed by: any one genre, the artist, the title of the album."""

    GENRE = "genre"
    ARTIST = "artist"
    ALBUM = "album"


@dataclass(frozen=True, slots=True)
class FacetTerm:
    """Tracks with exactly this value, upper and lower case of A to Z aside; "": with none."""

    facet: Facet
    value: str
    excluded: bool = False


Term = TextTerm | NumberTerm | StateTerm | TagTerm | FacetTerm


@dataclass(frozen=True, slots=True)
class Query:
    """Tracks that pass, in every group, one term at least; without groups, every track."""

    groups: tuple[tuple[Term, ...], ...] = ()


def words(text: str) -> Query:
    """The tracks in which every word of a text begins some word of title, artist or album."""
    found = filter(has_words, searchable(text).split())
    return Query(tuple((TextTerm(TextField.WORDS, word),) for word in dict.fromkeys(found)))


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit to search for."""
    return any(map(str.isalnum, text))


def searchable(text: str) -> str:
    """The text with spaces for control and formatting characters.

    SQLite's tokenizer knows Unicode 6.1 and takes younger formatting characters for letters.
    """
    return "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)

"""The search language: what a person types, as a query. Any text is a valid search.

    night -live "blue train" artist:coltrane OR artist:"miles davis" year:1955-1965 tag:jazz>0.5

Words and quoted phrases stand in title, artist or album; `field:value` looks in one field; `-`
excludes; terms go together, but for `OR` or `|` between two. A word may be half typed, and so may
the last word of a phrase until its quotes are closed. What cannot be understood is left out of the
search, and a notice says so; a field that is not there is searched for as words.
"""

import re
from collections.abc import Callable, Sequence

from app.errors import NoTags, UnknownTag
from app.tags import NOTEWORTHY, tag_named
from library.query import (
    NumberField,
    NumberTerm,
    Query,
    StateTerm,
    TagTerm,
    Term,
    TextField,
    TextTerm,
    TrackState,
    has_words,
    searchable,
)

MAX_TERMS = 64

_TEXTS = {field.value: field for field in TextField if field != TextField.WORDS}
_NUMBERS = {
    "year": NumberField.YEAR,
    "length": NumberField.LENGTH,
    "plays": NumberField.PLAYS,
    "added": NumberField.AGE,
}
_STATES = {state.value: state for state in TrackState}
FIELDS = (*_TEXTS, *_NUMBERS, "is", "tag")

_EXAMPLES = {
    "year": "1990, 1990-1999, -1979 or 2000-",
    "length": ">5:00, 2:00-6:00 or <90",
    "plays": "0, >3 or 1-5",
    "added": "<30d, <6w, >2m or >1y",
    "is": "missing or unheard",
}
_DAY_S = 86_400
_AGES_S = {"d": _DAY_S, "w": 7 * _DAY_S, "m": 30 * _DAY_S, "y": 365 * _DAY_S}

# The value may follow after spaces, unless what follows is a term of its own.
_TOKEN = re.compile(
    rf"""(?=\S)(?P<minus>-?)
    (?: (?P<field>(?i:{"|".join(FIELDS)})): (?:\s+(?!-|[^\W\d_]+:|OR\b|\|))?
      | (?P<unknown>[^\W\d_]+): (?=\S) )?
    (?: "(?P<quoted>[^"]*)(?P<closed>"?)(?P<bound>(?:[<>][0-9.]*)?) | (?P<plain>\S*) )""",
    re.VERBOSE,
)
_BOUND = re.compile(r"(.*?)([<>][0-9.]*)?", re.DOTALL)
_SCORE = re.compile(r"[<>](?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")


def parse_search(text: str, tags: Sequence[str]) -> tuple[Query, tuple[str, ...]]:
    """The query of a text, with sentences about what could not be taken as it was typed.

    Args:
        text: anything.
        tags: names of the tags that the encoder hears.
    """
    groups: list[tuple[Term, ...]] = []
    notices: list[str] = []
    joins = False
    for token in _TOKEN.finditer(searchable(text)):
        if sum(map(len, groups)) == MAX_TERMS:
            notices.append(f"Only the first {MAX_TERMS} terms of the search count.")
            break
        if token[0] in ("OR", "|"):
            joins = bool(groups)
            continue
        term = _term(token, tags, notices)
        if term is not None and joins:
            groups[-1] = (*groups[-1], term)
        elif term is not None and (term,) not in groups:
            groups.append((term,))
        joins = False
    return Query(tuple(groups)), tuple(dict.fromkeys(notices))


def as_typed(arguments: Sequence[str]) -> str:
    """The arguments of a command line as one text; a shell has taken quotes away around spaces.

    An argument that begins with a field is quoted again; any other with spaces is several words.
    """
    return " ".join(map(_quoted_again, arguments))


def _quoted_again(argument: str) -> str:
    start, colon, value = argument.partition(":")
    if not colon or start.removeprefix("-").lower() not in FIELDS or '"' in argument:
        return argument
    found = _BOUND.fullmatch(value)
    assert found is not None  # every text is a name and perhaps a bound
    name, bound = found[1], found[2] or ""
    return f'{start}:"{name}"{bound}' if " " in name.strip() else argument


def _term(token: re.Match[str], tags: Sequence[str], notices: list[str]) -> Term | None:
    """The term of a token; None where it is not finished or not understood."""
    field, excluded = (token["field"] or "").lower(), bool(token["minus"])
    whole = bool(token["closed"])
    value = (token["plain"] if token["quoted"] is None else token["quoted"]).strip()
    if token["unknown"]:
        notices.append(f"There is no field {token['unknown']}: searching for the words.")
        value = f"{token['unknown']} {value}"
    if field in ("", *_TEXTS):
        if not has_words(value):
            return None
        text = " ".join(value.split())
        return TextTerm(_TEXTS.get(field, TextField.WORDS), text, whole, excluded)
    if not value:
        return None
    if field == "tag":
        return _tag(value, token["bound"] or "", excluded, tags, notices)
    term = _state(value, excluded) if field == "is" else _number(field, value, excluded)
    if term is None:
        notices.append(f"{field}:{value} is left out: {field}: takes {_EXAMPLES[field]}.")
    return term


def _tag(
    value: str, bound: str, excluded: bool, tags: Sequence[str], notices: list[str]
) -> TagTerm | None:
    found = _BOUND.fullmatch(value)
    assert found is not None  # every text is a name and perhaps a bound
    name, bound = (value, bound) if bound else (found[1], found[2] or "")
    try:
        tag_index = tags.index(tag_named(name, tags))
    except (NoTags, UnknownTag) as error:
        notices.append(str(error))
        return None
    score = float(bound[1:]) if _SCORE.fullmatch(bound) else None
    if bound and score is None:
        notices.append(f"tag:{name}{bound} goes without the bound: it takes a score as in >0.5.")
    if score is None:
        return TagTerm(tag_index, least=NOTEWORTHY, excluded=excluded)
    if bound[0] == "<":
        return TagTerm(tag_index, most=score, excluded=excluded)
    return TagTerm(tag_index, least=score, excluded=excluded)


def _state(value: str, excluded: bool) -> StateTerm | None:
    state = _STATES.get(value.lower())
    return None if state is None else StateTerm(state, excluded)


def _number(field: str, value: str, excluded: bool) -> NumberTerm | None:
    read = {"length": _seconds, "added": _age_s}.get(field, _whole_number)
    step = 0 if field == "added" else 1
    bounds = _bounds(value.replace(" ", ""), read, step)
    return None if bounds is None else NumberTerm(_NUMBERS[field], *bounds, excluded)


def _bounds(
    value: str, read: Callable[[str], int | None], step: int
) -> tuple[int | None, int | None] | None:
    """Least and most, both included, of 5, >5, <5, 5-7, -7 or 5-."""
    if value[0] in "<>":
        bound = read(value[1:])
        if bound is None:
            return None
        return (None, bound - step) if value[0] == "<" else (bound + step, None)
    first, dash, last = value.partition("-")
    least, most = read(first), read(last if dash else first)
    if (first and least is None) or (dash and last and most is None) or least is most is None:
        return None
    return least, most


def _whole_number(text: str) -> int | None:
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else None


def _seconds(text: str) -> int | None:
    """A length as players show it: 90, 3:20 or 1:02:03."""
    if not re.fullmatch("[0-9]{1,6}(:[0-9]{2}){0,2}", text):
        return None
    seconds = 0
    for part in text.split(":"):
        seconds = 60 * seconds + int(part)
    return seconds


def _age_s(text: str) -> int | None:
    found = re.fullmatch("([0-9]{1,5})([dwmy])", text.lower())
    return None if found is None else int(found[1]) * _AGES_S[found[2]]

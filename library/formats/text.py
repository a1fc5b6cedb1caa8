"""Text for playlist files: titles that stay on one line, and bytes of unknown encoding."""

import codecs
import math
import unicodedata

_BREAKING = frozenset({"Cc", "Zl", "Zp"})
_UNENCODABLE = {"\ufffe", "\uffff"}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def one_line(text: str) -> str:
    """The text without anything that could end its line, its cell or its element.

    Control characters and line separators become spaces, what XML and UTF-8 cannot hold becomes
    U+FFFD, and blanks at both ends go.
    """
    if text.isprintable():
        return text.strip()
    return "".join(map(_harmless, text)).strip()


def breaks_lines(text: str) -> bool:
    """Whether some program would see more than one line in this text."""
    return len(f"{text}.".splitlines()) > 1


def decoded(data: bytes) -> str:
    """UTF-8 where that fits, otherwise Windows-1252, and Latin-1 for the bytes it lacks."""
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def without_bom(data: bytes) -> bytes:
    """The data without its byte order marks; UTF-16 that has one becomes UTF-8."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            text = data.removeprefix(bom).decode(encoding, errors="replace")
            return text.lstrip("\ufeff").encode("utf-8", errors="replace")
    return data


def seconds(text: str) -> float | None:
    """A duration in seconds, or None where the text is not a finite number above zero."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value > 0 else None


def _harmless(character: str) -> str:
    category = unicodedata.category(character)
    if category in _BREAKING:
        return " "
    return "\ufffd" if category == "Cs" or character in _UNENCODABLE else character

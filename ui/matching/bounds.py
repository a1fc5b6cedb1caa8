"""Number fields whose lowest value means "any"."""

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QSpinBox, QWidget

from ui.style import inset
from ui.words import clock

_MINUTE_S = 60
_STEP_S = 30
_LONGEST_S = 24 * 3600
_FIRST_YEAR = 1900
_LAST_YEAR = 2100
_NARROWEST_PX = 76


class BoundField(QSpinBox):
    """A whole number or "any".

    The first step up from "any" leads to `begin`, where most people will want to go on from.
    """

    def __init__(self, lowest: int, highest: int, begin: int, parent: QWidget) -> None:
        """Allow the numbers above `lowest`, which itself means any."""
        super().__init__(parent)
        self._begin = begin
        self.setRange(lowest, highest)
        self.setSpecialValueText(self.tr("any"))
        self.setKeyboardTracking(False)
        self.setMinimumWidth(_NARROWEST_PX)
        inset(self)

    def bound(self) -> int | None:
        """The number; None for any."""
        return None if self.value() == self.minimum() else self.value()

    def set_bound(self, bound: float | None) -> None:
        """Show a number, or "any"."""
        self.setValue(self.minimum() if bound is None else round(bound))

    def stepBy(self, steps: int) -> None:
        """Step, from "any" to where the numbers begin to be of use."""
        if self.value() == self.minimum() and steps > 0:
            self.setValue(self._begin)
        else:
            super().stepBy(steps)

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        """Let the field be emptied, which means any."""
        if not text.strip():
            return QValidator.State.Acceptable, text, place
        return super().validate(text, place)

    def valueFromText(self, text: str) -> int:
        """The number in a text; any where there is none."""
        return int(text) if text.strip().isdecimal() else self.minimum()


class YearField(BoundField):
    """A year, or any."""

    def __init__(self, begin: int, parent: QWidget) -> None:
        """Show "any"."""
        super().__init__(_FIRST_YEAR - 1, _LAST_YEAR, begin, parent)


class LengthField(BoundField):
    """A length as 3:20, or any; a number alone means minutes."""

    def __init__(self, begin_s: int, parent: QWidget) -> None:
        """Show "any"."""
        super().__init__(0, _LONGEST_S, begin_s, parent)
        self.setSingleStep(_STEP_S)

    def textFromValue(self, value: int) -> str:
        """Minutes and seconds."""
        return clock(value)

    def valueFromText(self, text: str) -> int:
        """The seconds in a text; any where there are none."""
        return seconds_in(text) or self.minimum()

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        """Take digits and colons."""
        typed = text.strip()
        if not typed or typed == self.specialValueText() or seconds_in(typed) is not None:
            return QValidator.State.Acceptable, text, place
        could_be = all(character.isdecimal() or character == ":" for character in typed)
        state = QValidator.State.Intermediate if could_be else QValidator.State.Invalid
        return state, text, place


def seconds_in(text: str) -> int | None:
    """The length that a person types: 4 minutes as "4", "4:00" or "0:04:00"; None for others."""
    parts = text.strip().split(":")
    if len(parts) > 3 or not all(part.isascii() and part.isdecimal() for part in parts):  # noqa: PLR2004 - h:m:s
        return None
    if len(parts) == 1:
        parts.append("0")
    seconds = 0
    for part in parts:
        seconds = _MINUTE_S * seconds + int(part[:6])
    return min(seconds, _LONGEST_S)

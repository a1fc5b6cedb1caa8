"""Lengths, times and counts as a person reads them."""

_MINUTE_S = 60
_HOUR_S = 3600


def clock(seconds: float) -> str:
    """A length as players show it: 3:07, 1:02:03."""
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, _HOUR_S)
    minutes, left = divmod(rest, _MINUTE_S)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def long_time(seconds: float) -> str:
    """A time to wait or to listen, in at most two units: 45 s, 12 min, 3 h 20 min, 2 days 4 h."""
    whole = max(0, round(seconds))
    if whole < _MINUTE_S:
        return f"{whole} s"
    minutes = round(whole / _MINUTE_S)
    if minutes < 60:  # noqa: PLR2004 - minutes of an hour
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    days, hours_left = divmod(hours, 24)
    if days:
        return f"{days} d {hours_left} h"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"

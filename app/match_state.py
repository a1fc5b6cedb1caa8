"""A request as plain data that any settings file can hold, and back again.

What comes back may be of another version or have been edited: what cannot be read is left out.
"""

import base64
import binascii
from dataclasses import asdict
from typing import Any, TypeGuard

from app.match_request import ChosenSeed, Dials, MatchRequest, SeedKey
from library.records import TrackId

_MOST = 2**31 - 1


def plain_request(request: MatchRequest) -> dict[str, Any]:
    """Numbers, texts, lists and dicts; paths are in base64, because they are bytes."""
    return {
        "seeds": [{"key": _plain_key(seed.key), "wanted": seed.wanted} for seed in request.seeds],
        "excluded": sorted(request.excluded),
        "locked": sorted(request.locked),
        "dials": asdict(request.dials) | {"genres": sorted(request.dials.genres)},
    }


def request_from(plain: object, usual: Dials) -> MatchRequest:
    """The request that some plain data means; `usual` stands in for dials that cannot be read."""
    content = plain if isinstance(plain, dict) else {}
    seeds = {}
    for one in _list(content.get("seeds")):
        key = _key(one.get("key")) if isinstance(one, dict) else None
        if key is not None:
            seeds[key] = ChosenSeed(key, one.get("wanted") is not False)
    return MatchRequest(
        tuple(seeds.values()),
        _ids(content.get("excluded")),
        _ids(content.get("locked")),
        dials_from(content.get("dials"), usual),
    )


def dials_from(plain: object, usual: Dials) -> Dials:
    """The dials that some plain data means."""
    content = plain if isinstance(plain, dict) else {}
    return Dials(
        per_artist=_count(content, "per_artist", usual.per_artist),
        per_album=_count(content, "per_album", usual.per_album),
        min_length_s=_bound(content, "min_length_s"),
        max_length_s=_bound(content, "max_length_s"),
        first_year=_year(content, "first_year"),
        last_year=_year(content, "last_year"),
        genres=frozenset(one for one in _list(content.get("genres")) if isinstance(one, str)),
        count=max(1, _count(content, "count", usual.count)),
    )


def _plain_key(key: SeedKey) -> int | str:
    return base64.b64encode(key).decode() if isinstance(key, bytes) else int(key)


def _key(plain: object) -> SeedKey | None:
    if _is_whole(plain):
        return TrackId(plain)
    if isinstance(plain, str):
        try:
            return base64.b64decode(plain, validate=True) or None
        except (binascii.Error, ValueError):
            return None
    return None


def _ids(plain: object) -> frozenset[TrackId]:
    return frozenset(TrackId(one) for one in _list(plain) if _is_whole(one))


def _list(plain: object) -> list[Any]:
    return plain if isinstance(plain, list) else []


def _count(content: dict[str, Any], name: str, usual: int) -> int:
    value = content.get(name)
    return value if _is_whole(value) else usual


def _bound(content: dict[str, Any], name: str) -> float | None:
    value = content.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if 0 < value <= _MOST else None


def _year(content: dict[str, Any], name: str) -> int | None:
    value = content.get(name)
    return value if _is_whole(value) else None


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST

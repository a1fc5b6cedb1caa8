"""Covers: the picture inside a music file, or beside it, as a small JPEG.

A picture is a stranger's file as well: its bytes and its declared pixels are bounded before
anything is decoded, and only the common still formats are let in.
"""

import base64
import binascii
import io
import os
import warnings
from collections.abc import Iterator
from typing import Any

import mutagen
from mutagen.flac import Picture
from PIL import Image, ImageOps

from library.errors import TagError
from library.tags import open_regular, reading

MAX_PICTURE_BYTES = 16 * 1024 * 1024
MAX_PIXELS = 40_000_000
JPEG_QUALITY = 85

_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP")
_NAMES = (b"cover", b"folder", b"front", b"album")
_ENDINGS = (b".jpg", b".jpeg", b".png", b".webp", b".gif", b".bmp")
_FRONT_COVER = 3  # the picture type of ID3, FLAC and ASF
_MAX_PICTURES = 10
_MAX_ASF_HEADER = 4_096


def read_cover(path: bytes, size_px: int = 256) -> bytes | None:
    """The cover of a music file as JPEG of at most size_px a side; None where it has none.

    The picture in the file comes first, then one named cover, folder, front or album in the same
    folder. A picture that is too large or damaged counts as none.
    """
    for picture in _pictures(path):
        jpeg = _scaled(picture, size_px)
        if jpeg is not None:
            return jpeg
    return None


def _pictures(path: bytes) -> Iterator[bytes]:
    try:
        with reading(path) as file:
            opened = mutagen.File(file)
            embedded = [] if opened is None else _embedded(opened)
    except TagError:
        embedded = []
    yield from (data for data in embedded if len(data) <= MAX_PICTURE_BYTES)
    yield from _beside(path)


def _embedded(opened: Any) -> list[bytes]:
    """The pictures in a file that mutagen has opened, front covers first, at most a few."""
    typed = [(p.type != _FRONT_COVER, p.data) for p in getattr(opened, "pictures", ())]
    tags = opened.tags if opened.tags is not None else {}
    for name in list(tags.keys()):
        if name.startswith("APIC"):
            typed.append((tags[name].type != _FRONT_COVER, tags[name].data))
        elif name == "covr":
            typed += [(False, bytes(data)) for data in tags[name]]
        elif name.lower() == "metadata_block_picture":
            typed += [_from_comment(text) for text in tags[name][:_MAX_PICTURES]]
        elif name == "WM/Picture":
            typed += [_from_asf(attribute.value) for attribute in tags[name][:_MAX_PICTURES]]
        elif name.lower().startswith("cover art"):
            is_front = "front" in name.lower()
            typed.append((not is_front, tags[name].value.partition(b"\0")[2]))
    typed.sort(key=lambda picture: picture[0])
    return [data for _, data in typed[:_MAX_PICTURES]]


def _from_comment(text: str) -> tuple[bool, bytes]:
    """A FLAC picture block in the base64 of a Vorbis comment."""
    if len(text) > 2 * MAX_PICTURE_BYTES:
        return True, b""
    try:
        picture = Picture(base64.b64decode(text))  # type: ignore[no-untyped-call]
    except (binascii.Error, mutagen.MutagenError):
        return True, b""
    return picture.type != _FRONT_COVER, picture.data


def _from_asf(value: object) -> tuple[bool, bytes]:
    """A type, a 32-bit length, two UTF-16 texts that end in a null, and the picture.

    Source: Windows Media Format SDK, WM_PICTURE.
    """
    if not isinstance(value, bytes):
        return True, b""
    start = 5
    for _ in range(2):
        while start < _MAX_ASF_HEADER and value[start : start + 2] not in (b"\0\0", b""):
            start += 2
        start += 2
    return value[:1] != bytes([_FRONT_COVER]), value[start:]


def _beside(path: bytes) -> Iterator[bytes]:
    """Pictures in the folder of the file whose names say that they are the cover."""
    folder = os.path.dirname(path)
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if _rank(entry.name) is not None]
    except OSError:
        return
    for name in sorted(names, key=lambda name: (_rank(name) or 0, name)):
        try:
            with open(os.path.join(folder, name), "rb", opener=open_regular) as file:
                data = file.read(MAX_PICTURE_BYTES + 1)
        except OSError:
            continue
        if len(data) <= MAX_PICTURE_BYTES:
            yield data


def _rank(name: bytes) -> int | None:
    base, ending = os.path.splitext(name.lower())
    return _NAMES.index(base) if base in _NAMES and ending in _ENDINGS else None


def _scaled(data: bytes, size_px: int) -> bytes | None:
    """The picture as JPEG within size_px x size_px; None if it is too large or damaged."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of sizes that are refused here anyway
            image = Image.open(io.BytesIO(data), formats=_FORMATS)
            if image.width * image.height > MAX_PIXELS:
                return None
            image.draft("RGB", (2 * size_px, 2 * size_px))
            image.thumbnail((size_px, size_px))
            small = ImageOps.exif_transpose(image).convert("RGB")
            written = io.BytesIO()
            small.save(written, "JPEG", quality=JPEG_QUALITY)
    except Exception:  # noqa: BLE001 - Pillow lets through whatever its decoders meet
        return None
    return written.getvalue()

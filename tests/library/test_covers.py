import base64
import io
import os
import struct
import zlib

import mutagen
import pytest
from mutagen import id3
from mutagen.asf._attrs import ASFByteArrayAttribute
from mutagen.flac import Picture
from mutagen.mp4 import MP4Cover
from PIL import Image

from library.covers import MAX_PICTURE_BYTES, read_cover
from tests.library.samples import picture, write_music

FRONT, BACK = 3, 4


def _flac_picture(data: bytes, kind: int = FRONT) -> Picture:
    block = Picture()
    block.type, block.mime, block.data = kind, "image/jpeg", data
    return block


def _flac(opened, data):
    opened.add_picture(_flac_picture(data))


def _id3(opened, data):
    if opened.tags is None:
        opened.add_tags()
    opened.tags.add(id3.APIC(encoding=3, mime="image/jpeg", type=FRONT, desc="", data=data))


def _vorbis(opened, data):
    block = _flac_picture(data).write()
    opened["metadata_block_picture"] = [base64.b64encode(block).decode()]


def _mp4(opened, data):
    opened["covr"] = [MP4Cover(data, imageformat=MP4Cover.FORMAT_JPEG)]


def _ape(opened, data):
    opened["Cover Art (Front)"] = b"cover.jpg\0" + data


def _asf(opened, data):
    texts = "image/jpeg\0front\0".encode("utf-16-le")
    value = struct.pack("<BI", FRONT, len(data)) + texts + data
    opened["WM/Picture"] = [ASFByteArrayAttribute(value)]


WRITERS = {
    ".flac": _flac,
    ".mp3": _id3,
    ".wav": _id3,
    ".aiff": _id3,
    ".ogg": _vorbis,
    ".opus": _vorbis,
    ".m4a": _mp4,
    ".wv": _ape,
    ".wma": _asf,
}


def tagged(path, data, write):
    write_music(path)
    opened = mutagen.File(path)
    write(opened, data)
    opened.save()
    return os.fsencode(path)


def size_of(jpeg: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
        return image.size


@pytest.mark.parametrize("ending", WRITERS)
def test_the_picture_in_a_file_comes_out_small(ending, tmp_path):
    path = tagged(tmp_path / f"song{ending}", picture(400, 300), WRITERS[ending])
    cover = read_cover(path, size_px=64)
    assert cover is not None
    assert size_of(cover) == (64, 48)
    with Image.open(io.BytesIO(cover)) as image:
        red, green, blue = image.convert("RGB").resize((1, 1)).tobytes()
    assert red > 150
    assert max(green, blue) < 60


@pytest.mark.parametrize("name", ["cover.jpg", "Folder.JPG", "front.png", "album.webp"])
def test_a_picture_beside_the_file_serves_where_there_is_none_inside(name, tmp_path):
    path = write_music(tmp_path / "song.flac")
    kind = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}[name.rpartition(".")[2].lower()]
    (tmp_path / name).write_bytes(picture(30, 20, kind))
    assert size_of(read_cover(os.fsencode(path)) or b"") == (30, 20)


def test_other_pictures_beside_the_file_are_no_covers(tmp_path):
    path = write_music(tmp_path / "song.flac")
    (tmp_path / "holiday.jpg").write_bytes(picture())
    (tmp_path / "cover.txt").write_bytes(picture())
    os.mkfifo(tmp_path / "cover.jpg")
    assert read_cover(os.fsencode(path)) is None


def test_the_front_cover_comes_before_other_pictures(tmp_path):
    path = write_music(tmp_path / "song.flac")
    opened = mutagen.File(path)
    opened.add_picture(_flac_picture(picture(10, 10), BACK))
    opened.add_picture(_flac_picture(picture(20, 20), FRONT))
    opened.save()
    assert size_of(read_cover(os.fsencode(path)) or b"") == (20, 20)


def test_a_damaged_picture_gives_way_to_the_next(tmp_path):
    path = tagged(tmp_path / "song.mp3", b"\xff\xd8 no picture", _id3)
    assert read_cover(path) is None
    (tmp_path / "cover.jpg").write_bytes(picture(30, 20))
    assert size_of(read_cover(path) or b"") == (30, 20)


def black(width: int, height: int) -> bytes:
    """A picture of many pixels in a few kilobytes."""
    written = io.BytesIO()
    Image.new("1", (width, height)).save(written, "PNG")
    return written.getvalue()


def test_a_picture_that_declares_too_many_pixels_is_not_decoded(tmp_path):
    assert size_of(read_cover(tagged(tmp_path / "a.mp3", black(6_400, 6_200), _id3)) or b"")
    assert read_cover(tagged(tmp_path / "b.mp3", black(6_400, 6_300), _id3)) is None


@pytest.mark.parametrize("side", [20_000, 2**31 - 1])
def test_a_picture_that_declares_absurdly_many_pixels_is_no_cover(side, tmp_path):
    data = bytearray(black(8, 8))
    data[16:24] = struct.pack(">II", side, side)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    assert read_cover(tagged(tmp_path / "song.mp3", bytes(data), _id3)) is None


def test_a_picture_of_too_many_bytes_is_not_looked_at(tmp_path):
    path = write_music(tmp_path / "song.flac")
    (tmp_path / "cover.jpg").write_bytes(picture() + bytes(MAX_PICTURE_BYTES))
    assert read_cover(os.fsencode(path)) is None


@pytest.mark.parametrize(
    "data",
    [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"http://example.org/cover.jpg", b""],
    ids=["svg", "link", "empty"],
)
def test_what_is_no_still_picture_is_no_cover(data, tmp_path):
    assert read_cover(tagged(tmp_path / "song.mp3", data, _id3)) is None


@pytest.mark.parametrize("text", ["!!!", "AAAA", ""])
def test_a_comment_that_is_no_picture_block_is_no_cover(text, tmp_path):
    path = write_music(tmp_path / "song.ogg")
    opened = mutagen.File(path)
    opened["metadata_block_picture"] = [text]
    opened.save()
    assert read_cover(os.fsencode(path)) is None


@pytest.mark.parametrize("value", [b"", b"\x03", b"\x03\0\0\0\0" + b"ab" * 5_000, "text"])
def test_an_asf_picture_that_is_cut_short_is_no_cover(value, tmp_path):
    path = write_music(tmp_path / "song.wma")
    opened = mutagen.File(path)
    opened["WM/Picture"] = [ASFByteArrayAttribute(value)] if isinstance(value, bytes) else [value]
    opened.save()
    assert read_cover(os.fsencode(path)) is None


def test_a_file_that_cannot_be_read_has_the_cover_of_its_folder(tmp_path):
    (tmp_path / "song.flac").write_text("no music")
    (tmp_path / "cover.jpg").write_bytes(picture(30, 20))
    assert size_of(read_cover(os.fsencode(tmp_path / "song.flac")) or b"") == (30, 20)
    assert read_cover(os.fsencode(tmp_path / "no such folder" / "song.flac")) is None

"""The bytes of a file without the tags around its sound."""

import io

import pytest
from mutagen.apev2 import APEv2
from mutagen.id3 import ID3, TIT2

from audio_model.source import Source

SOUND = bytes(range(251)) * 40


def id3v2(path, n_bytes: int) -> None:
    tags = ID3()
    tags.add(TIT2(encoding=3, text=["x" * n_bytes]))
    tags.save(path)


def id3v1(path) -> None:
    with open(path, "ab") as file:
        file.write(b"TAG" + b"Title".ljust(125, b"\0"))


def ape(path) -> None:
    tags = APEv2()
    tags["Title"] = "x" * 5000
    tags.save(path)


def lyrics3(path) -> None:
    lyrics = b"LYRICSBEGIN" + b"IND0000200" + b"ETT00005Title"
    with open(path, "ab") as file:
        file.write(lyrics + f"{len(lyrics):06}".encode() + b"LYRICS200")


def tag(path, *tags) -> None:
    path.write_bytes(SOUND)
    for write in tags:
        write(path)


@pytest.mark.parametrize(
    "tags",
    [
        (),
        (lambda path: id3v2(path, 10),),
        (lambda path: id3v2(path, 300_000),),
        (id3v1,),
        (ape,),
        (ape, id3v1),
        (ape, lyrics3, id3v1),
        (id3v1, lambda path: id3v2(path, 1000)),
    ],
    ids=["none", "v2", "long v2", "v1", "ape", "ape v1", "ape lyrics v1", "v1 v2"],
)
def test_only_the_sound_is_read(tmp_path, tags):
    path = tmp_path / "song.mp3"
    tag(path, *tags)
    with open(path, "rb", buffering=0) as file:
        source = Source(file, "audio.mp3")
        assert source.size_bytes == len(SOUND)
        assert source.read(1 << 20) == SOUND
        assert source.read(1) == b""
        assert source.seek(-1, 2) == len(SOUND) - 1
        assert source.read(9) == SOUND[-1:]
        assert source.seek(3) == source.tell() == 3
        assert source.seek(2, 1) == 5
        assert source.read(4) == SOUND[5:9]
        assert source.seek(-5) == 0
        assert source.seek(5, 2) == len(SOUND)


@pytest.mark.parametrize(
    "contents",
    [
        b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + SOUND,  # longer than the file
        b"ID3\x04",
        SOUND + b"APETAGEX" + b"\xff" * 24,
        SOUND + b"999999LYRICS200",
        b"TAG" + bytes(125),
    ],
    ids=["v2 too long", "v2 cut", "ape too long", "lyrics too long", "nothing but v1"],
)
def test_a_tag_that_cannot_be_is_not_skipped(contents):
    source = Source(io.BytesIO(contents), "audio.mp3")
    assert source.read(1 << 20) == contents


def test_an_error_of_the_system_is_kept(tmp_path):
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if 4096 <= self.tell() < 8192:
                raise OSError(5, "Input/output error")
            return super().read(size)

    source = Source(Failing(SOUND), "audio.mp3")
    assert source.read(4096) == SOUND[:4096]
    assert source.read(4096) == b""
    assert source.failure is not None
    assert source.failure.errno == 5

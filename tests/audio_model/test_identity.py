"""The digest of a recording: what leaves it alone, what changes it, what it costs."""

import os
import shutil

import mutagen
import numpy as np
import pytest
from mutagen.apev2 import APEv2
from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, ID3, TIT2
from mutagen.mp4 import MP4, MP4Cover

from audio_model.errors import DecodeError, NoAudio
from audio_model.identity import identify
from tests.audio_model import signals

COVER = b"\x89PNG\r\n\x1a\n" + bytes(3_000_000)  # more than the bytes that are hashed


@pytest.fixture
def copy_of(music_file, tmp_path):
    """Gives the path of a copy of the music in one format, to be changed."""

    def copy(kind: str) -> str:
        path = os.fsdecode(music_file(kind))
        return shutil.copy(path, tmp_path / f"copy{os.path.splitext(path)[1]}")

    return copy


@pytest.mark.parametrize(
    ("kind", "codec", "sample_rate_hz"),
    [("mp3", "mp3", 44_100), ("opus", "opus", 48_000), ("wav", "pcm_s16le", 44_100)],
)
def test_an_identity_tells_what_the_file_holds(music_file, kind, codec, sample_rate_hz):
    identity = identify(music_file(kind))
    assert len(identity.digest) == 16
    assert (identity.codec, identity.sample_rate_hz, identity.channels) == (
        codec,
        sample_rate_hz,
        2,
    )
    assert identity.duration_s == pytest.approx(22.0, abs=0.1)


@pytest.mark.parametrize("kind", signals.ALL_FORMATS)
def test_a_name_changes_nothing(music_file, copy_of, kind):
    assert identify(os.fsencode(copy_of(kind))) == identify(music_file(kind))


MUTAGEN_WRITES = [kind for kind in signals.ALL_FORMATS if kind not in ("aac", "mka", "opus")]


@pytest.mark.parametrize("kind", [*MUTAGEN_WRITES, "opus"])
def test_tags_change_nothing(music_file, copy_of, kind):
    path = copy_of(kind)
    before = identify(music_file(kind)).digest
    for text in ("Title", "A much longer title " * 5000, "T"):
        song = mutagen.File(path)
        if song.tags is None:
            song.add_tags()
        song.tags[TITLES.get(type(song).__name__, "TITLE")] = title(song, text)
        song.save()
        assert identify(os.fsencode(path)).digest == before
    song = mutagen.File(path)
    song.delete()
    assert identify(os.fsencode(path)).digest == before


TITLES = {"MP3": "TIT2", "WAVE": "TIT2", "AIFF": "TIT2", "MP4": "\xa9nam"}


def title(song, text: str):
    if TITLES.get(type(song).__name__) == "TIT2":
        return TIT2(encoding=3, text=[text])
    return [text]


@pytest.mark.parametrize("kind", ["mp3", "mp3-bare", "mp3-vbr", "mp3-mono-22k", "aac"])
def test_tags_around_frames_change_nothing(music_file, copy_of, kind):
    path = copy_of(kind)
    before = identify(music_file(kind)).digest
    id3 = ID3()
    id3.add(TIT2(encoding=3, text=["Title"]))
    id3.add(APIC(encoding=3, mime="image/png", type=3, desc="", data=COVER))
    id3.save(path, v1=2)  # ID3v2 before the sound and ID3v1 behind it
    assert identify(os.fsencode(path)).digest == before
    ape = APEv2()
    ape["Title"] = "\xff\xfb" * 1000  # looks like the start of a frame
    ape.save(path)  # between the sound and ID3v1
    assert identify(os.fsencode(path)).digest == before
    ID3(path).delete(path, delete_v1=True, delete_v2=False)
    assert identify(os.fsencode(path)).digest == before


def test_tags_behind_a_cut_frame_change_nothing(music_file, tmp_path):
    with open(music_file("mp3"), "rb") as file:
        contents = file.read()[:-100]
    path = tmp_path / "cut.mp3"
    path.write_bytes(contents)
    before = identify(os.fsencode(path)).digest
    lyrics = b"LYRICSBEGININD0000200" + b"000021" + b"LYRICS200"
    path.write_bytes(contents + lyrics + b"TAG" + bytes(125))
    assert identify(os.fsencode(path)).digest == before


def test_a_cover_and_the_place_of_the_index_change_nothing(music_file, copy_of):
    before = {kind: identify(music_file(kind)).digest for kind in ("flac", "m4a", "alac")}
    path = copy_of("flac")
    cover = Picture()
    cover.data, cover.mime, cover.type = COVER, "image/png", 3
    flac = FLAC(path)
    flac.add_picture(cover)
    flac.save()
    assert identify(os.fsencode(path)).digest == before["flac"]
    for kind in ("m4a", "alac"):
        path = copy_of(kind)
        mp4 = MP4(path)
        mp4["covr"] = [MP4Cover(COVER, imageformat=MP4Cover.FORMAT_PNG)]
        mp4.save()
        assert identify(os.fsencode(path)).digest == before[kind]
        index_first(path)
        assert identify(os.fsencode(path)).digest == before[kind]


def index_first(path: str) -> None:
    """Write an MP4 anew with its index before its sound."""
    import av

    moved = f"{path}.moved"
    with (
        av.open(path) as source,
        av.open(moved, "w", format="ipod", options={"movflags": "faststart"}) as target,
    ):
        stream = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(source.streams.audio[0]):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    with open(moved, "rb") as file:
        contents = file.read()
    assert contents.index(b"moov") < contents.index(b"mdat")
    os.replace(moved, path)


def test_formats_and_recordings_differ(music_file, tmp_path):
    # the two MP3s differ in their headers only, and so do PCM samples in WAV and WAVE_EXTENSIBLE
    kinds = [kind for kind in signals.ALL_FORMATS if kind != "mp3-bare"]
    digests = {kind: identify(music_file(kind)).digest for kind in kinds}
    assert len(set(digests.values())) == len(kinds)
    other = signals.write(tmp_path, "flac", signals.music(22.0, seed=1))
    assert identify(os.fsencode(other)).digest != digests["flac"]


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "ogg"])
def test_recordings_that_begin_alike_differ(tmp_path, kind):
    # more than 2 MiB in WAV; in the others the first packets
    start, end = signals.music(13.0, seed=2), signals.music(4.0, seed=3)
    for name, samples in (("a", end), ("b", end[::-1])):
        (tmp_path / name).mkdir()
        signals.write(tmp_path / name, kind, np.concatenate([start, samples]))
    a, b = (identify(os.fsencode(p)).digest for p in sorted(tmp_path.rglob(f"{kind}.*")))
    assert a != b


def test_a_long_silence_at_both_ends_hides_no_difference(tmp_path):
    quiet = signals.silence(25.0)  # 4 MB
    digests = set()
    for seed in (1, 2):
        samples = np.concatenate([quiet, signals.music(5.0, seed=seed), quiet])
        digests.add(identify(os.fsencode(signals.write(tmp_path, "wav", samples))).digest)
    assert len(digests) == 2


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3-bare"])
def test_the_cost_does_not_grow_with_the_length(music_file, tmp_path, bytes_read, kind):
    if kind == "mp3-bare":  # nothing but frames, so that it can be repeated
        path = tmp_path / "long.mp3"
        with open(music_file(kind), "rb") as file:
            path.write_bytes(file.read() * 40)
    else:
        minute = signals.music(60.0, rate_hz=8000, channels=1)
        path = signals.write(tmp_path, kind, np.tile(minute, (30, 1)), 8000)
    assert path.stat().st_size > 12_000_000
    assert bytes_read(lambda: identify(os.fsencode(path))) < 4_500_000


def test_what_is_no_music_has_no_identity(tmp_path):
    path = tmp_path / "song.mp3"
    path.write_bytes(b"Not a song.\n" * 99)
    with pytest.raises(DecodeError, match=r"Could not decode .*song\.mp3"):
        identify(os.fsencode(path))
    header = signals.write(tmp_path, "wav", signals.music(1.0)).read_bytes()[:44]
    (tmp_path / "empty.wav").write_bytes(header)
    with pytest.raises((NoAudio, DecodeError)):
        identify(os.fsencode(tmp_path / "empty.wav"))

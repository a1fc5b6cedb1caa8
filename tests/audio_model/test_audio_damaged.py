"""Files that are cut, damaged, hostile or no music at all."""

import os
import pickle
import struct

import numpy as np
import pytest
import soundfile
from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, ID3
from mutagen.mp4 import MP4, MP4Cover

from audio_model.audio import read_all, read_windows
from audio_model.config import WindowConfig
from audio_model.errors import AudioError, CheckpointError, DecodeError, NoAudio, TooShort
from tests.audio_model import signals

RATE_HZ = WindowConfig().sample_rate_hz


def cut(path: bytes, share: float, folder) -> bytes:
    """A copy of the first part of a file."""
    with open(path, "rb") as file:
        contents = file.read()
    copy = folder / os.path.basename(os.fsdecode(path))
    copy.write_bytes(contents[: int(len(contents) * share)])
    return os.fsencode(copy)


@pytest.mark.parametrize("kind", ["mp3", "mp3-bare", "flac", "ogg", "opus", "wav", "aiff", "aac"])
def test_a_cut_file_gives_the_windows_that_are_left(music_file, tmp_path, kind):
    whole = read_all(music_file(kind), RATE_HZ)
    windows = read_windows(cut(music_file(kind), 0.6, tmp_path))
    assert windows.samples.shape[0] == 1
    assert windows.duration_s == pytest.approx(0.6 * whole.size / RATE_HZ, rel=0.1)
    start = round(float(windows.starts_s[0]) * RATE_HZ)
    stretch = whole[start : start + windows.samples.shape[1]]
    assert np.corrcoef(windows.samples[0], stretch)[0, 1] > 0.999


def test_a_cut_file_whose_index_is_lost_is_refused(music_file, tmp_path):
    with pytest.raises(DecodeError, match=r"m4a\.m4a: it is damaged"):
        read_windows(cut(music_file("m4a"), 0.6, tmp_path))


@pytest.mark.parametrize("kind", ["mp3", "flac", "ogg", "opus", "aac", "wma"])
def test_a_damaged_middle_costs_no_more_than_its_windows(music_file, tmp_path, kind):
    copy = tmp_path / "damaged"
    with open(music_file(kind), "rb") as file:
        contents = bytearray(file.read())
    middle = len(contents) // 2
    contents[middle : middle + 2000] = np.random.default_rng(3).bytes(2000)
    copy.write_bytes(contents)
    windows = read_windows(os.fsencode(copy))
    whole = read_all(music_file(kind), RATE_HZ)
    start = round(float(windows.starts_s[0]) * RATE_HZ)
    before = slice(0, 3 * RATE_HZ)
    stretch = whole[start : start + windows.samples.shape[1]]
    assert np.corrcoef(windows.samples[0][before], stretch[before])[0, 1] > 0.99


def test_a_window_that_is_damaged_is_left_out(tmp_path):
    samples = signals.music(45.0, channels=1)
    samples[round(20 * signals.RATE_HZ)] = np.nan
    windows = read_windows(os.fsencode(signals.write(tmp_path, "wav-float", samples)))
    np.testing.assert_allclose(windows.starts_s, [45 / 8 - 5, 45 * 5 / 8 - 5, 45 * 7 / 8 - 5], 1e-3)


@pytest.mark.parametrize("level", [50.0, np.inf, np.nan], ids=str)
def test_a_file_that_is_damaged_all_over_is_refused(tmp_path, level):
    samples = signals.music(45.0, channels=1)
    samples[:: signals.RATE_HZ] = level
    path = os.fsencode(signals.write(tmp_path, "wav-float", samples))
    with pytest.raises(DecodeError, match="of 4 parts, 0 could be decoded"):
        read_windows(path)
    with pytest.raises(DecodeError, match="level is out of all bounds"):
        read_all(path, RATE_HZ)


def test_a_header_that_states_too_much_is_not_believed(tmp_path):
    path = signals.write(tmp_path, "wav", signals.music(22.0))
    with open(path, "r+b") as file:
        for place in (4, 40):
            file.seek(place)
            file.write(b"\xf0\xff\xff\x7f")
    assert read_windows(os.fsencode(path)).duration_s == pytest.approx(22.0)


def test_a_chained_ogg_gives_windows_of_its_parts(tmp_path):
    (tmp_path / "other").mkdir()
    first = signals.write(tmp_path, "ogg", signals.music(22.0))
    second = signals.write(tmp_path / "other", "ogg", signals.music(22.0, seed=1))
    chained = tmp_path / "chained.ogg"
    chained.write_bytes(first.read_bytes() + second.read_bytes())
    parts = [read_all(os.fsencode(path), RATE_HZ) for path in (first, second)]
    windows = read_windows(os.fsencode(chained))
    assert len(windows.samples) == 2
    for start_s, window in zip(windows.starts_s, windows.samples, strict=True):
        start = round(float(start_s) * RATE_HZ)
        stretches = [part[start : start + window.size] for part in parts]
        assert max(np.corrcoef(window, stretch)[0, 1] for stretch in stretches) > 0.99


@pytest.mark.parametrize("n_cut", [100, 3_000, 9_000])
def test_an_ogg_that_ends_before_its_last_packet_does_is_about_as_long_as_it_says(tmp_path, n_cut):
    path = signals.write(tmp_path, "ogg", signals.music(22.0))
    content = bytearray(path.read_bytes())
    page = content.rindex(b"OggS")
    (end,) = struct.unpack_from("<q", content, page + 6)
    struct.pack_into("<q", content, page + 6, end - n_cut)
    struct.pack_into("<I", content, page + 22, 0)
    struct.pack_into("<I", content, page + 22, ogg_checksum(bytes(content[page:])))
    path.write_bytes(content)
    duration_s = read_windows(os.fsencode(path)).duration_s
    # the packets that begin before the end are counted whole
    assert duration_s == pytest.approx((end - n_cut) / signals.RATE_HZ, abs=0.25)


def ogg_checksum(page: bytes) -> int:
    """The cyclic redundancy check of RFC 3533: polynomial 04c11db7, nothing reflected."""
    check = 0
    for byte in page:
        check ^= byte << 24
        for _ in range(8):
            check = (check << 1) ^ (0x04C11DB7 if check & 0x80000000 else 0)
            check &= 0xFFFFFFFF
    return check


def embed_cover(path: bytes, kind: str, picture: bytes) -> None:
    name = os.fsdecode(path)
    if kind == "mp3":
        tags = ID3()
        tags.add(APIC(encoding=3, mime="image/png", type=3, desc="", data=picture))
        tags.save(name)
    elif kind == "flac":
        cover = Picture()
        cover.data, cover.mime, cover.type = picture, "image/png", 3
        flac = FLAC(name)
        flac.add_picture(cover)
        flac.save()
    else:
        mp4 = MP4(name)
        mp4["covr"] = [MP4Cover(picture, imageformat=MP4Cover.FORMAT_PNG)]
        mp4.save()


@pytest.mark.parametrize("kind", ["mp3", "flac", "m4a"])
def test_an_embedded_cover_changes_nothing(music_file, tmp_path, kind):
    path = cut(music_file(kind), 1.0, tmp_path)
    before = read_windows(path)
    embed_cover(path, kind, b"\x89PNG\r\n\x1a\n" + bytes(300_000))
    after = read_windows(path)
    np.testing.assert_array_equal(after.samples, before.samples)


def test_tags_that_are_no_text_do_no_harm(tmp_path):
    path = signals.write(tmp_path, "wav", signals.music(4.0))
    info = b"INFOINAM" + (6).to_bytes(4, "little") + b"caf\xe9\xff\x00"
    chunk = b"LIST" + len(info).to_bytes(4, "little") + info
    contents = bytearray(path.read_bytes())
    contents[36:36] = chunk
    contents[4:8] = (len(contents) - 8).to_bytes(4, "little")
    path.write_bytes(contents)
    assert read_windows(os.fsencode(path)).window_s == pytest.approx(4.0)


def test_names_that_are_no_text_or_look_like_urls_are_just_names(music_file, tmp_path):
    with open(music_file("flac"), "rb") as file:
        contents = file.read()
    names = [
        b"caf\xe9 \xff.flac",
        b"concat:a|b.flac",
        b"http:x.flac",
        b"%03d.flac",
        b"-i",
        b"a\n.b",
    ]
    for name in names:
        path = os.path.join(os.fsencode(tmp_path), name)
        with open(path, "wb") as file:
            file.write(contents)
        assert len(read_windows(path).samples) == 2


@pytest.mark.parametrize("name", ["list.m3u8", "list.mp3"])
@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{song}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile {song}\n",
    ],
    ids=["hls", "concat"],
)
def test_a_playlist_is_not_followed(music_file, tmp_path, name, text):
    song = cut(music_file("flac"), 1.0, tmp_path)
    path = tmp_path / name
    path.write_text(text.format(song=os.fsdecode(song)))
    with pytest.raises(DecodeError, match=r"of no music format|of an unknown format"):
        read_windows(os.fsencode(path))


@pytest.mark.parametrize("contents", [b"", b"Not a song.\n" * 99, bytes(range(256)) * 64])
@pytest.mark.parametrize("ending", ["mp3", "flac", "ogg", "m4a", "wav"])
def test_what_is_no_music_is_refused(tmp_path, contents, ending, capfd):
    path = tmp_path / f"song.{ending}"
    path.write_bytes(contents)
    with pytest.raises(AudioError, match=f"Could not decode .*song.{ending}: [a-z]"):
        read_windows(os.fsencode(path))
    assert capfd.readouterr() == ("", "")


def test_what_is_no_regular_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.mp3")
    (tmp_path / "folder.mp3").mkdir()
    for path in (tmp_path / "pipe.mp3", tmp_path / "folder.mp3", "/dev/zero"):
        with pytest.raises(DecodeError, match="not a regular file"):
            read_windows(os.fsencode(path))
    with pytest.raises(DecodeError, match="no such file"):
        read_windows(os.fsencode(tmp_path / "missing.mp3"))


def test_a_film_without_sound_holds_no_audio(tmp_path):
    import av

    with av.open(str(tmp_path / "film.mp4"), "w") as output:
        stream = output.add_stream("mpeg4", rate=10, width=32, height=32)
        for _ in range(5):
            output.mux(stream.encode(av.VideoFrame(32, 32, "yuv420p")))
        output.mux(stream.encode(None))
    with pytest.raises(NoAudio, match="it holds no sound"):
        read_windows(os.fsencode(tmp_path / "film.mp4"))


def test_a_file_that_opens_but_never_decodes_is_refused(tmp_path):
    path = tmp_path / "noise.flac"
    soundfile.write(path, signals.music(8.0), 44_100)
    contents = path.read_bytes()
    rng = np.random.default_rng(0)
    damaged = np.frombuffer(contents, np.uint8).copy()
    places = rng.integers(200, damaged.size, damaged.size // 10)
    damaged[places] = rng.integers(0, 256, places.size)
    path.write_bytes(damaged.tobytes())
    with pytest.raises(DecodeError, match="it is damaged"):
        read_windows(os.fsencode(path))


def test_errors_cross_processes():
    for error in (TooShort.of(b"a\xff.mp3", 1.5, 3.0), CheckpointError("x.json", "no")):
        copy = pickle.loads(pickle.dumps(error))
        assert type(copy) is type(error)
        assert str(copy) == str(error)
        assert copy.reason == error.reason


def test_every_tenth_broken_file_gives_windows_or_a_reason(badinput):
    kinds = {".mp3", ".flac", ".ogg", ".opus", ".m4a", ".wav", ".aiff", ".wma", ".wv", ".ape"}
    paths = sorted(p for p in badinput.rglob("*") if p.suffix in kinds and "300k" not in p.name)
    assert len(paths) > 500
    reasons = []
    for path in paths[::10]:
        try:
            assert np.isfinite(read_windows(os.fsencode(path)).samples).all()
        except AudioError as error:
            reasons.append(error.reason)
    assert all(reasons)

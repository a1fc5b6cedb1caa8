"""Sound for the ears: every sample once and in its place, at the right level, from any start."""

import os
import tracemalloc
from itertools import islice

import numpy as np
import pytest
import soundfile
from scipy.signal import fftconvolve

from audio_model.errors import DecodeError, NoAudio
from audio_model.playback import chunks, stereo
from tests.audio_model import signals

RATE_HZ = signals.RATE_HZ
LOSSLESS = ["flac", "wav", "aiff", "alac"]
# In an MP3 or WMA the time of a sample is rounded, and AAC's noise is thrown anew each time.
SEEKABLE = ["mp3", "mp3-vbr", "mp3-bare", "ogg", "opus", "mka", "wv", *LOSSLESS]


def played(path: bytes, start: int = 0, *, n_samples: int = RATE_HZ, rate_hz: int = RATE_HZ):
    parts = [chunk.samples for chunk in chunks(path, start, n_samples=n_samples, rate_hz=rate_hz)]
    return np.concatenate(parts)


@pytest.mark.parametrize("kind", LOSSLESS)
def test_a_lossless_file_is_played_bit_by_bit(music_file, kind):
    expected = np.rint(signals.music(22.0) * 32768).astype(np.int16)
    ours = played(music_file(kind))
    assert ours.shape == expected.shape
    assert np.abs(ours.astype(int) - expected).max() <= 1  # how the encoder rounds


def test_the_samples_are_those_of_another_reader(music_file):
    reference, _ = soundfile.read(os.fsdecode(music_file("flac")), dtype="int16")
    np.testing.assert_array_equal(played(music_file("flac")), reference)


@pytest.mark.parametrize("kind", ["mp3", "ogg", "opus", "m4a"])
def test_a_lossy_file_sounds_where_and_as_loud_as_what_it_was_made_of(music_file, kind):
    made_of = signals.music(22.0) * 32768
    ours = played(music_file(kind))[: len(made_of)].astype(float)
    assert len(ours) == pytest.approx(len(made_of), abs=2048)  # a frame of the encoder
    middle = slice(RATE_HZ, 20 * RATE_HZ)
    for ear in (0, 1):
        assert np.corrcoef(ours[middle, ear], made_of[middle, ear])[0, 1] > 0.99
    assert ours[middle].std() == pytest.approx(made_of[middle].std(), rel=0.06)  # LAME: 0.95


@pytest.mark.parametrize("kind", SEEKABLE)
@pytest.mark.parametrize("rate_hz", [44_100, 48_000], ids=["44.1 kHz", "48 kHz"])
def test_a_start_in_the_middle_gives_the_samples_of_a_start_at_the_beginning(
    music_file, kind, rate_hz
):
    whole = played(music_file(kind), rate_hz=rate_hz)
    start = 7 * rate_hz + 4321
    later = played(music_file(kind), start, rate_hz=rate_hz)
    assert len(later) == len(whole) - start
    assert np.abs(later.astype(int) - whole[start:]).max() <= 2  # Opus converges


def test_chunks_follow_each_other_without_a_gap(music_file):
    whole = played(music_file("mp3"), n_samples=10**9)
    found = list(chunks(music_file("mp3"), 0, n_samples=30_001, rate_hz=RATE_HZ))
    assert [chunk.start for chunk in found] == [30_001 * i for i in range(len(found))]
    assert [chunk.is_last for chunk in found] == [False] * (len(found) - 1) + [True]
    np.testing.assert_array_equal(np.concatenate([chunk.samples for chunk in found]), whole)


def test_a_file_as_long_as_a_chunk_is_one_chunk(tmp_path):
    path = os.fsencode(signals.write(tmp_path, "wav", signals.music(1.0)))
    (chunk,) = chunks(path, 0, n_samples=RATE_HZ, rate_hz=RATE_HZ)
    assert chunk.is_last
    assert chunk.duration_s == pytest.approx(1.0)


def test_a_start_behind_the_end_gives_an_empty_last_chunk(music_file):
    (chunk,) = chunks(music_file("flac"), 99 * RATE_HZ, n_samples=RATE_HZ, rate_hz=RATE_HZ)
    assert chunk.is_last
    assert chunk.samples.shape == (0, 2)


def test_another_rate_keeps_length_level_and_pitch(tmp_path):
    t_s = np.arange(2 * RATE_HZ) / RATE_HZ
    tone = 0.5 * np.sin(2 * np.pi * 1000 * t_s)
    path = os.fsencode(signals.write(tmp_path, "wav-float", np.stack([tone, -tone], axis=1)))
    ours = played(path, rate_hz=48_000) / 32768
    assert len(ours) == pytest.approx(96_000, abs=2)
    expected = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(len(ours)) / 48_000)
    inner = slice(1000, -1000)
    np.testing.assert_allclose(ours[inner, 0], expected[inner], atol=2e-3)  # the filter's ripple
    np.testing.assert_allclose(ours[inner, 1], -expected[inner], atol=2e-3)


@pytest.mark.parametrize("kind", ["wav", "flac24", "alac"])
def test_mono_sounds_as_loud_as_the_same_in_both_ears(tmp_path, kind):
    mono = signals.music(2.0, channels=1)
    path = os.fsencode(signals.write(tmp_path, kind, mono))
    ours = played(path)
    np.testing.assert_array_equal(ours[:, 0], ours[:, 1])
    np.testing.assert_allclose(ours[:, 0] / 32768, mono[:, 0], atol=1e-4)


def test_six_full_channels_do_not_clip(tmp_path):
    t_s = np.arange(RATE_HZ) / RATE_HZ
    tone = np.sin(2 * np.pi * 440 * t_s).astype(np.float32)
    path = os.fsencode(signals.write(tmp_path, "wav-float", np.tile(tone[:, None], 6)))
    ours = played(path)
    np.testing.assert_allclose(ours[:, 0] / 32768, tone, atol=1e-4)


@pytest.mark.parametrize(
    ("channel", "left", "right"),
    [
        ("FL", 1.0, 0.0),
        ("FR", 0.0, 1.0),
        ("FC", 0.5**0.5, 0.5**0.5),
        ("LFE", 0.0, 0.0),
        ("BL", 0.5**0.5, 0.0),
        ("BR", 0.0, 0.5**0.5),
    ],
)
def test_every_channel_of_5_1_goes_to_its_side(channel, left, right):
    names = ("FL", "FR", "FC", "LFE", "BL", "BR")
    sound = np.zeros((6, 4), dtype=np.float32)
    sound[names.index(channel)] = 1.0
    mixed = stereo(sound, names)
    most = 1 + 2 * 0.5**0.5
    np.testing.assert_allclose(mixed[:, 0], [left / most, right / most], atol=1e-6)


def test_a_file_of_low_frequency_effects_alone_can_be_heard():
    sound = np.full((1, 3), 0.5, dtype=np.float32)
    np.testing.assert_allclose(stereo(sound, ("LFE",)), 0.5)


def test_no_sound_is_no_sound():
    assert stereo(np.empty((6, 0), dtype=np.float32), ("FL",) * 6).shape == (2, 0)


def test_what_is_out_of_all_bounds_is_silent(tmp_path):
    sound = signals.music(3.0)
    sound[RATE_HZ : 2 * RATE_HZ] = 900.0
    sound[2 * RATE_HZ : 2 * RATE_HZ + 100] = np.nan
    path = os.fsencode(signals.write(tmp_path, "wav-float", sound))
    ours = played(path)
    assert len(ours) == len(sound)
    assert not ours[RATE_HZ + 5000 : 2 * RATE_HZ - 5000].any()
    np.testing.assert_allclose(ours[: RATE_HZ // 2] / 32768, sound[: RATE_HZ // 2], atol=1e-4)


@pytest.mark.parametrize("kind", ["mp3", "flac", "ogg", "opus"])
def test_a_damaged_middle_leaves_the_rest_in_its_place(music_file, tmp_path, kind):
    with open(music_file(kind), "rb") as file:
        contents = bytearray(file.read())
    middle = len(contents) // 2
    contents[middle : middle + 2000] = np.random.default_rng(3).bytes(2000)
    copy = tmp_path / "damaged"
    copy.write_bytes(contents)
    whole, ours = played(music_file(kind)), played(os.fsencode(copy))
    assert len(ours) == pytest.approx(len(whole), abs=0.2 * RATE_HZ)
    later = ours[18 * RATE_HZ : 20 * RATE_HZ, 0]
    # an MP3 has no time stamps: what is lost of it is lost
    likeness = fftconvolve(whole[17 * RATE_HZ : 21 * RATE_HZ, 0] / 1e4, later[::-1] / 1e4, "valid")
    assert abs(int(likeness.argmax()) - RATE_HZ) <= (0.2 * RATE_HZ if kind == "mp3" else 0)


@pytest.mark.parametrize(
    ("contents", "error"),
    [
        (b"", DecodeError),
        (b"no music at all" * 99, DecodeError),
        (b"fLaC" + bytes(64), DecodeError),
    ],
    ids=["empty", "text", "header"],
)
def test_what_is_no_music_is_refused(tmp_path, contents, error):
    path = tmp_path / "song.flac"
    path.write_bytes(contents)
    with pytest.raises((error, NoAudio)):
        played(os.fsencode(path))


def test_a_long_file_is_never_in_memory_as_a_whole(tmp_path):
    path = os.fsencode(signals.write(tmp_path, "flac", signals.silence(600.0)))
    tracemalloc.start()
    for _ in islice(chunks(path, 0, n_samples=RATE_HZ, rate_hz=RATE_HZ), 500):
        pass
    _, most_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most_bytes < 30 * RATE_HZ * 4  # of 600 s

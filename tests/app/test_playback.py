import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
import soundfile

from app.errors import FileUnusable
from app.playback import SoundSource
from app.plays import counts_as_play
from audio_model.sound import Chunk

RATE_HZ = 44_100


@pytest.fixture
def source() -> Iterator[SoundSource]:
    source = SoundSource()
    yield source
    source.close()


def write_noise(path: Path, duration_s: float, seed: int) -> tuple[bytes, np.ndarray]:
    samples = np.random.default_rng(seed).integers(-9000, 9000, (round(duration_s * RATE_HZ), 2))
    soundfile.write(path, samples.astype(np.int16), RATE_HZ)
    return os.fsencode(path), samples.astype(np.int16)


def read(source: SoundSource, path: bytes, start: int = 0) -> Chunk:
    return source.read(path, start, rate_hz=RATE_HZ, patience_s=lambda: 60.0)


def read_on(source: SoundSource, path: bytes, start: int = 0) -> np.ndarray:
    parts = []
    while True:
        chunk = read(source, path, start)
        parts.append(chunk.samples)
        start += len(chunk.samples)
        if chunk.is_last:
            return np.concatenate(parts)


def decoder_process() -> psutil.Process:
    (child,) = [
        child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())
    ]
    return child


def test_the_chunks_of_two_tracks_joined_are_the_samples_of_both(source, tmp_path):
    first, first_samples = write_noise(tmp_path / "1.flac", 3.3, seed=1)
    second, second_samples = write_noise(tmp_path / "2.wav", 2.0, seed=2)
    heard = np.concatenate([read_on(source, first), read_on(source, second)])
    np.testing.assert_array_equal(heard, np.concatenate([first_samples, second_samples]))


def test_a_jump_gives_the_samples_from_there_on(source, tmp_path):
    path, samples = write_noise(tmp_path / "1.flac", 5.0, seed=1)
    read(source, path)
    np.testing.assert_array_equal(read_on(source, path, 100_001), samples[100_001:])
    np.testing.assert_array_equal(read(source, path, 7).samples, samples[7 : 7 + RATE_HZ])


def test_a_file_stays_open_from_chunk_to_chunk(source, tmp_path):
    path, samples = write_noise(tmp_path / "1.flac", 2.0, seed=1)
    read(source, path)
    (tmp_path / "1.flac").unlink()
    chunk = read(source, path, RATE_HZ)
    assert chunk.is_last
    np.testing.assert_array_equal(chunk.samples, samples[RATE_HZ:])


def test_two_tracks_can_be_read_in_turn(source, tmp_path):
    first, first_samples = write_noise(tmp_path / "1.flac", 3.0, seed=1)
    second, second_samples = write_noise(tmp_path / "2.flac", 3.0, seed=2)
    for start in (0, RATE_HZ):
        chunk = read(source, first, start)
        np.testing.assert_array_equal(chunk.samples, first_samples[start : start + RATE_HZ])
        chunk = read(source, second, start)
        np.testing.assert_array_equal(chunk.samples, second_samples[start : start + RATE_HZ])


def test_a_file_that_is_no_music_is_refused_and_the_next_one_plays(source, tmp_path):
    broken = tmp_path / "broken.flac"
    broken.write_bytes(b"no music")
    with pytest.raises(FileUnusable, match="holds no sound"):
        read(source, os.fsencode(broken))
    with pytest.raises(FileUnusable, match=r"(?i)no such file"):
        read(source, os.fsencode(tmp_path / "gone.flac"))
    path, samples = write_noise(tmp_path / "1.flac", 1.0, seed=1)
    np.testing.assert_array_equal(read_on(source, path), samples)


def test_reading_goes_on_in_a_new_process_after_the_first_was_killed(source, tmp_path):
    path, samples = write_noise(tmp_path / "1.flac", 3.0, seed=1)
    read(source, path)
    decoder_process().send_signal(signal.SIGKILL)
    chunk = read(source, path, RATE_HZ)
    np.testing.assert_array_equal(chunk.samples, samples[RATE_HZ : 2 * RATE_HZ])


def test_a_file_that_takes_too_long_is_given_up_and_the_next_one_plays(source, tmp_path):
    path, samples = write_noise(tmp_path / "1.flac", 1.0, seed=1)
    source.get_ready()
    decoder_process().suspend()
    with pytest.raises(FileUnusable, match="took too long"):
        source.read(path, 0, rate_hz=RATE_HZ, patience_s=lambda: 0.0)
    np.testing.assert_array_equal(read_on(source, path), samples)


def test_a_process_that_plays_has_loaded_neither_torch_nor_qt(source, tmp_path):
    path, _ = write_noise(tmp_path / "1.flac", 1.0, seed=1)
    read(source, path)
    opened = Path(f"/proc/{decoder_process().pid}/maps")
    if not opened.exists():
        pytest.skip("the system does not tell which libraries a process has loaded")
    libraries = opened.read_text()
    assert "libavformat" in libraries
    for name in ("torch", "PySide6", "sqlite", "hnswlib"):
        assert name not in libraries


@pytest.mark.parametrize(
    ("heard_s", "duration_s", "counts"),
    [(99.0, 200.0, False), (100.0, 200.0, True), (239.0, 5000.0, False), (240.0, 5000.0, True)],
)
def test_half_a_track_or_four_minutes_count_as_a_play(heard_s, duration_s, counts):
    assert counts_as_play(heard_s, duration_s) is counts

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.curves import PART_S, curves, strongest_passage
from app.errors import FileUnusable, NoTags, UnknownTag, WorkerFailure
from audio_model.audio import read_all, read_windows
from audio_model.pooling import tag_scores, track_vector
from library.records import Embedding
from tests.app.conftest import SAMPLE_RATE_HZ
from tests.fakes import (
    CALIBRATION,
    TAGS,
    WINDOW,
    broken_choice,
    fake_choice,
    mute_choice,
    open_fake,
    tagless_choice,
)


def write_song(path: Path, times: int = 1) -> Path:
    """2 s of a low tone, 2 s of a loud high one, 2.3 s of a quiet low one; so many times."""
    t_s = np.arange(2 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    low, high = np.sin(2 * np.pi * 200 * t_s), np.sin(2 * np.pi * 3000 * t_s)
    ending = np.resize(low, round(2.3 * SAMPLE_RATE_HZ))
    song = np.concatenate([0.3 * low, 0.45 * high, 0.1 * ending])
    soundfile.write(path, np.tile(song, times), SAMPLE_RATE_HZ)
    return path


@pytest.fixture
def song(tmp_path: Path) -> bytes:
    return os.fsencode(write_song(tmp_path / "song.flac"))


def seed_of(path: bytes) -> Embedding:
    windows = read_windows(path, WINDOW)
    (heard,) = open_fake().embed([windows.samples])
    return Embedding(track_vector(heard.vectors), heard.vectors, windows.starts_s, windows.window_s)


@pytest.mark.parametrize("times", [1, 25], ids=["in one part", "in three parts"])
def test_curves_are_what_the_encoder_hears_stretch_by_stretch(tmp_path: Path, times: int):
    song = os.fsencode(write_song(tmp_path / "song.flac", times))
    seed = seed_of(song)
    heard = open_fake().curve(read_all(song, SAMPLE_RATE_HZ))

    found = curves(fake_choice(), song, ["high", "LOUD"], seed)

    assert found.duration_s == pytest.approx(6.3 * times)
    assert (found.duration_s > 2 * PART_S) == (times > 1)
    assert found.stretch_s == 1.0
    np.testing.assert_allclose(found.times_s, 0.5 + 0.5 * np.arange(len(heard.vectors)))
    assert list(found.tags) == ["high", "loud"]
    scores = tag_scores(heard.tag_logits, CALIBRATION)
    # a part is decoded to the precision of its resampler, here that of the file
    np.testing.assert_allclose(found.tags["high"], scores[:, TAGS.index("high")], atol=1e-4)
    np.testing.assert_allclose(found.tags["loud"], scores[:, TAGS.index("loud")], atol=1e-4)
    assert found.similarity is not None
    np.testing.assert_allclose(found.similarity, heard.vectors @ seed.vector, atol=1e-4)


def test_the_strongest_passage_is_where_the_sound_is(song: bytes):
    found = curves(fake_choice(), song, ["high"])
    passage = strongest_passage(found, found.tags["high"])
    assert 2.0 <= passage.start_s < passage.end_s <= 4.0
    assert passage.value == found.tags["high"].max() > 0.9
    assert found.similarity is None


def test_the_tags_of_the_whole_are_followed_when_none_is_named(song: bytes):
    found = curves(fake_choice(), song)
    assert set(found.tags) == set(TAGS)
    assert next(iter(found.tags)) == "low"


def test_a_sound_shorter_than_a_stretch_is_one_place(tmp_path: Path):
    path = tmp_path / "short.flac"
    soundfile.write(path, 0.3 * np.sin(np.arange(5600)), SAMPLE_RATE_HZ)
    found = curves(fake_choice(), os.fsencode(path), ["low"])
    assert (found.duration_s, found.stretch_s) == pytest.approx((0.7, 0.7))
    assert found.times_s.tolist() == pytest.approx([0.35])


@pytest.mark.parametrize(
    ("content", "reason"), [(b"fLaC and no more", "damaged|unknown"), (None, "No such file")]
)
def test_a_file_that_cannot_be_decoded_is_a_sentence(
    tmp_path: Path, content: bytes | None, reason: str
):
    path = tmp_path / "song.flac"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FileUnusable, match=rf"(?i)Could not use .*song\.flac: .*({reason})"):
        curves(fake_choice(), os.fsencode(path))


def test_a_sound_in_which_nothing_is_heard_is_a_sentence(tmp_path: Path):
    path = tmp_path / "loud.flac"
    soundfile.write(path, 0.9 * np.sin(np.arange(16_000)), SAMPLE_RATE_HZ)
    with pytest.raises(FileUnusable, match="found no vector"):
        curves(mute_choice(), os.fsencode(path))


def test_tags_that_are_not_heard_are_refused_before_anything_is_decoded():
    with pytest.raises(UnknownTag, match="'polka'"):
        curves(fake_choice(), b"/no/such/file", ["polka"])
    with pytest.raises(NoTags):
        curves(tagless_choice(), b"/no/such/file", ["low"])


def test_an_encoder_without_tags_still_follows_a_seed(song: bytes):
    found = curves(tagless_choice(), song, seed=seed_of(song))
    assert found.tags == {}
    assert found.similarity is not None
    assert len(found.similarity) == len(found.times_s)


def test_an_encoder_that_cannot_be_opened_is_not_the_files_fault(song: bytes):
    with pytest.raises(WorkerFailure, match="the weights are gone"):
        curves(broken_choice(), song)

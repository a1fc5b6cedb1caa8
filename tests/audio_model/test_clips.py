import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audio_model.errors import ModelError, TrainingError
from audio_model.training.corpus import (
    MIXTURE,
    ClipConfig,
    clip_folder,
    has_clips,
    load_clips,
    prepare_clips,
)
from audio_model.training.events import Prepared, Unheard
from audio_model.training.manifest import CorpusTrack, read_manifest
from audio_model.training.teacher import NetworkTeacher, Tagger
from tests.audio_model.training_material import CLIPS, RATE_HZ, TAGS

FEW = ClipConfig(max_clips=1, n_mixtures=0)


@pytest.fixture(scope="module")
def teacher(teacher_file):
    return Tagger(teacher_file)


@pytest.fixture(scope="module")
def tracks(corpus_file):
    return [track for track in read_manifest(corpus_file) if track.split == "train"]


@pytest.fixture(scope="module")
def folder(tracks, teacher, clip_cache):
    """The folder of the clips of all tracks."""
    for _ in prepare_clips(tracks, teacher, CLIPS, clip_cache):
        pass
    return clip_folder(CLIPS, teacher, clip_cache)


def made(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.rglob("*.npz")}


def test_clips_are_cut_from_every_track_that_is_long_enough(tracks, folder):
    clips = load_clips(tracks, folder)
    counts = {track: int((clips.track_index == track).sum()) for track in range(len(tracks))}
    assert counts == {0: 2, 1: 2, 2: 2, 3: 2, 4: 0, 5: 2}
    assert (clips.track_index == MIXTURE).sum() in (4, 5)  # a partner may be the short track
    assert clips.levels.shape[1:] == (96, 427)
    assert clips.levels.dtype == np.float16
    assert clips.features.shape == (len(clips.levels), Tagger.n_features)
    assert clips.tag_logits.shape == (len(clips.levels), len(TAGS))
    assert np.isfinite(clips.features).all()


def test_a_track_without_clips_is_told_with_the_reason(tracks, teacher, tmp_path):
    (tmp_path / "broken.mp3").write_bytes(b"no music")
    soundfile.write(tmp_path / "silent.wav", np.zeros(12 * RATE_HZ), RATE_HZ)
    odd = [
        replace(tracks[0], path=tmp_path / name)
        for name in ("broken.mp3", "silent.wav", "away.wav")
    ]
    events = list(prepare_clips([*odd, tracks[4]], teacher, FEW, tmp_path))
    reasons = [event.reason for event in events if isinstance(event, Unheard)]
    assert "broken.mp3" in reasons[0]
    assert "silent.wav: it holds nothing but silence" in reasons[1]
    assert "away.wav" in reasons[2]
    assert "4.wav: it holds 4.00 s of sound, and 10 s are needed" in reasons[3]
    assert [event.n_done for event in events if isinstance(event, Prepared)] == [1, 2, 3, 4]
    again = list(prepare_clips([*odd, tracks[4]], teacher, FEW, tmp_path))
    assert [event.reason for event in again if isinstance(event, Unheard)] == reasons


def test_a_file_that_broke_gives_no_clips_any_more(tracks, teacher, tmp_path):
    track = replace(tracks[0], path=tmp_path / "first whole.wav")
    track.path.write_bytes(tracks[0].path.read_bytes())
    list(prepare_clips([track], teacher, FEW, tmp_path))
    folder = clip_folder(FEW, teacher, tmp_path)
    assert has_clips(track, folder)
    track.path.write_bytes(b"broken")
    os.utime(track.path, (2**32, 2**32))
    list(prepare_clips([track], teacher, FEW, tmp_path))
    assert not has_clips(track, folder)


def test_a_file_that_was_away_is_tried_again(tracks, teacher, tmp_path):
    track = replace(tracks[0], path=tmp_path / "late.wav")
    list(prepare_clips([track], teacher, FEW, tmp_path))
    track.path.write_bytes(tracks[0].path.read_bytes())
    os.utime(track.path, (1, 1))  # copied with its time
    list(prepare_clips([track], teacher, FEW, tmp_path))
    assert len(load_clips([track], clip_folder(FEW, teacher, tmp_path)).levels) == 1


def test_prepared_clips_are_not_made_again_and_lost_or_old_ones_are(tracks, teacher, tmp_path):
    copies = [replace(track, path=tmp_path / track.path.name) for track in tracks[:3]]
    for copy, track in zip(copies, tracks, strict=False):
        copy.path.write_bytes(track.path.read_bytes())
    folder = clip_folder(FEW, teacher, tmp_path)
    list(prepare_clips(copies[:1], teacher, FEW, tmp_path))
    (first,) = made(folder)
    list(prepare_clips(copies, teacher, FEW, tmp_path))
    before = made(folder)
    lost = next(name for name in before if name != first)
    contents = (folder / lost).read_bytes()
    (folder / lost).unlink()
    os.utime(copies[0].path, (2**32, 2**32))

    list(prepare_clips(copies, teacher, FEW, tmp_path))

    after = made(folder)
    assert (folder / lost).read_bytes() == contents
    assert [name for name in after if after[name] == before[name]] == sorted(
        before.keys() - {first, lost}
    )


def test_another_teacher_makes_other_clips(tracks, teacher, tmp_path):
    network = NetworkTeacher()
    for one in (teacher, network):
        list(prepare_clips(tracks[:1], one, FEW, tmp_path))
    by_tagger = load_clips(tracks[:1], clip_folder(FEW, teacher, tmp_path))
    by_network = load_clips(tracks[:1], clip_folder(FEW, network, tmp_path))
    assert by_tagger.tag_logits.shape == (1, len(TAGS))
    assert by_network.tag_logits.shape == (1, len(network.tags))
    assert (by_tagger.levels == by_network.levels).all()


def test_a_mixture_with_a_track_that_is_held_out_is_left_out(tracks, folder):
    alone = [load_clips([track], folder) for track in (*tracks[:4], tracks[5])]
    n_mixtures = sum(int((clips.track_index == MIXTURE).sum()) for clips in alone)
    # nobody's partner is among the tracks, but where a track was drawn as its own
    assert n_mixtures < (load_clips(tracks, folder).track_index == MIXTURE).sum()
    for index, clips in enumerate(alone):
        assert (clips.track_index == 0).sum() == 2, index


def test_some_clips_of_each_track_are_spread_over_it(tracks, teacher, tmp_path):
    config = ClipConfig(spacing_s=2.0, n_mixtures=1)
    list(prepare_clips(tracks[:2], teacher, config, tmp_path))
    folder = clip_folder(config, teacher, tmp_path)
    every, some = load_clips(tracks[:2], folder), load_clips(tracks[:2], folder, n_own_clips=3)
    first = every.levels[every.track_index == 0]
    assert len(first) == 10
    assert some.track_index.tolist() == [0, 0, 0, 1, 1, 1]
    assert (some.levels[:3] == first[[0, 4, 9]]).all()


def test_a_corpus_without_one_clip_is_refused(tracks, folder):
    with pytest.raises(ModelError, match="Of 1 tracks"):
        load_clips(tracks[4:5], folder)


def test_a_damaged_file_of_clips_is_refused_with_its_name(tracks, teacher, tmp_path):
    list(prepare_clips(tracks[:1], teacher, FEW, tmp_path))
    (path,) = tmp_path.rglob("*.npz")
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(TrainingError, match=path.name):
        load_clips(tracks[:1], path.parent)


def test_clips_lie_under_the_bytes_of_a_name(tracks, teacher, tmp_path):
    name = os.fsdecode(b"odd\xff.wav")
    track = CorpusTrack(tmp_path / name, "train", "", "", "")
    track.path.write_bytes(tracks[0].path.read_bytes())
    list(prepare_clips([track], teacher, FEW, tmp_path))
    assert len(load_clips([track], clip_folder(FEW, teacher, tmp_path)).levels) == 1

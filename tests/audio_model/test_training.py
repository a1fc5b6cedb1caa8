import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import soundfile
import torch

from audio_model.audio import WindowConfig
from audio_model.checkpoint import load_network, read_network_card
from audio_model.config import MelConfig, NetworkConfig
from audio_model.encoder import NetworkEncoder
from audio_model.training.batches import BatchConfig, Batches
from audio_model.training.corpus import (
    MIXTURE,
    ClipConfig,
    CorpusTrack,
    load_clips,
    prepare_clips,
    read_manifest,
    without_fold,
)
from audio_model.training.loop import Progress, Training, TrainingConfig
from audio_model.training.losses import (
    N_FEATURES,
    N_STATISTICS,
    AugmentConfig,
    augment,
    sound_statistics,
    supervised_contrast,
)
from audio_model.training.recipe import Prepared, Sources, train
from audio_model.training.teacher import CLIP_SAMPLES, Teacher, at_teacher_rate

RATE_HZ = 22_050
TAGS = ("rock", "jazz", "ambient")
CLIPS = ClipConfig(n_mixtures=1)
SMALL = TrainingConfig(
    n_steps=6,
    network=NetworkConfig(
        stem_width=16, widths=(16, 24), strides=(4, 4), dimension=16, n_tags=len(TAGS)
    ),
    batch=BatchConfig(n_tracks=4, n_clips_per_track=2, n_mixtures=2),
)


@pytest.fixture(scope="module")
def teacher_file(tmp_path_factory):
    """A teacher of the published shape with random weights and three tags."""
    rng = np.random.default_rng(8)
    hann = np.hanning(512)
    phase = 2 * np.pi * np.outer(np.arange(257), np.arange(512)) / 512
    arrays = {
        "tags": np.array(TAGS),
        "stft_real": np.cos(phase) * hann,
        "stft_imag": -np.sin(phase) * hann,
        "mel": np.abs(rng.normal(size=(257, 96))),
        "dense_w": rng.normal(size=(32, len(TAGS))),
        "dense_b": rng.normal(size=len(TAGS)),
    }
    for layer in range(1, 6):
        n_in = 1 if layer == 1 else 32
        arrays[f"conv_w{layer}"] = rng.normal(size=(32, n_in, 3, 3)) / (3 * n_in**0.5)
        arrays[f"bn_var{layer}"] = np.ones(32)
        arrays[f"bn_gamma{layer}"] = np.ones(32)
        for name in ("conv_b", "bn_mean", "bn_beta"):
            arrays[f"{name}{layer}"] = np.zeros(32)
    path = tmp_path_factory.mktemp("teacher") / "teacher.npz"
    float32 = {n: a if n == "tags" else a.astype(np.float32) for n, a in arrays.items()}
    np.savez(path, allow_pickle=False, **float32)
    return path


@pytest.fixture(scope="module")
def corpus_file(tmp_path_factory):
    """Six tracks in three collections, one too short, one of the split that is not learned from."""
    folder = tmp_path_factory.mktemp("corpus")
    rng = np.random.default_rng(9)
    with open(folder / "tracks.csv", "w", encoding="utf-8", newline="") as file:
        columns = ["path", "split", "collection", "source", "licence"]
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for number, duration_s in enumerate([21, 21, 21, 21, 4, 21]):
            t_s = np.arange(duration_s * RATE_HZ) / RATE_HZ
            tone = np.sin(2 * np.pi * 110.0 * (1 + number // 2) * t_s) * (t_s % 0.5 < 0.2)
            noise = rng.normal(0, 0.01, len(t_s))
            soundfile.write(folder / f"{number}.wav", 0.3 * tone + noise, RATE_HZ)
            collection = ["low", "high", "singles"][number // 2]
            split = "val" if number == 5 else "train"
            row = [f"{number}.wav", split, collection, f"source {number % 3}", "CC0"]
            writer.writerow(dict(zip(columns, row, strict=True)))
    return folder / "tracks.csv"


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def clips(corpus_file, teacher_file, cache):
    """The tracks that are learned from and their prepared clips."""
    tracks = [t for t in read_manifest(corpus_file) if t.split == "train"]
    for _ in prepare_clips(tracks, Teacher(teacher_file), CLIPS, cache):
        pass
    return tracks, load_clips(tracks, CLIPS, cache)


def batches_of(clips):
    tracks, loaded = clips
    return Batches(loaded, [t.collection for t in tracks], SMALL.batch, SMALL.seed)


def weights_of(network):
    return safetensors.torch.save({n: t.contiguous() for n, t in network.state_dict().items()})


def test_the_teacher_gives_the_published_tags(corpus, tmp_path):
    """Five strongest tags and their scores, as far as decoding and resampling agree."""
    from audio_model.audio import read_all

    teacher = Teacher(corpus.parent / "teacher" / "teacher.npz")
    with open(corpus.parent / "teacher" / "expected.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:5]
    for row in rows:
        whole = read_all(str(corpus / row["path"]).encode(), 12_000)
        start = round(float(row["start_s"]) * 12_000)
        clip = torch.zeros(1, CLIP_SAMPLES)
        part = torch.from_numpy(whole[start : start + CLIP_SAMPLES])
        clip[0, : len(part)] = part
        scores = teacher(clip)[1][0].sigmoid()
        for expected in row["tags"].split("; "):
            tag, score = expected.rsplit(" ", 1)
            assert scores[teacher.tags.index(tag)].item() == pytest.approx(float(score), abs=0.03)


def test_the_teacher_hears_the_whole_clip_at_its_own_rate():
    t_s = torch.arange(10 * RATE_HZ) / RATE_HZ
    clip = at_teacher_rate(torch.sin(2 * torch.pi * 441.0 * t_s)[None], RATE_HZ)
    assert clip.shape == (1, CLIP_SAMPLES)
    spectrum = torch.fft.rfft(clip[0, :12_000]).abs()
    assert int(spectrum.argmax()) == 441  # Hz, of one second
    assert torch.equal(clip[0, :12_000], clip[0, 120_000:132_000])


def test_a_manifest_without_a_column_is_refused_by_the_columns_name(tmp_path):
    path = tmp_path / "tracks.csv"
    path.write_text("path,split\na.mp3,train\n")
    with pytest.raises(ValueError, match="collection"):
        read_manifest(path)


def test_folds_part_the_sources_and_leave_nothing_out():
    names = ["a"] * 5 + ["b"] * 3 + ["c"] * 2 + ["d"]
    tracks = [CorpusTrack(Path(f"{i}.mp3"), "train", "", s, "") for i, s in enumerate(names)]
    held_out = []
    for fold in range(3):
        kept = without_fold(tracks, fold, 3)
        left = [t for t in tracks if t not in kept]
        assert not {t.source for t in kept} & {t.source for t in left}
        held_out += left
    assert sorted(held_out, key=lambda t: t.path) == sorted(tracks, key=lambda t: t.path)


def test_clips_are_cut_from_every_track_that_is_long_enough(clips):
    tracks, loaded = clips
    counts = {track: int((loaded.track_index == track).sum()) for track in range(len(tracks))}
    assert counts == {0: 2, 1: 2, 2: 2, 3: 2, 4: 0}
    assert (loaded.track_index == MIXTURE).sum() in (3, 4)  # a partner may be the short track
    assert loaded.levels.shape[1:] == (96, 427)
    assert loaded.features.shape == (len(loaded.levels), N_FEATURES)
    assert loaded.tag_logits.shape == (len(loaded.levels), len(TAGS))
    assert np.isfinite(loaded.features).all()


def test_prepared_clips_are_not_made_again_and_lost_ones_are(corpus_file, teacher_file, tmp_path):
    tracks = [t for t in read_manifest(corpus_file) if t.split == "train"][:2]
    teacher = Teacher(teacher_file)
    config = ClipConfig(max_clips=1, n_mixtures=0)
    assert list(prepare_clips(tracks, teacher, config, tmp_path)) == [1, 2]
    kept, lost = sorted(tmp_path.rglob("*.npz"))
    made, contents = kept.stat().st_mtime_ns, lost.read_bytes()
    lost.unlink()

    assert list(prepare_clips(tracks, teacher, config, tmp_path)) == [1, 2]

    assert kept.stat().st_mtime_ns == made
    assert lost.read_bytes() == contents


def test_a_corpus_without_one_clip_is_refused(clips, cache):
    short = clips[0][4:5]
    with pytest.raises(ValueError, match="as long as a clip"):
        load_clips(short, CLIPS, cache)


def test_a_batch_depends_on_seed_and_step_alone(clips):
    first, second = batches_of(clips), batches_of(clips)
    levels, targets = first.draw(3)
    again, _ = second.draw(3)
    other, _ = second.draw(4)
    assert levels.shape == (4 * 2 + 2, 96, 427)
    assert torch.equal(levels, again)
    assert not torch.equal(levels, other)
    assert targets.track.tolist().count(MIXTURE) == 2
    assert set(targets.collection[targets.track == MIXTURE].tolist()) == {-1}


def test_contrast_is_the_formula_of_its_paper():
    vectors = torch.nn.functional.normalize(torch.randn(5, 4, dtype=torch.float64), dim=1)
    labels = [0, 0, 1, 1, 1]
    expected = []
    for i in range(5):
        others = [a for a in range(5) if a != i]
        total = sum(torch.exp(vectors[i] @ vectors[a] / 0.1) for a in others)
        same = [a for a in others if labels[a] == labels[i]]
        shares = [torch.log(torch.exp(vectors[i] @ vectors[p] / 0.1) / total) for p in same]
        expected.append(-sum(shares) / len(same))
    loss = supervised_contrast(vectors, torch.tensor(labels), 0.1)
    assert loss.item() == pytest.approx(float(sum(expected)) / 5, rel=1e-9)


def test_contrast_falls_when_the_same_label_comes_together():
    labels = torch.tensor([0, 0, 1, 1, -1])
    apart = torch.eye(5)
    together = torch.eye(5)[[0, 0, 2, 2, 4]]
    assert supervised_contrast(together, labels, 0.1) < supervised_contrast(apart, labels, 0.1)
    alone = torch.tensor([0, 1, 2, -1, -1])
    assert supervised_contrast(apart, alone, 0.1) == 0.0


def test_statistics_follow_the_pulse_and_not_the_level():
    frames = torch.arange(427)
    slow, fast = (
        torch.full((1, 96, 427), -60.0) + 20.0 * (frames % period == 0) for period in (40, 20)
    )
    statistics = sound_statistics(torch.cat([slow, fast, slow + 6.0]))
    assert statistics.shape == (3, N_STATISTICS)
    pulse = statistics[:, 60:]  # lags from 9 frames on
    assert pulse[0].argmax() + 9 == 40
    assert pulse[1].argmax() + 9 == 20
    # Only the first cepstral coefficient, which stands first, knows the level.
    assert torch.allclose(statistics[0, 1:], statistics[2, 1:], atol=1e-3)
    assert abs(statistics[0, 0] - statistics[2, 0]) > 1.0


def test_augmentation_stays_within_its_bounds():
    levels = torch.full((200, 96, 20), -50.0)
    config = AugmentConfig()
    generator = torch.Generator().manual_seed(1)
    changed = augment(levels, -90.0, config, generator)
    kept = changed[:, : config.lowest_cut_mel]
    assert (kept - levels[:, : config.lowest_cut_mel]).abs().max() <= config.max_gain_db
    assert 0.1 < (changed[:, -1] == -90.0).any(dim=1).float().mean() < 0.5
    assert changed.min() == -90.0


def test_training_lowers_its_loss(clips):
    training = Training(replace(SMALL, n_steps=30), MelConfig(), "cpu")
    losses = [progress.losses for progress in training.run(batches_of(clips))]
    for name in ("tags", "features", "statistics"):
        assert losses[-1][name] < 0.95 * losses[0][name], name


def test_a_training_that_was_killed_goes_on_as_if_it_had_not_been(clips, tmp_path):
    batches = batches_of(clips)
    whole = Training(SMALL, MelConfig(), "cpu")
    for progress in whole.run(batches):
        if progress.step == 3:
            whole.save(tmp_path / "state.safetensors")
    resumed = Training(replace(SMALL), MelConfig(), "cpu")
    resumed.resume(tmp_path / "state.safetensors")
    assert resumed.step == 3
    assert [progress.step for progress in resumed.run(batches)] == [4, 5, 6]
    assert weights_of(resumed.finished_network(batches)) == weights_of(
        whole.finished_network(batches)
    )


def test_the_state_of_another_recipe_is_refused(clips, tmp_path):
    Training(SMALL, MelConfig(), "cpu").save(tmp_path / "state.safetensors")
    other = Training(replace(SMALL, seed=1), MelConfig(), "cpu")
    with pytest.raises(ValueError, match="other settings"):
        other.resume(tmp_path / "state.safetensors")


def test_a_finished_network_gives_the_teachers_logits_not_standardised_ones(clips):
    training = Training(replace(SMALL, n_steps=60), MelConfig(), "cpu")
    batches = batches_of(clips)
    for _ in training.run(batches):
        pass
    network = training.finished_network(batches)
    _, loaded = clips
    with torch.inference_mode():
        heard = network(torch.from_numpy(loaded.levels.astype(np.float32)))
    errors = heard.tag_logits.numpy() - loaded.tag_logits
    spread = loaded.tag_logits - loaded.tag_logits.mean(axis=0)
    assert (errors**2).mean() < 0.7 * (spread**2).mean()


def test_from_a_corpus_to_an_encoder(corpus_file, teacher_file, cache, tmp_path):
    sources = Sources((corpus_file,), teacher_file, cache)
    config = replace(SMALL, n_steps=3)
    events = list(train(sources, CLIPS, config, out=tmp_path / "out", device="cpu"))
    assert events[4] == Prepared(5, 5)
    steps = [event for event in events if isinstance(event, Progress)]
    assert [progress.step for progress in steps] == [1, 2, 3]
    assert steps[-1].left_s == 0.0

    card = read_network_card(tmp_path / "out")
    assert card.tags == TAGS
    assert card.card.window == WindowConfig()
    encoder = NetworkEncoder(tmp_path / "out", "cpu")
    (rows,) = encoder.embed([np.zeros((1, 10 * RATE_HZ), np.float32)])
    assert rows.shape == (1, 16)

    again = list(train(sources, CLIPS, config, out=tmp_path / "again", device="cpu"))
    assert len(again) == 5  # all clips and all steps are there already
    assert weights_of(load_network(tmp_path / "again")) == weights_of(
        load_network(tmp_path / "out")
    )

from dataclasses import replace

import numpy as np
import pytest
import torch

from audio_model.config import MelConfig
from audio_model.errors import ModelError, TrainingError
from audio_model.training.batches import Batches
from audio_model.training.corpus import MIXTURE, clip_folder, load_clips, prepare_clips
from audio_model.training.loop import Training, hear
from audio_model.training.manifest import read_manifest
from audio_model.training.teacher import Tagger
from tests.audio_model.training_material import CLIPS, SMALL, weights_of


@pytest.fixture(scope="module")
def clips(corpus_file, teacher_file, clip_cache):
    """The tracks that are learned from and their prepared clips."""
    tracks = [t for t in read_manifest(corpus_file) if t.split == "train"]
    teacher = Tagger(teacher_file)
    for _ in prepare_clips(tracks, teacher, CLIPS, clip_cache):
        pass
    return tracks, load_clips(tracks, clip_folder(CLIPS, teacher, clip_cache))


def batches_of(clips):
    tracks, loaded = clips
    return Batches(loaded, [t.collection for t in tracks], SMALL.batch, SMALL.seed)


def training_of(config=SMALL):
    return Training(config, MelConfig(), Tagger.n_features, "cpu")


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


def test_a_track_without_a_collection_is_its_own(clips):
    _, loaded = clips
    batches = Batches(loaded, ["", "low", "", "low", "", ""], SMALL.batch, SMALL.seed)
    pairs = set()
    for step in range(1, 20):
        targets = batches.draw(step)[1]
        pairs |= set(zip(targets.track.tolist(), targets.collection.tolist(), strict=True))
    number = dict(pairs)
    assert len(pairs) == len(number)  # one collection for each track
    assert number[MIXTURE] == -1
    assert number[1] == number[3] >= 0
    assert len({number[track] for track in (0, 1, 2, 5)} - {-1}) == 4


def test_training_lowers_its_loss(clips):
    training = training_of(replace(SMALL, n_steps=60))
    losses = [progress.losses for progress in training.run(batches_of(clips))]
    for name in ("tags", "features", "statistics"):
        assert losses[-1][name] < 0.95 * losses[0][name], name


def test_a_training_that_was_killed_goes_on_as_if_it_had_not_been(clips, tmp_path):
    batches = batches_of(clips)
    whole = training_of()
    for progress in whole.run(batches):
        if progress.step == 3:
            whole.save(tmp_path / "state.safetensors")
    resumed = training_of()
    resumed.resume(tmp_path / "state.safetensors")
    assert resumed.step == 3
    assert [progress.step for progress in resumed.run(batches)] == [4, 5, 6]
    assert weights_of(resumed.finished_network(batches)) == weights_of(
        whole.finished_network(batches)
    )


def test_the_state_of_another_recipe_is_refused(clips, tmp_path):
    training_of().save(tmp_path / "state.safetensors")
    other = training_of(replace(SMALL, seed=1))
    with pytest.raises(TrainingError, match="other settings"):
        other.resume(tmp_path / "state.safetensors")


def test_a_finished_network_gives_the_teachers_logits_not_standardised_ones(clips):
    training = training_of(replace(SMALL, n_steps=60))
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


def test_the_losses_that_are_shown_are_running_means_that_outlive_a_kill(clips, tmp_path):
    batches = batches_of(clips)
    training = training_of()
    shown = []
    for progress in training.run(batches):
        shown.append(progress.losses["tags"])
        if progress.step == 4:
            training.save(tmp_path / "state.safetensors")
    resumed = training_of()
    resumed.resume(tmp_path / "state.safetensors")
    assert [progress.losses["tags"] for progress in resumed.run(batches)] == shown[4:]
    assert np.ptp(shown) < 0.5 * shown[0]


def test_a_training_whose_loss_is_no_number_ends_with_the_step(clips):
    tracks, loaded = clips
    batches = batches_of((tracks, replace(loaded, tag_logits=loaded.tag_logits * np.nan)))
    with pytest.raises(ModelError, match="in step 1 "):
        next(iter(training_of().run(batches)))


def test_a_damaged_state_is_refused_with_its_name(tmp_path):
    path = tmp_path / "state.safetensors"
    training_of().save(path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(TrainingError, match=r"state\.safetensors: delete it"):
        training_of().resume(path)


def test_all_clips_of_one_track_are_heard_in_their_order(clips):
    _, loaded = clips
    network = training_of().finished_network(batches_of(clips))
    heard = hear(network, loaded, "cpu")
    own = loaded.levels[loaded.track_index != MIXTURE]
    with torch.inference_mode():
        expected = network(torch.from_numpy(own.astype(np.float32)))
    torch.testing.assert_close(heard.embedding, expected.embedding, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(heard.tag_logits, expected.tag_logits, rtol=1e-4, atol=1e-4)


def test_the_untrained_network_is_the_start_and_knows_the_level_of_music(clips):
    batches = batches_of(clips)
    training = training_of()
    network = training.untrained_network(batches)
    stem = training.network.stem.weight.detach().clone()
    assert torch.equal(network.stem.weight, stem)
    assert network.standardise.running_mean.mean() < -20.0  # dB
    for _ in training.run(batches):
        pass
    assert not torch.equal(training.network.stem.weight, stem)

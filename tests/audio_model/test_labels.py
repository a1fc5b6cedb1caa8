"""Labels and targets beside the wrong clips give a network that the validation tells apart."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from audio_model.config import MelConfig, NetworkConfig
from audio_model.training.batches import BatchConfig, Batches
from audio_model.training.corpus import Clips
from audio_model.training.loop import Training, TrainingConfig, hear
from audio_model.training.losses import LossConfig
from audio_model.training.validation import (
    Judgement,
    held_out_score,
    p_no_better,
    tag_agreement,
)

N_COLLECTIONS, N_TRACKS, N_CLIPS = 8, 12, 4
N_FRAMES = 96
CONFIG = TrainingConfig(
    n_steps=100,
    network=NetworkConfig(
        stem_width=24, widths=(24, 32), strides=(4, 4), learned_dimension=24, n_tags=N_COLLECTIONS
    ),
    batch=BatchConfig(n_tracks=12, n_mixtures=0),
    # what is computed from the clip itself cannot be mislabelled
    loss=LossConfig(statistics=0.0),
)


def timbres(seed: int) -> Clips:
    """Collections that share a faint timbre under what differs from track to track.

    A comb of bands marks the collection; each track has a loud, wide spectrum of its own.
    """
    rng = np.random.default_rng(seed)
    marks = np.random.default_rng(1).normal(size=(N_COLLECTIONS, 96))
    levels, logits = [], []
    for collection in range(N_COLLECTIONS):
        for _ in range(N_TRACKS):
            own = np.convolve(rng.normal(0, 12, 96), np.ones(9) / 3, mode="same")
            track = -60 + own + 5 * marks[collection]
            noise = rng.normal(0, 6, (N_CLIPS, 96, N_FRAMES))
            levels.append(track[None, :, None] + noise)
            logits.append(np.tile(3.0 * np.eye(N_COLLECTIONS)[collection], (N_CLIPS, 1)))
    tag_logits = np.concatenate(logits).astype(np.float32)
    return Clips(
        levels=np.concatenate(levels).astype(np.float16),
        features=np.tile(tag_logits, (1, 2)),
        tag_logits=tag_logits,
        track_index=np.repeat(np.arange(N_COLLECTIONS * N_TRACKS), N_CLIPS),
    )


def shuffled(clips: Clips) -> Clips:
    """The same clips with the track labels and the targets of others."""
    order = np.random.default_rng(5).permutation(len(clips.levels))
    return replace(
        clips,
        features=clips.features[order],
        tag_logits=clips.tag_logits[order],
        track_index=clips.track_index[order],
    )


def judged(learned: Clips, held_out: Clips) -> Judgement:
    names = [f"collection {track // N_TRACKS}" for track in range(N_COLLECTIONS * N_TRACKS)]
    batches = Batches(learned, names, CONFIG.batch, CONFIG.seed)
    training = Training(CONFIG, MelConfig(), learned.features.shape[1], "cpu")
    start = hear(training.untrained_network(batches), held_out, "cpu")
    for _ in training.run(batches):
        pass
    heard = hear(training.finished_network(batches), held_out, "cpu")
    score, untrained = (
        held_out_score(one.embedding.numpy(), held_out.track_index, names) for one in (heard, start)
    )
    tags = tag_agreement(heard.tag_logits.numpy(), held_out.tag_logits > 0)
    assert score is not None
    assert untrained is not None
    return Judgement(score, untrained, tags)


@pytest.fixture(scope="module")
def judgements() -> dict[str, Judgement]:
    torch.set_num_threads(1)
    learned, held_out = timbres(seed=2), timbres(seed=3)
    return {"true": judged(learned, held_out), "shuffled": judged(shuffled(learned), held_out)}


def test_a_network_with_the_right_labels_has_learned(judgements):
    true = judgements["true"]
    assert true.score.judge == "same collection"
    assert true.p_learned_nothing < 0.01
    assert true.score.macro_average_precision > 1.5 * true.untrained.macro_average_precision
    assert true.tags.macro_average_precision > 2 * true.tags.chance


def test_a_network_with_shuffled_labels_is_told_apart(judgements):
    true, wrong = judgements["true"], judgements["shuffled"]
    assert wrong.p_learned_nothing > 0.05
    assert wrong.tags.macro_average_precision < 1.5 * wrong.tags.chance
    assert p_no_better(true.score, wrong.score) < 0.01

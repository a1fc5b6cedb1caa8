import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from audio_model.checkpoint import load_network, read_network_card
from audio_model.config import WindowConfig
from audio_model.encoder import NetworkEncoder
from audio_model.errors import ModelError, TrainingError
from audio_model.training.events import Gathered, Prepared, Progress, Trained, Validated
from audio_model.training.manifest import HoldOut
from audio_model.training.recipe import train
from tests.audio_model.training_material import (
    CLIPS,
    RATE_HZ,
    SMALL,
    TAGS,
    plan_of,
    weights_of,
)

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def plan(corpus_file, teacher_file, clip_cache, tmp_path_factory):
    return plan_of(corpus_file, teacher_file, clip_cache, tmp_path_factory.mktemp("out"))


@pytest.fixture(scope="module")
def trained(plan):
    """The events of a whole training."""
    return list(train(plan, SMALL, CLIPS))


def about(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "network.json").read_text(encoding="utf-8"))[
        "about"
    ]
    return told


def test_from_a_corpus_to_an_encoder(plan, trained):
    prepared = [event for event in trained if isinstance(event, Prepared)]
    assert (prepared[-1].n_done, prepared[-1].n_tracks) == (6, 6)
    (gathered,) = (event for event in trained if isinstance(event, Gathered))
    assert (gathered.n_tracks, gathered.n_held_out) == (3, 3)
    steps = [event for event in trained if isinstance(event, Progress)]
    assert [progress.step for progress in steps] == [1, 2, 3, 4, 5, 6]
    assert steps[-1].left_s == 0.0

    card = read_network_card(plan.out)
    assert isinstance(trained[-1], Trained)
    assert trained[-1].model_version == card.card.model_version
    assert card.tags == TAGS
    assert card.card.window == WindowConfig()
    encoder = NetworkEncoder(plan.out, "cpu")
    (heard,) = encoder.embed([np.zeros((1, 10 * RATE_HZ), np.float32)])
    assert heard.vectors.shape == (1, 24 + len(TAGS))
    assert heard.tag_logits.shape == (1, len(TAGS))


def test_the_card_tells_where_the_weights_come_from(plan, trained):
    told = about(plan.out)
    assert told["licence"] == "CC0"
    assert told["data"] == {
        "tracks": 3,
        "tracks_without_clips": 1,
        "clips": told["data"]["clips"],
        "sources": {"source 0": 2, "source 2": 1},
        "licences": {"CC0": 3},
        "hold_out": {"part": 0, "n_parts": 2},
        "tracks_held_out": 3,
    }
    assert told["teacher"].startswith("the tagger")
    assert told["recipe"]["seed"] == SMALL.seed
    assert (told["training"]["steps"], told["training"]["device"]) == (6, "cpu")
    assert told["training"]["losses"].keys() >= {"tags", "features", "collection"}
    assert told["validation"]["judge"] == "same track"
    assert told["validation"]["queries"] == 6
    assert 0.0 < told["validation"]["p_learned_nothing"] <= 1.0
    assert told["calibrated_by"] == "the held-out tracks"


def test_the_same_plan_has_nothing_left_to_do(plan, trained, tmp_path):
    again = list(train(replace(plan, out=tmp_path), SMALL, CLIPS))
    assert not [event for event in again if isinstance(event, Progress)]
    assert weights_of(load_network(tmp_path)) == weights_of(load_network(plan.out))
    assert about(tmp_path) == about(plan.out)


def test_corrected_labels_make_another_training(plan, trained, tmp_path):
    corrected = [replace(track, collection="one and all") for track in plan.tracks]
    again = list(train(replace(plan, tracks=corrected, out=tmp_path), SMALL, CLIPS))
    assert len([event for event in again if isinstance(event, Progress)]) == SMALL.n_steps


def test_the_held_out_score_is_told_all_along(trained):
    told = [event for event in trained if isinstance(event, Validated)]
    assert [event.step for event in told] == [1, 2, 3, 4, 5, 6]
    assert all(0.0 < event.score.macro_average_precision <= 1.0 for event in told)


def test_a_training_that_is_closed_goes_on_from_that_very_step(plan, trained, tmp_path):
    plan = replace(plan, out=tmp_path / "out")
    config = replace(SMALL, seed=7)
    for event in (events := train(plan, config, CLIPS)):
        if isinstance(event, Progress) and event.step == 4:
            events.close()
    rest = [event for event in train(plan, config, CLIPS) if isinstance(event, Progress)]
    assert [progress.step for progress in rest] == [5, 6]


def test_a_killed_process_and_its_successor_make_the_weights_of_an_unbroken_training(
    plan, trained, corpus_file, teacher_file, tmp_path
):
    """SIGKILL between two steps; clips and state lie in a cache of their own."""
    places = [str(path) for path in (corpus_file, teacher_file, tmp_path / "c", tmp_path / "out")]
    n_threads = str(torch.get_num_threads())  # the order of sums depends on it
    words = [sys.executable, "-m", "tests.audio_model.training_material", n_threads, *places]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, cwd=PROJECT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        said = [process.stdout.readline()]
        for _ in range(2):
            process.stdin.write("go on\n")
            process.stdin.flush()
            said.append(process.stdout.readline())
        process.kill()
    assert said == ["saved step 1\n", "saved step 2\n", "saved step 3\n"]
    assert not (tmp_path / "out").exists()

    rest = train(replace(plan, cache=tmp_path / "c", out=tmp_path / "out"), SMALL, CLIPS)

    assert [e.step for e in rest if isinstance(e, Progress)] == [4, 5, 6]
    assert weights_of(load_network(tmp_path / "out")) == weights_of(load_network(plan.out))


def test_with_nothing_held_out_the_learned_tracks_calibrate(plan, trained, tmp_path):
    *_, end = train(replace(plan, hold_out=None, out=tmp_path), replace(SMALL, n_steps=2), CLIPS)
    assert isinstance(end, Trained)
    assert end.judgement is None
    assert about(tmp_path)["calibrated_by"] == "the tracks that were learned from"
    assert about(tmp_path)["validation"] is None
    assert about(tmp_path)["data"]["tracks"] == 6


def test_what_is_held_out_and_gives_no_clip_judges_nothing(plan, trained, tmp_path):
    away = [replace(plan.tracks[0], path=tmp_path / f"{n}.wav", source="away") for n in range(9)]
    plan = replace(plan, tracks=[*plan.tracks, *away], hold_out=HoldOut(1, 2), out=tmp_path / "o")
    events = list(train(plan, replace(SMALL, n_steps=1), CLIPS))
    assert next(e.n_held_out for e in events if isinstance(e, Gathered)) == 0
    assert isinstance(events[-1], Trained)
    assert events[-1].judgement is None
    assert about(plan.out)["calibrated_by"] == "the tracks that were learned from"


def test_another_training_may_calibrate(plan, trained, tmp_path):
    config = replace(SMALL, n_steps=2)
    other = replace(plan, hold_out=None, calibrated_by=plan.out, out=tmp_path)
    list(train(other, config, CLIPS))
    first = read_network_card(plan.out)
    assert read_network_card(tmp_path).calibration == first.calibration
    assert about(tmp_path)["calibrated_by"].endswith(first.card.model_version)


def test_a_calibration_of_other_tags_is_refused_before_anything_is_done(plan, trained, tmp_path):
    with pytest.raises(TrainingError, match="tags are not those of the teacher"):
        next(iter(train(replace(plan, teacher=None, calibrated_by=plan.out), SMALL, CLIPS)))


def test_holding_everything_out_is_refused(plan, trained):
    with pytest.raises(ModelError, match="every track is held out"):
        list(train(replace(plan, hold_out=HoldOut(0, 1)), SMALL, CLIPS))

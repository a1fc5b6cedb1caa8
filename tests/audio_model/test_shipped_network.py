"""The network that comes with the program, on sounds made here and on real music."""

import csv
import json
import os

import numpy as np
import pytest

from audio_model.audio import read_windows
from audio_model.encoder import open_encoder
from audio_model.pooling import track_vector
from tests.audio_model.golden import PATH, golden_sounds


@pytest.fixture(scope="module")
def encoder():
    return open_encoder("network", "cpu")


def test_the_shipped_network_gives_the_vectors_that_it_gave_when_it_was_made(encoder):
    golden = json.loads(PATH.read_text(encoding="utf-8"))
    assert golden["model_version"] == encoder.card.model_version
    sounds = golden_sounds()
    for name, heard in zip(sounds, encoder.embed(list(sounds.values())), strict=True):
        # Rounding of another processor or library stays far below these tolerances; a front end
        # that is wrong, be it by one parameter, does not.
        np.testing.assert_allclose(
            heard.vectors[0], golden["vectors"][name], atol=1e-3, err_msg=name
        )
        np.testing.assert_allclose(
            heard.tag_logits[0], golden["tag_logits"][name], atol=2e-2, err_msg=name
        )


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda sound: sound[:, ::2].repeat(2, axis=1), id="half the sample rate"),
        pytest.param(lambda sound: sound[:, ::-1].copy(), id="backwards"),
        pytest.param(lambda sound: sound * 0.1, id="20 dB quieter"),
    ],
)
def test_a_changed_sound_has_another_vector(encoder, change):
    sounds = list(golden_sounds().values())
    heard = encoder.embed(sounds)
    others = encoder.embed([change(sound) for sound in sounds])
    differences = [np.abs(a.vectors - b.vectors) for a, b in zip(heard, others, strict=True)]
    assert np.max(differences) > 1e-2


def test_another_encoding_of_a_recording_is_nearer_than_other_music(encoder, corpus):
    """Three stereo files against their own low-rate mono encodings and the other two's."""
    with open(corpus / "stereo.csv", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if float(row["seconds"]) < 65][:3]

    def vector(name: str) -> np.ndarray:
        samples = read_windows(os.fsencode(corpus / name)).samples
        return track_vector(encoder.embed([samples])[0].vectors)

    originals = np.stack([vector(row["path"]) for row in rows])
    encodings = np.stack([vector(row["same_as"]) for row in rows])
    assert ((originals @ encodings.T).argmax(axis=1) == np.arange(len(rows))).all()

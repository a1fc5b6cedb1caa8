"""Hand-crafted features: held against librosa's own calls, and what must not change them."""

import json
import shutil

import librosa
import numpy as np
import pytest
import safetensors.numpy

from audio_model.checkpoint import packaged_assets
from audio_model.config import WindowConfig
from audio_model.errors import CheckpointError
from audio_model.handcrafted import LEVEL_RMS, SAMPLE_RATE_HZ, HandcraftedEncoder, features
from audio_model.training.handcrafted_statistics import measure
from tests.audio_model import signals

N_FEATURES = 147
N_FRAME_FEATURES = 72  # with onset strength
TEMPO, CLARITY, ONSETS_PER_S = 144, 145, 146


@pytest.fixture(scope="module")
def encoder() -> HandcraftedEncoder:
    return HandcraftedEncoder()


@pytest.fixture(scope="module")
def window():
    music = signals.music(10.0, rate_hz=SAMPLE_RATE_HZ, channels=1)[:, 0]
    return music * np.float32(LEVEL_RMS / np.sqrt(np.mean(music**2)))


def click_track(bpm: float, duration_s: float = 10.0):
    times = np.arange(0.0, duration_s, 60.0 / bpm)
    n_samples = round(duration_s * SAMPLE_RATE_HZ)
    clicks = librosa.clicks(times=times, sr=SAMPLE_RATE_HZ, length=n_samples)
    return np.asarray(clicks, dtype=np.float32)


def test_means_and_deviations_are_those_of_librosas_calls_on_the_samples(window):
    rate = {"y": window, "sr": SAMPLE_RATE_HZ}
    chroma = librosa.feature.chroma_stft(**rate, tuning=0.0)
    expected = [
        (0, librosa.feature.mfcc(**rate, n_mfcc=20)),
        (20, librosa.feature.delta(librosa.feature.mfcc(**rate, n_mfcc=20))),
        (40, chroma),
        (52, librosa.feature.spectral_contrast(**rate)),
        (59, librosa.feature.tonnetz(chroma=chroma)),
        (65, np.log2(librosa.feature.spectral_centroid(**rate) + 1)),
        (66, np.log2(librosa.feature.spectral_bandwidth(**rate) + 1)),
        (67, np.log2(librosa.feature.spectral_rolloff(**rate) + 1)),
        (68, 10 * np.log10(librosa.feature.spectral_flatness(y=window))),
        (69, 20 * np.log10(librosa.feature.rms(S=np.abs(librosa.stft(window))))),
        (70, librosa.feature.zero_crossing_rate(window)),
        (71, librosa.onset.onset_strength(**rate)[None, :]),
    ]
    ours = features(window)
    means, deviations = ours[:N_FRAME_FEATURES], ours[N_FRAME_FEATURES:]
    for first, frames in expected:  # float32 throughout, so that sums differ in the last digits
        place = slice(first, first + len(frames))
        np.testing.assert_allclose(means[place], frames.mean(axis=1), rtol=1e-3, atol=1e-3)
        np.testing.assert_allclose(deviations[place], frames.std(axis=1), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("bpm", [80.0, 120.0])
def test_a_click_track_has_its_tempo_and_as_many_onsets_as_clicks(bpm):
    of_clicks = features(click_track(bpm))
    assert 2.0 ** of_clicks[TEMPO] == pytest.approx(bpm, rel=0.03)
    assert of_clicks[ONSETS_PER_S] == pytest.approx(bpm / 60.0, abs=0.11)  # one more or less
    assert of_clicks[CLARITY] > 0.7
    noise = np.random.default_rng(0).normal(0, 0.1, 10 * SAMPLE_RATE_HZ).astype(np.float32)
    assert features(noise)[CLARITY] < 0.4


@pytest.mark.parametrize("pitch_class", [0, 4, 9])
def test_a_tone_is_strongest_in_its_own_chroma(pitch_class):
    hz = librosa.midi_to_hz(60 + pitch_class)
    t = np.arange(5 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    tone = (0.2 * np.sin(2 * np.pi * hz * t)).astype(np.float32)
    assert int(features(tone)[40:52].argmax()) == pitch_class


def test_vectors_are_unit_rows_and_the_same_every_time(encoder, window):
    tracks = [np.stack([window, window[::-1]]), window[None, : 4 * SAMPLE_RATE_HZ]]
    vectors = [heard.vectors for heard in encoder.embed(tracks)]
    assert [v.shape for v in vectors] == [(2, N_FEATURES), (1, N_FEATURES)]
    assert encoder.card.dimension == N_FEATURES
    for vector in vectors:
        assert vector.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vector, axis=1), 1.0, atol=1e-6)
    for again, vector in zip(encoder.embed(tracks), vectors, strict=True):
        np.testing.assert_array_equal(again.vectors, vector)
        assert again.tag_logits.shape == (len(vector), 0) == (len(vector), len(encoder.card.tags))
    np.testing.assert_array_equal(encoder.embed([window[None]])[0].vectors[0], vectors[0][0])


def test_a_vector_holds_limited_deviations_from_the_mean(encoder, window):
    stored = safetensors.numpy.load_file(packaged_assets() / encoder.card.weights_file)
    for samples in (window, click_track(120.0)):
        deviations = (features(samples) - stored["mean"]) / stored["deviation"]
        vector = encoder.embed([samples[None]])[0].vectors[0]
        inner = np.abs(deviations) < 4.0
        assert not inner.all()  # these are no music
        scale = vector[inner] @ deviations[inner] / (deviations[inner] @ deviations[inner])
        np.testing.assert_allclose(vector[inner], scale * deviations[inner], atol=1e-6)
        np.testing.assert_allclose(
            vector[~inner], scale * 4.0 * np.sign(deviations[~inner]), atol=1e-6
        )


@pytest.mark.parametrize("gain_db", [-20.0, -6.0, 6.0])
def test_gain_changes_nothing(encoder, window, gain_db):
    louder = window * np.float32(10 ** (gain_db / 20))
    quiet, loud = encoder.embed([np.stack([window, louder])])[0].vectors
    assert quiet @ loud > 0.99999


def test_likeness_falls_with_the_difference(encoder, window):
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 1, window.size).astype(np.float32)
    heard = np.stack([window, window + 0.003 * noise, window + 0.1 * noise, click_track(120.0)])
    same, slightly, much, other = encoder.embed([heard])[0].vectors
    assert 1.0 > same @ slightly > same @ much > same @ other


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(10 * SAMPLE_RATE_HZ),
        np.eye(1, 10 * SAMPLE_RATE_HZ)[0],
        np.full(10 * SAMPLE_RATE_HZ, 0.3),
        np.sin(np.arange(3 * SAMPLE_RATE_HZ)) * 8.0,
        np.repeat([0.0, 0.5], [9 * SAMPLE_RATE_HZ, SAMPLE_RATE_HZ]),
        np.sin(np.arange(3 * SAMPLE_RATE_HZ)) * 1e-9,
    ],
    ids=["silence", "impulse", "offset", "loud", "half silent", "near silence"],
)
def test_odd_windows_give_finite_unit_vectors(encoder, samples):
    vector = encoder.embed([samples[None].astype(np.float32)])[0].vectors
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1.0)


def test_statistics_are_mean_and_deviation_of_each_feature():
    rows = np.random.default_rng(0).normal(3.0, 2.0, (5000, 4)).astype(np.float32)
    statistics = measure(rows)
    np.testing.assert_allclose(statistics.mean, 3.0, atol=0.15)
    np.testing.assert_allclose(statistics.deviation, 2.0, atol=0.15)
    rows[:, 2] = 1.0
    with pytest.raises(ValueError, match="feature 2 is the same in every window"):
        measure(rows)


@pytest.fixture
def copied_assets(tmp_path):
    for name in ("handcrafted.json", "handcrafted.safetensors"):
        shutil.copy(packaged_assets() / name, tmp_path)
    return tmp_path


def test_copied_statistics_are_used(copied_assets, encoder):
    assert HandcraftedEncoder(copied_assets).card == encoder.card
    assert encoder.card.window == WindowConfig()


def test_damaged_statistics_are_refused(copied_assets):
    path = copied_assets / "handcrafted.safetensors"
    contents = bytearray(path.read_bytes())
    contents[-1] ^= 1
    path.write_bytes(contents)
    with pytest.raises(CheckpointError, match="SHA-256"):
        HandcraftedEncoder(copied_assets)
    path.unlink()
    with pytest.raises(CheckpointError, match=r"handcrafted\.safetensors: No such file"):
        HandcraftedEncoder(copied_assets)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("dimension", 146, "does not hold 146 features"),
        ("model_version", "0" * 12, "version of the card"),
        ("window", {"sample_rate_hz": 44_100}, "version of the card"),
    ],
)
def test_a_card_that_does_not_fit_is_refused(copied_assets, field, value, reason):
    path = copied_assets / "handcrafted.json"
    card = json.loads(path.read_text())
    card[field] = card[field] | value if isinstance(value, dict) else value
    path.write_text(json.dumps(card))
    with pytest.raises(CheckpointError, match=reason):
        HandcraftedEncoder(copied_assets)

import csv

import numpy as np
import pytest
import torch

from audio_model.audio import read_all
from audio_model.checkpoint import load_network, read_network_card
from audio_model.errors import TrainingError
from audio_model.spectrogram import log_mel
from audio_model.training.teacher import CLIP_SAMPLES, Tagger, at_teacher_rate, open_teacher
from tests.audio_model.training_material import RATE_HZ, TAGS


def test_the_tagger_gives_the_published_tags(corpus):
    """Five strongest tags and their scores, as far as decoding and resampling agree."""
    tagger = Tagger(corpus.parent / "teacher" / "teacher.npz")
    with open(corpus.parent / "teacher" / "expected.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:5]
    for row in rows:
        whole = read_all(str(corpus / row["path"]).encode(), 12_000)
        start = round(float(row["start_s"]) * 12_000)
        clip = torch.zeros(1, CLIP_SAMPLES)
        part = torch.from_numpy(whole[start : start + CLIP_SAMPLES])
        clip[0, : len(part)] = part
        scores = tagger(clip)[1][0].sigmoid()
        for expected in row["tags"].split("; "):
            tag, score = expected.rsplit(" ", 1)
            assert scores[tagger.tags.index(tag)].item() == pytest.approx(float(score), abs=0.03)


def test_the_tagger_hears_the_whole_clip_at_its_own_rate():
    t_s = torch.arange(10 * RATE_HZ) / RATE_HZ
    clip = at_teacher_rate(torch.sin(2 * torch.pi * 441.0 * t_s)[None], RATE_HZ)
    assert clip.shape == (1, CLIP_SAMPLES)
    spectrum = torch.fft.rfft(clip[0, :12_000]).abs()
    assert int(spectrum.argmax()) == 441  # Hz, of one second
    assert torch.equal(clip[0, :12_000], clip[0, 120_000:132_000])


def test_the_tagger_hears_clips_alike_alone_and_among_others(teacher_file):
    teacher = open_teacher(teacher_file, "cpu")
    clips = torch.rand(5, 10 * RATE_HZ, generator=torch.Generator().manual_seed(1)) - 0.5
    together, alone = teacher.hear(clips, RATE_HZ), teacher.hear(clips[4:], RATE_HZ)
    assert teacher.tags == TAGS
    assert together.features.shape == (5, teacher.n_features)
    torch.testing.assert_close(together.tag_logits[4:], alone.tag_logits, rtol=1e-4, atol=1e-4)


def test_without_a_file_the_packaged_network_is_the_teacher():
    teacher = open_teacher(None, "cpu")
    card = read_network_card()
    t_s = torch.arange(4 * RATE_HZ) / RATE_HZ
    clips = 0.3 * torch.sin(2 * torch.pi * torch.tensor([[220.0], [880.0]]) * t_s)
    with torch.inference_mode():
        expected = load_network()(log_mel(clips, card.mel))
    lesson = teacher.hear(clips, RATE_HZ)
    assert teacher.tags == card.tags
    assert teacher.n_features == lesson.features.shape[1]
    torch.testing.assert_close(lesson.features, expected.embedding)
    torch.testing.assert_close(lesson.tag_logits, expected.tag_logits)


def test_two_teachers_have_two_digests(teacher_file, tmp_path):
    with np.load(teacher_file) as arrays:
        np.savez(tmp_path / "other.npz", **(dict(arrays) | {"dense_b": np.zeros(7, np.float32)}))
    paths = (teacher_file, tmp_path / "other.npz", None)
    assert len({open_teacher(path, "cpu").digest for path in paths}) == 3


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param({"dense_w": None}, "dense_w", id="an array is missing"),
        pytest.param({"mel": np.zeros((257, 80))}, r"mel has the shape \(257, 80\)", id="shape"),
        pytest.param({"dense_b": np.full(7, np.nan)}, "dense_b .* not finite", id="not finite"),
        pytest.param({"tags": np.array("rock")}, "dense_w has the shape", id="tags without a list"),
    ],
)
def test_a_file_that_is_not_the_tagger_is_refused(teacher_file, tmp_path, change, reason):
    path = tmp_path / "wrong.npz"
    with np.load(teacher_file) as arrays:
        changed = dict(arrays) | change
    np.savez(path, **{name: array for name, array in changed.items() if array is not None})
    with pytest.raises(TrainingError, match=reason):
        open_teacher(path, "cpu")


def test_a_file_that_is_no_archive_is_refused(tmp_path):
    (tmp_path / "text.npz").write_bytes(b"not an archive")
    with open(tmp_path / "array.npz", "wb") as file:
        np.save(file, np.ones(3))
    for name in ("text.npz", "array.npz"):
        with pytest.raises(TrainingError, match=rf"{name}: it is not an \.npz file"):
            open_teacher(tmp_path / name, "cpu")


def test_a_teacher_that_is_not_there_is_refused_by_its_name(tmp_path):
    with pytest.raises(TrainingError, match=r"none.npz: No such file"):
        open_teacher(tmp_path / "none.npz", "cpu")

import base64
import os
from pathlib import Path

import numpy as np
import pytest

from app.decoding import Description
from app.pipeline import Analysed
from app.vector_file import write_vectors
from library.records import Recording, Tags
from tests.app.cli_runner import CommandLine
from tests.app.conftest import write_tone
from tests.fakes import DIMENSION, TAGS, fake_choice


@pytest.fixture
def segue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(tmp_path / "data", capsys)


def test_a_probe_accepts_what_can_be_analysed(segue: CommandLine, tmp_path: Path):
    file = write_tone(tmp_path / "a.flac", 300, duration_s=2.5, title="A", artist="B")

    outcome = segue("probe", file)

    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == f"{file}: B - A, 0:02, flac, 8000 Hz, 1 channel, 2 windows, low 97 %\n"


def test_a_probe_rejects_with_a_sentence_for_each_file(segue: CommandLine, tmp_path: Path):
    good = write_tone(tmp_path / "a.flac", 300)
    short = write_tone(tmp_path / "short.flac", 300, duration_s=0.2)
    (tmp_path / "text.mp3").write_text("hello")

    files = [good, short, tmp_path / "text.mp3", tmp_path / "nowhere.mp3", tmp_path]
    outcome = segue("probe", *files)

    assert outcome.code == 3
    assert [line.partition(": ")[0] for line in outcome.err.splitlines()] == [
        f"Could not use {file}" for file in files[1:]
    ]
    assert len(outcome.out.splitlines()) == 1


def test_a_probe_tells_programs_everything(segue: CommandLine, tmp_path: Path):
    path = bytes(tmp_path) + b"/\xff.flac"
    os.rename(write_tone(tmp_path / "x.flac", 300, title="A", genre="Hum", date="1977"), path)
    (tmp_path / "text.mp3").write_text("hello")

    outcome = segue("probe", os.fsdecode(path), tmp_path / "text.mp3", "--json")

    accepted, rejected = outcome.json
    assert base64.b64decode(accepted["path_b64"]) == path
    assert accepted["accepted"]
    assert (accepted["title"], accepted["genres"], accepted["year"]) == ("A", ["Hum"], 1977)
    assert accepted["duration_s"] == pytest.approx(1.5)
    assert {one["tag"] for one in accepted["heard"]} == set(TAGS)
    assert accepted["heard"][0]["tag"] == "low"
    assert 0.5 < accepted["heard"][0]["score"] < 1.0
    assert (rejected["accepted"], rejected["path"]) == (False, f"{tmp_path}/text.mp3")
    assert rejected["reason"]


def test_vectors_are_written_as_plain_arrays(segue: CommandLine, tmp_path: Path):
    music = tmp_path / "music"
    first = write_tone(music / "1.flac", 300, duration_s=3.2)
    odd = bytes(music) + b"/2\xff.flac"
    os.rename(write_tone(music / "2.flac", 400), odd)
    (music / "broken.mp3").write_text("hello")
    (music / "link.flac").symlink_to(first)
    output = tmp_path / "vectors.npz"

    outcome = segue("embed", music, first, "-o", output)

    assert outcome.code == 0
    assert outcome.out == f"Wrote the vectors of 2 files to {output}.\n"
    assert [line.partition(": ")[0] for line in outcome.err.splitlines()] == [
        f"Skipped {music}/link.flac",
        f"Could not use {music}/broken.mp3",
    ]
    with np.load(output, allow_pickle=False) as arrays:
        paths = [base64.b64decode(text) for text in arrays["paths_b64"]]
        assert sorted(paths) == [bytes(first), odd]
        assert sorted(arrays["paths"]) == [str(first), f"{music}/2\ufffd.flac"]
        assert arrays["vectors"].shape == (2, DIMENSION)
        assert arrays["vectors"].dtype == arrays["windows"].dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(arrays["vectors"], axis=1), 1, atol=1e-6)
        np.testing.assert_allclose(np.linalg.norm(arrays["windows"], axis=1), 1, atol=1e-6)
        index = paths.index(bytes(first))
        start, end = arrays["window_offsets"][index : index + 2]
        assert end - start == 3
        assert list(np.diff(arrays["window_starts_s"][start:end]) > 0) == [True, True]
        middle = arrays["windows"][start:end].sum(axis=0)
        middle /= np.linalg.norm(middle)
        np.testing.assert_allclose(arrays["vectors"][index], middle, atol=1e-6)
        assert arrays["window_offsets"][-1] == len(arrays["windows"])
        assert arrays["window_s"].shape == arrays["durations_s"].shape == (2,)
        assert arrays["durations_s"][index] == pytest.approx(3.2)
        assert tuple(arrays["tags"]) == TAGS
        assert arrays["tag_scores"].shape == (2, len(TAGS))
        assert arrays["tag_scores"].dtype == np.float32
        assert (arrays["tag_scores"].argmax(axis=1) == TAGS.index("low")).all()
        assert (str(arrays["encoder"]), str(arrays["model_version"])) == ("fake", "1")
        assert list(arrays["failed_paths"]) == [f"{music}/broken.mp3"]
        assert arrays["failed_reasons"][0]


def test_the_same_files_give_the_same_vectors(segue: CommandLine, tmp_path: Path):
    file = write_tone(tmp_path / "a.flac", 300)
    segue("embed", file, "-o", tmp_path / "first.npz")
    segue("embed", file, "-o", tmp_path / "second.npz")

    with np.load(tmp_path / "first.npz") as first, np.load(tmp_path / "second.npz") as second:
        np.testing.assert_array_equal(first["vectors"], second["vectors"])


def test_embed_tells_programs_what_it_wrote(segue: CommandLine, tmp_path: Path):
    file = write_tone(tmp_path / "a.flac", 300)

    outcome = segue("embed", file, "-o", tmp_path / "v.npz", "--json")

    assert outcome.json == {"path": f"{tmp_path}/v.npz", "embedded": 1, "rejected": []}


def test_a_result_without_vectors_cannot_be_written(tmp_path: Path):
    recording = Recording(bytes(16), "mp3", 44_100, 2, 100.0)
    analysed = Analysed(b"/a.mp3", Description(Tags(), recording, None), None)

    with pytest.raises(ValueError, match=r"/a\.mp3 has no embedding"):
        write_vectors(tmp_path / "v.npz", fake_choice(), [analysed])


def test_nothing_is_written_if_nothing_could_be_embedded(segue: CommandLine, tmp_path: Path):
    (tmp_path / "text.mp3").write_text("hello")

    outcome = segue("embed", tmp_path / "text.mp3", "-o", tmp_path / "v.npz")

    assert outcome.code == 3
    assert outcome.err.splitlines()[-1] == "None of the files could be embedded."
    assert not (tmp_path / "v.npz").exists()


def test_a_source_must_exist(segue: CommandLine, tmp_path: Path):
    outcome = segue("embed", tmp_path / "nowhere", "-o", tmp_path / "v.npz")

    assert (outcome.code, outcome.err) == (1, f"There is no file or folder {tmp_path}/nowhere.\n")


def test_vectors_that_cannot_be_written_are_a_sentence(segue: CommandLine, tmp_path: Path):
    file = write_tone(tmp_path / "a.flac", 300)

    outcome = segue("embed", file, "-o", tmp_path / "no" / "v.npz")

    assert outcome.code == 1
    assert outcome.err == (
        f"Could not write the vectors to {tmp_path}/no/v.npz: No such file or directory\n"
    )

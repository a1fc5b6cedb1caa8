"""`segue train` with the packaged network as the teacher, on a few seconds of music."""

import json
import shutil
import signal
import subprocess
from pathlib import Path

import numpy as np
import pytest
import safetensors
import soundfile

from app.cli.main import run
from app.cli.session import Session
from app.cli.train import _print_end
from app.services import encoder_from
from app.settings import Settings
from audio_model.checkpoint import read_network_card
from audio_model.training.events import Trained
from tests.app.cli_runner import PROJECT, CommandLine, command

RATE_HZ = 22_050


@pytest.fixture
def segue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(tmp_path / "data", capsys)


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two albums of two tracks, a broken file and a hidden folder."""
    folder = tmp_path_factory.mktemp("music") / "Music"
    rng = np.random.default_rng(2)
    t_s = np.arange(21 * RATE_HZ) / RATE_HZ
    for number, album in enumerate(("Low", "Low", "High", "High")):
        tone = 0.3 * np.sin(2 * np.pi * 150.0 * (number + 1) * t_s) * (t_s % 0.5 < 0.3)
        (folder / album).mkdir(parents=True, exist_ok=True)
        path = folder / album / f"{number}.flac"
        soundfile.write(path, tone + rng.normal(0, 0.01, len(t_s)), RATE_HZ)
    (folder / "Low" / "broken.mp3").write_bytes(b"no music")
    (folder / ".trash").mkdir()
    return folder


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def test_a_folder_of_music_becomes_a_network_that_the_program_uses(
    segue: CommandLine, music: Path, cache: Path, tmp_path: Path
):
    out = tmp_path / "mine"
    outcome = segue(
        *("train", music, "--out", out, "--cache", cache, "--steps", 2, "--hold-out", "1/2"),
        *("--device", "cpu", "--threads", 1, "--licence", "CC0"),
    )

    assert outcome.code == 0, outcome.err
    assert "5 tracks to listen to" in outcome.err
    assert ".trash: the folder is hidden" in outcome.err
    assert "Could not decode" in outcome.err
    assert "3 held out" in outcome.err
    assert "Step 1: same track among the held-out tracks" in outcome.err
    assert f"to {out}.\n" in outcome.out
    assert "untrained it was" in outcome.out
    assert "Too little was held out to tell whether that is a gain." in outcome.out
    card = read_network_card(out)
    about = json.loads((out / "network.json").read_text("utf-8"))["about"]
    assert about["licence"] == "CC0"
    assert about["data"]["sources"] == {"Music/High": 2}
    assert about["recipe"]["n_steps"] == 2

    assert run(["embed", str(music / "Low"), "-o", str(tmp_path / "v.npz")], Session()) == 0
    session = Session(data_dir=tmp_path / "data")
    words = ["embed", str(music / "Low"), "-o", str(tmp_path / "w.npz"), "--encoder", str(out)]
    assert run(words, session) == 0
    with np.load(tmp_path / "v.npz") as packaged, np.load(tmp_path / "w.npz") as own:
        assert str(own["model_version"]) == card.card.model_version
        assert str(packaged["model_version"]) == read_network_card().card.model_version
        assert not np.allclose(own["vectors"], packaged["vectors"])
    chosen = encoder_from(Settings(encoder=str(out)))
    assert chosen.key.model_version == card.card.model_version


def test_a_training_goes_on_after_it_was_interrupted(music: Path, cache: Path, tmp_path: Path):
    """Ctrl-C after the first step; the same command ends it."""
    options = ["--steps", "4", "--hold-out", "0/2", "--device", "cpu", "--threads", "1"]
    words = command(
        tmp_path / "data", ["train", music, "--out", tmp_path / "out", "--cache", cache, *options]
    )
    before = set(cache.glob("training-*"))
    with subprocess.Popen(words, cwd=PROJECT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        told = []
        for line in process.stderr:
            told.append(line)
            if line.startswith("Step 1:"):
                process.send_signal(signal.SIGINT)
    assert process.returncode == 130, told
    assert told[-1] == "Stopped. The same command goes on from here.\n"
    assert not (tmp_path / "out").exists()
    (state,) = set(cache.glob("training-*")) - before
    first = step_of(state)

    assert subprocess.run(words, cwd=PROJECT, capture_output=True, check=False).returncode == 0
    assert 1 <= first < step_of(state) == 4


def step_of(state: Path) -> int:
    with safetensors.safe_open(state, framework="numpy") as file:
        return int(file.metadata()["step"])


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["{tmp}/none"], 1, "none is neither a folder nor a manifest"),
        (["{tmp}"], 1, "There is no music in what is to be learned from. Of a manifest only"),
        (["{tmp}/none.csv"], 1, "Could not train with {tmp}/none.csv: No such file"),
        (["{tmp}", "--hold-out", "8/8"], 2, "K/N with K below N"),
        (["{tmp}", "--hold-out", "half"], 2, "K/N with K below N"),
        (["{tmp}", "--device", "abacus"], 1, "Could not use the device abacus"),
    ],
)
def test_what_cannot_be_learned_from_is_a_sentence(
    segue: CommandLine, tmp_path: Path, words: list[str], code: int, sentence: str
):
    outcome = segue("train", *(w.format(tmp=tmp_path) for w in words), "--out", tmp_path / "out")

    assert outcome.code == code
    assert sentence.format(tmp=tmp_path) in " ".join(outcome.err.split())
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("albums", "options", "sentence"),
    [
        (["Low"], ["--hold-out", "0/8"], "every track is held out"),
        (["Low", "High"], ["--hold-out", "0/2"], "too little to learn from: a single clip."),
        (["Low"], ["--hold-out", "none"], "too little to learn from: a single clip."),
        (["Low"], ["--hold-out", "none", "--out", "{tmp}/taken"], "{tmp}/taken: nothing can be"),
    ],
    ids=["all held out", "one clip", "one clip and mixtures", "the folder is a file"],
)
def test_what_cannot_end_well_is_told_before_the_steps(
    segue: CommandLine, tmp_path: Path, albums: list[str], options: list[str], sentence: str
):
    tone = 0.3 * np.sin(2 * np.pi * 150.0 * np.arange(11 * RATE_HZ) / RATE_HZ)
    (tmp_path / "taken").write_text("mine")
    for album in albums:
        path = tmp_path / "Music" / album / "short.flac"
        path.parent.mkdir(parents=True)
        soundfile.write(path, tone, RATE_HZ)

    outcome = segue(
        *("train", tmp_path / "Music", "--out", tmp_path / "out", "--cache", tmp_path / "cache"),
        *("--steps", 1, "--device", "cpu", "--threads", 1),
        *(word.format(tmp=tmp_path) for word in options),
    )

    assert outcome.code == 1
    assert sentence.format(tmp=tmp_path) in outcome.err
    assert "listened" not in outcome.err
    assert not list(tmp_path.glob("cache/training-*"))
    n_heard = len(list(tmp_path.glob("cache/clips-*/*.npz")))
    assert n_heard == (len(albums) if "single clip" in sentence else 0)


def test_a_network_that_nothing_judged_is_not_said_to_be_good(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    _print_end(Trained("1", None, "the tracks that were learned from"), tmp_path)

    assert "Nothing says what it is worth: no tracks were held out" in capsys.readouterr().out


def test_an_encoder_is_one_of_ours_or_a_folder_with_a_card(segue: CommandLine, tmp_path: Path):
    assert segue("check", "--encoder", "handcrafted").code == 0
    outcome = segue("check", "--encoder", tmp_path)

    assert outcome.code == 2
    assert "no folder with a network.json" in " ".join(outcome.err.split())


def test_folders_of_one_name_in_two_places_are_two_collections(
    segue: CommandLine, music: Path, cache: Path, tmp_path: Path
):
    other = tmp_path / music.name
    shutil.copytree(music, other)
    outcome = segue(
        *("train", music, other, "--out", tmp_path / "mine", "--cache", cache, "--steps", 1),
        *("--hold-out", "none", "--device", "cpu", "--threads", 1),
    )
    assert outcome.code == 0, outcome.err
    about = json.loads((tmp_path / "mine" / "network.json").read_text("utf-8"))["about"]
    sources = {"Music/High": 2, "Music/Low": 3, "Music/High (2)": 2, "Music/Low (2)": 3}
    assert about["data"]["sources"] == sources

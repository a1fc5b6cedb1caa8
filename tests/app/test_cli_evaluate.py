import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import typer

from app.cli.evaluate import _shown
from app.cli.session import Session
from app.cli.vectors import _stored
from app.vector_file import read_vectors
from tests.app.cli_runner import PROJECT, CommandLine, Outcome
from tests.app.conftest import write_tone
from tests.fakes import DIMENSION, fake_choice

N_LOW, N_HIGH = 6, 5


@pytest.fixture(scope="module")
def corpus_of_tones(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Low and high tones in a folder each, in two splits, with a list and a library's data."""
    folder = tmp_path_factory.mktemp("tones")
    lines = ["path,split,collection,artist,style_group,source"]
    for n in range(N_LOW + N_HIGH):
        high = n >= N_LOW
        album, frequency_hz = ("High", 1500 + 40 * n) if high else ("Low", 200 + 8 * n)
        path = folder / "music" / album / f"{n}.flac"
        artist = f"A{n % 3}"
        write_tone(
            path,
            frequency_hz,
            duration_s=3.2,
            title=f"T{n}",
            artist=artist,
            album=album,
            genre=album,
        )
        split = "train" if n in (0, 1) else "val"
        lines.append(f"music/{album}/{n}.flac,{split},{album},A{n % 3},{album},source {n % 2}")
    (folder / "tracks.csv").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture
def segue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(tmp_path / "data", capsys)


@pytest.fixture(scope="module")
def vectors(corpus_of_tones: Path) -> Path:
    """Vectors that tell low from high at once, by relative paths."""
    rng = np.random.default_rng(2)
    rows = rng.normal(scale=0.01, size=(N_LOW + N_HIGH, 3))
    rows[:N_LOW, 0] += 1
    rows[N_LOW:, 1] += 1
    names = [f"music/{'High' if n >= N_LOW else 'Low'}/{n}.flac" for n in range(len(rows))]
    np.savez(corpus_of_tones / "v.npz", paths=np.array(names), vectors=rows)
    return corpus_of_tones / "v.npz"


@pytest.fixture
def scanned(corpus_of_tones: Path, segue: CommandLine) -> CommandLine:
    """A library of the tones, which are scanned once."""
    first = CommandLine(corpus_of_tones / "data", segue.capture)
    if not first.data.exists():
        assert first("scan", corpus_of_tones / "music").code == 0
    shutil.copytree(first.data, segue.data)
    return segue


def scores(outcome: Outcome, judge: str, *, filtered: bool = False) -> dict[str, Any]:
    (verdict,) = (
        verdict
        for verdict in outcome.json["verdicts"]
        if verdict["judge"] == judge and verdict["filters_artists"] == filtered
    )
    return {score["entrant"]: score for score in verdict["scores"]}


def judges(outcome: Outcome) -> list[tuple[str, bool, int]]:
    return [
        (verdict["judge"], verdict["filters_artists"], verdict["n_queries"])
        for verdict in outcome.json["verdicts"]
    ]


def test_a_list_is_judged_by_collections_and_styles_with_every_encoder(
    segue: CommandLine, corpus_of_tones: Path
):
    outcome = segue("evaluate", corpus_of_tones / "tracks.csv", "--json")

    assert outcome.code == 0
    assert outcome.json["tracks"] == {
        "n_tracks": 11,
        "n_all": 11,
        "n_examples": 2,
        "by_other_split": True,
    }
    assert judges(outcome) == [
        ("same collection", False, 5),
        ("same collection", True, 5),
        ("same style across sources", False, 6),
    ]


def test_a_table_names_encoders_queries_and_what_was_drawn(
    segue: CommandLine, corpus_of_tones: Path, vectors: Path
):
    outcome = segue(
        "evaluate",
        corpus_of_tones / "tracks.csv",
        *("--encoder", "network", "--vectors", f"mine={vectors}", "--split", "all"),
    )

    assert outcome.code == 0
    lines = outcome.out.splitlines()
    assert lines[0] == "Same collection: 11 queries in 2 groups, among 11 tracks"
    names = ["encoder", "mine", "network", "chance"]
    assert [line.split()[0] for line in lines[1:5]] == names
    assert lines[2].split()[1] == "1.000"
    assert [len(line.split()) for line in lines[2:5]] == [14, 14, 10]  # chance is the reference
    assert lines[5] == (
        "Differences of MAP are to chance. "
        "Intervals: 2 collections of the queries drawn with replacement."
    )
    assert "MAP and the other measures are macro means over the groups." in lines


def test_with_vectors_of_ones_own_nothing_is_heard(
    segue: CommandLine, corpus_of_tones: Path, vectors: Path, tmp_path: Path
):
    shutil.copy(corpus_of_tones / "tracks.csv", tmp_path)  # the files themselves are not there
    shutil.copy(vectors, tmp_path)
    made = segue("embed", corpus_of_tones / "music", "-o", tmp_path / "fake.npz")
    assert made.code == 0
    move_paths(tmp_path / "fake.npz", corpus_of_tones, tmp_path)

    outcome = segue(
        "evaluate",
        *(tmp_path / "tracks.csv", "--split", "all", "--json"),
        *("--vectors", f"network={tmp_path}/fake.npz", "--vectors", f"mine={tmp_path}/v.npz"),
        *("--vectors", f"handcrafted={tmp_path}/fake.npz", "--damped", "--against", "mine"),
    )

    assert outcome.code == 0
    found = scores(outcome, "same collection")
    assert list(found) == [
        *("network", "network-damped", "mine", "mine-damped", "handcrafted", "handcrafted-damped"),
        *("handcrafted-whitened", "handcrafted-whitened-damped", "concatenated"),
        *("concatenated-damped", "rank-ensemble", "chance"),
    ]
    assert found["mine"]["measures"]["average_precision"] == 1.0
    assert found["chance"]["measures"]["average_precision"] < 0.8
    assert found["mine"]["difference"] == 0.0
    assert found["network"]["measures"] == found["handcrafted"]["measures"]
    assert found["network"]["difference_interval"]["high"] <= 0


def move_paths(file: Path, old: Path, new: Path) -> None:
    """Let a file of vectors name the same files below another folder."""
    with np.load(file) as archive:
        arrays = {name: archive[name] for name in archive.files if name != "paths_b64"}
    arrays["paths"] = np.array([path.replace(str(old), str(new)) for path in arrays["paths"]])
    np.savez(file, allow_pickle=False, **arrays)


def test_in_a_folder_each_album_is_a_collection_and_artists_come_from_tags(
    segue: CommandLine, corpus_of_tones: Path, tmp_path: Path
):
    shutil.copytree(corpus_of_tones / "music", tmp_path / "music")
    (tmp_path / "music" / "broken.mp3").write_text("hello")
    (tmp_path / "music" / "link.flac").symlink_to(tmp_path / "music" / "Low" / "1.flac")

    outcome = segue("evaluate", tmp_path / "music", "--encoder", "handcrafted")

    assert outcome.code == 0
    told = [line.partition(": ")[0] for line in outcome.err.splitlines()]
    assert f"Skipped {tmp_path}/music/link.flac" in told
    assert f"Could not use {tmp_path}/music/broken.mp3" in told
    lines = outcome.out.splitlines()
    assert lines[0] == "Same collection: 11 queries in 2 groups, among 11 tracks"
    assert "Same collection, without the query's artist: 11 queries" in outcome.out
    assert lines[-2] == (
        "Evaluated are those 11 of 12 tracks for which every encoder has a vector."
    )
    assert lines[-1] == "Whitening was learned from 11 tracks evaluated themselves."


def test_the_own_library_is_judged_without_hearing_anything(
    scanned: CommandLine, corpus_of_tones: Path
):
    listed = scanned("search", "T", "--json").json
    low = [track["id"] for track in listed if track["album"] == "Low"]
    scanned("playlist", "create", "Lows", *low)
    hidden = corpus_of_tones / "hidden"
    os.rename(corpus_of_tones / "music", hidden)
    try:
        outcome = scanned("evaluate", "--json")
    finally:
        os.rename(hidden, corpus_of_tones / "music")

    assert (outcome.code, outcome.err) == (0, "")
    assert [name for name, filtered, _ in judges(outcome) if not filtered] == [
        "same album",
        "same genre",
        "same playlist",
    ]
    assert list(scores(outcome, "same album")) == ["network", "chance"]
    assert scores(outcome, "same album")["network"]["measures"]["average_precision"] == 1.0


def test_of_two_tracks_with_one_path_the_one_that_is_there_gives_the_vector(
    segue: CommandLine, tmp_path: Path
):
    song = tmp_path / "music" / "1.flac"
    for frequency_hz in (300, 3000, 300):  # the first is away for a while
        write_tone(song, frequency_hz, duration_s=3.2)
        assert segue("scan", tmp_path / "music").code == 0
    assert segue("embed", song, "-o", tmp_path / "v.npz").code == 0
    ctx = SimpleNamespace(obj=Session(data_dir=segue.data, choose_encoder=lambda _: fake_choice()))

    found = _stored(cast("typer.Context", ctx), "network")

    assert list(found) == [bytes(song)]
    expected = read_vectors(tmp_path / "v.npz", b"/").by_path[bytes(song)]
    np.testing.assert_allclose(found[bytes(song)], expected, atol=1e-6)


def test_a_network_cannot_take_the_name_of_the_librarys_own(segue: CommandLine):
    segue.data.mkdir()
    settings = {"schema_version": 1, "encoder": "/networks/mine"}
    (segue.data / "settings.json").write_text(json.dumps(settings))

    outcome = segue("evaluate", "--network", "mine=.")

    assert outcome.code == 2
    assert "--network: the name mine is taken" in outcome.err


def test_a_library_without_tracks_has_nothing_to_find(segue: CommandLine):
    outcome = segue("evaluate")

    assert outcome.code == 1
    assert outcome.err == (
        "The library has no analysed track yet. Scan a folder first: segue scan FOLDER.\n"
    )


def test_tracks_that_do_not_belong_together_are_nothing_to_find(segue: CommandLine, tmp_path: Path):
    write_tone(tmp_path / "music" / "1.flac", 300)

    outcome = segue("evaluate", tmp_path / "music", "--encoder", "network")

    assert outcome.code == 1
    assert outcome.err.splitlines()[-1] == (
        "There is nothing to find among 1 track: a group needs 5 tracks, "
        "or a style 3 in other sources."
    )


def test_files_that_all_fail_end_with_3(segue: CommandLine, tmp_path: Path):
    (tmp_path / "tracks.csv").write_text("path,collection\nnowhere.flac,A\n")

    outcome = segue("evaluate", tmp_path / "tracks.csv", "--encoder", "network")

    assert outcome.code == 3
    assert outcome.err.splitlines()[-1] == "None of the files has a vector by network."


def test_a_folder_without_music_is_told(segue: CommandLine, tmp_path: Path):
    outcome = segue("evaluate", tmp_path)

    assert (outcome.code, outcome.err) == (1, f"There is no music in {tmp_path}.\n")


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["--vectors", "mine"], 2, "--vectors is written NAME=VALUE, not 'mine'"),
        (["--vectors", "chance={v}"], 2, "--vectors: the name chance is taken"),
        (["--vectors", "a={v}", "--vectors", "a={v}"], 2, "--vectors: the name a is taken"),
        (["--vectors", "a={v}", "--network", "a=."], 2, "--network: the name a is taken"),
        (["--network", "network=."], 2, "--network: the name network is taken"),
        (["--against", "magic"], 1, "There is no magic to compare with, only: network,"),
        (["--split", "test"], 1, "there is no split test in it (there is: train, val)"),
        (["--vectors", "a={v}x"], 1, "No such file or directory"),
        (["--vectors", "network={v}"], 1, "they are not those of fake, version 1"),
        (["--vectors", "a={few}"], 1, "it knows only 2 of the 11 tracks"),
        (["--network", "a={tmp}"], 2, "no folder with a network.json"),
        (["--picture", "f.jpg"], 1, "its name must end in .svg or .png"),
        (["--encoder", "oracle"], 2, "oracle"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_cannot_be_done_is_said_before_anything_is_heard(
    segue: CommandLine, vectors: Path, words: list[str], code: int, sentence: str
):
    names = np.array(["music/Low/0.flac", "music/Low/1.flac"])
    few = segue.data.parent / "few.npz"
    np.savez(few, paths=names, vectors=np.ones((2, 3)))
    options = [word.format(v=vectors, few=few, tmp=segue.data.parent) for word in words]

    outcome = segue("evaluate", vectors.parent / "tracks.csv", *options)

    assert outcome.code == code
    assert sentence in " ".join(outcome.err.replace("│", " ").split())


def test_a_split_goes_with_a_list_only(segue: CommandLine, tmp_path: Path):
    assert segue("evaluate", tmp_path, "--split", "val").code == 2
    assert segue("evaluate", "--split", "val").code == 2


def test_a_list_that_is_not_there_is_a_sentence(segue: CommandLine, tmp_path: Path):
    outcome = segue("evaluate", tmp_path / "nowhere.csv")

    assert outcome.code == 1
    assert outcome.err == (
        f"Could not use the list of tracks {tmp_path}/nowhere.csv: No such file or directory\n"
    )


def test_a_picture_is_drawn_beside_the_table(
    scanned: CommandLine, corpus_of_tones: Path, tmp_path: Path
):
    outcome = scanned("evaluate", "--picture", tmp_path / "f.svg")

    assert outcome.code == 0
    assert "Same album" in (tmp_path / "f.svg").read_text()


def test_a_single_unit_leaves_no_interval(segue: CommandLine, tmp_path: Path):
    lines = [f"{n}.flac,A" for n in range(6)]
    (tmp_path / "tracks.csv").write_text("path,collection\n" + "\n".join(lines) + "\n")
    names = np.array([f"{n}.flac" for n in range(6)])
    np.savez(tmp_path / "v.npz", paths=names, vectors=np.eye(6))
    fake = tmp_path / "fake.npz"
    np.savez(fake, paths=names, vectors=np.eye(6, DIMENSION), encoder="fake", model_version="1")

    outcome = segue(
        "evaluate",
        *(tmp_path / "tracks.csv", "--vectors", f"v={tmp_path}/v.npz"),
        *("--vectors", f"network={fake}", "--vectors", f"handcrafted={fake}"),
    )

    assert outcome.code == 0
    assert "to handcrafted. All queries are of one unit, so there are no intervals." in outcome.out
    assert " to 1" not in outcome.out


def test_a_network_in_a_folder_is_heard_like_the_one_that_ships(
    corpus_of_tones: Path, tmp_path: Path
):
    shutil.copytree(PROJECT / "assets", tmp_path / "trained", ignore=lambda *_: ["demo"])
    words = [
        *("evaluate", corpus_of_tones / "tracks.csv", "--split", "all", "--encoder", "network"),
        *("--network", f"trained={tmp_path}/trained", "--json", "--data", tmp_path / "data"),
    ]
    program = "import sys; from app.cli.main import main; main()"
    result = subprocess.run(
        [sys.executable, "-c", program, *map(str, words)],
        cwd=PROJECT,
        capture_output=True,
        check=True,
        text=True,
    )

    found = scores(Outcome(0, result.stdout, result.stderr), "same collection")
    ours, trained = found["network"], found["trained"]
    assert trained["measures"] == pytest.approx(ours["measures"], abs=0.01)


def test_places_are_shown_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)

    assert list(_shown(range(5), "network")) == list(range(5))

    assert "Ranking by network" in capsys.readouterr().err

import json
import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from app.cli.progress import ProgressLine, progress_in_words
from app.events import Progress
from tests.app.cli_runner import PROJECT, CommandLine, command, run_process
from tests.app.conftest import write_tone


@pytest.fixture
def segue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(tmp_path / "data", capsys)


def test_a_scan_tells_what_became_of_every_file(segue: CommandLine, music: Path):
    (music / "broken.mp3").write_bytes(b"no music")

    first = segue("scan", music)

    assert first.code == 0
    assert f"{music}/broken.mp3" in first.out
    assert counts(first.out) == {
        "analysed now": 4,
        "known already": 0,
        "failed now": 1,
        "still waiting": 0,
        "files found": 5,
        "missing files": 0,
    }


def counts(table: str) -> dict[str, int]:
    rows = re.findall(r"^([a-z]+ [a-z]+) +([\d,]+)$", table, re.MULTILINE)
    return {name: int(count.replace(",", "")) for name, count in rows}


def test_a_second_scan_without_a_folder_goes_over_the_known_ones(segue: CommandLine, music: Path):
    segue("scan", music)
    write_tone(music / "new.flac", 900)
    os.unlink(music / "Low" / "1.flac")

    again = segue("scan")

    assert counts(again.out) == {
        "analysed now": 1,
        "known already": 3,
        "failed now": 0,
        "still waiting": 0,
        "files found": 4,
        "missing files": 1,
    }


def test_the_report_lists_every_file_and_its_counts_add_up(segue: CommandLine, music: Path):
    odd = os.fsencode(music) + b"/odd\xff.flac"
    os.rename(write_tone(music / "odd.flac", 777), odd)
    (music / "broken.mp3").write_bytes(b"no music")
    (music / "link.flac").symlink_to(music / "Low" / "1.flac")
    report = segue.data.parent / "report.json"

    printed = segue("scan", music, "--json", "--report", report).json

    assert json.loads(report.read_text()) == printed
    assert printed["found"] == sum(
        printed[name] for name in ("known", "analysed", "failed", "waiting")
    )
    states = {Path(file["path"]).name: file["state"] for file in printed["files"]}
    assert states == {
        "1.flac": "analysed",
        "2.flac": "analysed",
        "3.flac": "analysed",
        "4.flac": "analysed",
        "odd\ufffd.flac": "analysed",
        "broken.mp3": "failed",
    }
    assert [file["reason"] != "" for file in printed["files"]].count(True) == printed["failed"] == 1
    assert next(file for file in printed["files"] if "path_b64" in file)["track_id"] is not None
    assert [Path(item["path"]).name for item in printed["not_scanned"]] == ["link.flac"]


def test_what_is_no_file_to_read_is_passed_over_with_the_reason(segue: CommandLine, music: Path):
    (music / "link.flac").symlink_to(music / "Low" / "1.flac")

    out = segue("scan", music).out

    assert "Passed over:" in out
    assert f"{music}/link.flac" in out
    assert counts(out)["files found"] == 4


def test_every_acknowledged_track_is_in_the_library(segue: CommandLine, music: Path):
    out = segue("scan", music, "--ack").out
    acknowledged = re.findall(r"^ACK (\d+)$", out, re.MULTILINE)

    ids = [line.split()[0] for line in segue("search", "tone").out.splitlines()[1:]]

    assert sorted(acknowledged) == sorted(ids)
    assert len(acknowledged) == 4


def test_an_acknowledgement_is_out_before_the_scan_ends(tmp_path: Path, music: Path):
    words = command(tmp_path / "data", ["scan", music, "--ack"])
    with subprocess.Popen(words, cwd=PROJECT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        process.kill()

    assert re.fullmatch(rb"ACK \d+\n", line)


def test_the_wanted_files_come_first(segue: CommandLine, music: Path):
    out = segue("scan", music, "--first", music / "High", "--workers", "1", "--ack").out
    order = [int(number) for number in re.findall(r"ACK (\d+)", out)]
    found = segue("search", "The Highs", "--json").json

    assert {track["id"] for track in found} == set(order[:2])


def test_failed_files_are_read_again_on_request(segue: CommandLine, music: Path):
    (music / "broken.mp3").write_bytes(b"no music")
    segue("scan", music)

    assert counts(segue("scan", music).out)["failed now"] == 0
    assert counts(segue("scan", music, "--retry").out)["failed now"] == 1


def test_a_folder_that_went_away_is_told_and_its_tracks_are_missing(
    segue: CommandLine, music: Path
):
    segue("scan", music)
    music.rename(music.with_name("elsewhere"))

    away = segue("scan")

    assert away.err == f"The folder {music} is away or empty: 4 files marked missing.\n"
    assert counts(away.out)["missing files"] == 4


def test_a_new_folder_must_exist(segue: CommandLine, tmp_path: Path):
    outcome = segue("scan", tmp_path / "nowhere")

    assert (outcome.code, outcome.err) == (1, f"There is no folder {tmp_path}/nowhere.\n")
    assert segue("scan").err == "The library has no folder yet. Name one: segue scan FOLDER.\n"


def test_a_report_that_cannot_be_written_is_a_sentence(segue: CommandLine, music: Path):
    outcome = segue("scan", music, "--report", music / "no" / "report.json")

    assert outcome.code == 1
    assert outcome.err == (
        f"Could not write the report to {music}/no/report.json: No such file or directory\n"
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminate"])
def test_a_signal_ends_a_scan_well_and_the_next_one_goes_on(
    tmp_path: Path, music: Path, number: signal.Signals
):
    for index in range(20):
        write_tone(music / "more" / f"{index}.flac", 300 + 10 * index)
    words = command(tmp_path / "data", ["scan", music, "--ack"])
    with subprocess.Popen(
        words, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(number)
        out, err = process.communicate()

    assert (process.returncode, err) == (130, b"")
    assert b"Cancelled after" in out
    n_known = counts(out.decode())["analysed now"]
    assert 1 <= n_known < 24
    again = counts(run_process(tmp_path / "data", "scan", music).stdout.decode())
    assert (again["known already"], again["files found"]) == (n_known, 24)


def progress(**changes: object) -> Progress:
    state = {
        "n_found": 20,
        "n_unchanged": 8,
        "n_done": 5,
        "n_total": 12,
        "n_failed": 0,
        "rate_per_min": 240.0,
        "time_left_s": 1.75,
        "device": "",
        "paused": False,
    }
    return Progress(**(state | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (progress(), "5 of 12 files, 240 a minute, 2 s left"),
        (progress(time_left_s=None, rate_per_min=0.0), "5 of 12 files"),
        (progress(paused=True), "5 of 12 files, paused"),
        (progress(n_failed=2), "5 of 12 files, 240 a minute, 2 s left, 2 failed"),
        (progress(device="On the GPU."), "5 of 12 files, 240 a minute, 2 s left. On the GPU."),
    ],
)
def test_progress_is_told_in_words(state: Progress, words: str):
    assert progress_in_words(state) == words


def test_progress_is_drawn_on_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "120")

    with ProgressLine(hint=" (p pauses)") as line:
        line.show(progress())

    assert "5 of 12 files, 240 a minute, 2 s left (p pauses)" in capsys.readouterr().err


def test_progress_is_silent_elsewhere_until_it_is_worth_a_line(capsys, monkeypatch):
    with ProgressLine() as line:
        line.show(progress())
        assert capsys.readouterr().err == ""
        monkeypatch.setattr("app.cli.progress.LINE_EVERY_S", 0.0)
        line.show(progress(n_done=6))

    assert capsys.readouterr().err == "6 of 12 files, 240 a minute, 2 s left\n"

"""Other programs on the session bus, and the player."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.desktop.conftest import need_commands
from tests.ui.playing.library import write_tone
from ui.playing.mpris import Mpris

PROJECT = Path(__file__).parents[3]
PLAYER = "org.mpris.MediaPlayer2.Player"
GET, SET = (f"org.freedesktop.DBus.Properties.{verb}" for verb in ("Get", "Set"))
COMMANDS = (
    "introspect",
    f"call org.freedesktop.DBus.Properties.GetAll {PLAYER}",
    f"call {PLAYER}.Seek 5000000",
    f"call {GET} {PLAYER}|Position",
    f"call {PLAYER}.SetPosition /segue/entry/1|12000000",
    f"call {PLAYER}.SetPosition /segue/entry/99|20000000",
    f"call {SET} {PLAYER}|Volume|<0.5>",
    f"call {SET} {PLAYER}|LoopStatus|<'Playlist'>",
    f"call {SET} {PLAYER}|LoopStatus|<'Sometimes'>",
    f"call {SET} {PLAYER}|Shuffle|<true>",
    f"call {PLAYER}.PlayPause",
    f"call {GET} {PLAYER}|PlaybackStatus",
    f"call {PLAYER}.Next",
    f"call {GET} {PLAYER}|Metadata",
    f"call {PLAYER}.OpenUri https://example.org/a.mp3",
    f"call {GET} {PLAYER}|Mood",
    "call org.mpris.MediaPlayer2.Raise",
    f"call {PLAYER}.Stop",
    f"call {GET} {PLAYER}|PlaybackStatus",
)


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> Mapping[str, list[str]]:
    """What each command was answered; a command may be given twice."""
    need_commands("dbus-run-session", "gdbus")
    folder: Path = tmp_path_factory.mktemp("mpris")
    tone = write_tone(folder / "A & B <i>.flac", 300, 30.0)
    done = subprocess.run(
        [
            *("dbus-run-session", "--", sys.executable, "-m", "tests.ui.playing.mpris_driver"),
            *(str(folder / "data"), str(tone), *COMMANDS),
        ],
        cwd=PROJECT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers: dict[str, list[str]] = {}
    for part in done.stdout.split("> ")[1:]:
        command, _, answer = part.partition("\n")
        answers.setdefault(command, []).append(answer.strip())
    return answers


def test_the_interfaces_are_described(said):
    (described,) = said["introspect"]
    for line in ("readonly x Position", "readwrite d Volume", "Seeked(x Position)", "Raise()"):
        assert line in described


def test_the_track_is_described_in_the_types_of_the_specification(said):
    (values,) = said[f"call org.freedesktop.DBus.Properties.GetAll {PLAYER}"]
    assert "'PlaybackStatus': <'Playing'>" in values
    assert "'mpris:trackid': <objectpath '/segue/entry/1'>" in values
    assert "'mpris:length': <int64 30000000>" in values
    assert "'xesam:title': <'A & B <i>'>" in values
    assert "A%20%26%20B%20%3Ci%3E.flac'>" in values
    assert "'Rate': <1.0>" in values
    assert "'CanGoNext': <true>" in values


def test_other_programs_jump_in_the_track_and_are_told(said):
    (position,) = said[f"call {GET} {PLAYER}|Position"]
    assert position.startswith("(<int64 5") or position.startswith("(<int64 6")
    (carried,) = said["carried"]
    assert "Seeked (int64 12000000,)" in carried
    assert "Seeked (int64 20000000,)" not in carried  # it is another track that plays


def test_what_changes_is_told_with_its_value(said):
    (carried,) = said["carried"]
    assert f"('{PLAYER}', {{'Volume': <0.5>}}, @as [])" in carried
    assert "'LoopStatus': <'Playlist'>" in carried
    assert "'Shuffle': <true>" in carried
    assert "'PlaybackStatus': <'Paused'>" in carried


def test_play_pause_stop_and_next_do_what_they_say(said):
    assert said[f"call {GET} {PLAYER}|PlaybackStatus"] == ["(<'Paused'>,)", "(<'Stopped'>,)"]
    (metadata,) = said[f"call {GET} {PLAYER}|Metadata"]
    assert "'/segue/entry/2'" in metadata
    assert said["player"] == ["PlayState.STOPPED 0.5 all"]
    assert said["raised"] == [""]


def test_nonsense_is_refused(said):
    for command in (
        f"call {SET} {PLAYER}|LoopStatus|<'Sometimes'>",
        f"call {PLAYER}.OpenUri https://example.org/a.mp3",
        f"call {GET} {PLAYER}|Mood",
    ):
        (answer,) = said[command]
        assert "InvalidArgs" in answer


@pytest.mark.parametrize("address", ["", "unix:path=/nowhere"], ids=["none", "gone"])
def test_without_a_bus_nothing_happens(player, tmp_path, monkeypatch, capfd, address):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    mpris = Mpris(player)
    assert not mpris.is_offered
    mpris.close()
    assert capfd.readouterr() == ("", "")

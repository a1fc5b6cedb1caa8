import configparser
import subprocess
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.conftest import require_command

ROOT = Path(__file__).parents[1]
ENTRY = ROOT / "assets" / "segue.desktop"
METAINFO = ROOT / "assets" / "segue.metainfo.xml"


def entry() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(ENTRY)
    return parser["Desktop Entry"]


@pytest.mark.parametrize(
    "command",
    [["desktop-file-validate", ENTRY], ["appstreamcli", "validate", "--no-net", METAINFO]],
    ids=["entry", "metainfo"],
)
def test_the_desktop_s_own_checks_pass(command: list[str | Path]):
    require_command(str(command[0]))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_entry_starts_a_program_that_is_installed_with_the_files_that_were_opened():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    program, argument = entry()["Exec"].split()
    assert program in project["gui-scripts"]
    assert argument == "%F"  # it takes paths, not addresses


def test_the_entry_names_each_kind_of_music_once():
    kinds = entry()["MimeType"].rstrip(";").split(";")
    assert all(kind.startswith("audio/") for kind in kinds)
    assert len(kinds) == len(set(kinds))
    assert {"audio/mpeg", "audio/flac", "audio/ogg", "audio/mp4"} <= set(kinds)


def test_icon_entry_and_metainfo_belong_together():
    metainfo = ElementTree.parse(METAINFO).getroot()
    assert metainfo.findtext("launchable") == ENTRY.name
    assert metainfo.findtext("name") == entry()["Name"]
    assert (ROOT / "assets" / f"{entry()['Icon']}.svg").exists()


def test_the_newest_release_is_the_one_that_is_installed():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    newest = ElementTree.parse(METAINFO).getroot().find("releases/release")
    assert newest is not None
    assert newest.get("version") == project["version"]

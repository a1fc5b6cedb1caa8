"""More music to train on is read from packages: once each, with its licence, and without val."""

import csv
from pathlib import Path

import pytest
from debian_music import BY_GUIDELINES, Line, avoided_by, is_avoided, recordings

from tests.library.samples import write_music

PACKAGE = "a-game-data"
COPYRIGHT = """\
Format: copyright-format/1.0

Files: *
Copyright: 2009 A player
License: GPL-2+

Files: data/music/*
Copyright: 2010 A composer
License: CC-BY-SA-3.0

Files: data/music/theme.ogg
Copyright: 2011 Another
License: CC0-1.0

Files: debian/*
Copyright: 2012 Who made the package
License: Expat
"""


@pytest.fixture
def game(tmp_path: Path) -> Path:
    """A package whose music lies in other folders than in its source."""
    game = tmp_path / PACKAGE / "usr/share/games/a-game"
    (game / "music").mkdir(parents=True)
    (game / "effects").mkdir()
    described = tmp_path / PACKAGE / "usr/share/doc" / PACKAGE
    described.mkdir(parents=True)
    (described / "copyright").write_text(COPYRIGHT)
    return game


def test_the_licence_is_that_of_the_last_paragraph_that_means_the_file(game, tmp_path):
    write_music(game / "music/theme.ogg", 26.0)
    write_music(game / "music/battle.ogg", 27.0)
    write_music(game / "effects/waterfall.ogg", 28.0)
    out = tmp_path.rename(tmp_path.with_name("debian"))  # which a pattern names
    found = {line.title: line.licence for line in recordings(PACKAGE, out, set())}
    assert found == {"theme": "CC0-1.0", "battle": "CC-BY-SA-3.0", "waterfall": "GPL-2+"}


@pytest.mark.parametrize("text", ["Written by friends, do as you like.", ""])
def test_a_copyright_file_for_people_only_says_that_it_is_free(game, tmp_path, text):
    (tmp_path / PACKAGE / "usr/share/doc" / PACKAGE / "copyright").write_text(text)
    write_music(game / "music/theme.ogg", 26.0)
    (line,) = recordings(PACKAGE, tmp_path, set())
    assert line.licence == BY_GUIDELINES


def test_recordings_are_kept_once_and_short_or_broken_ones_are_not(game, tmp_path):
    theme = write_music(game / "music/theme.ogg", 26.0)
    (game / "music/theme again.ogg").write_bytes(theme.read_bytes())
    write_music(game / "effects/bang.ogg", 2.0)
    (game / "effects/crash.wav").write_bytes(b"not a sound")
    digests: set[bytes] = set()
    (line,) = recordings(PACKAGE, tmp_path, digests)
    assert line.path == f"{PACKAGE}/usr/share/games/a-game/music/theme again.ogg"
    assert (line.split, line.collection) == ("train", "singles")
    assert line.source == "Debian: a-game-data"
    assert list(recordings(PACKAGE, tmp_path, digests)) == []  # as in a package before


@pytest.mark.parametrize(
    ("title", "artist", "avoids"),
    [
        ("Intro ", "", True),  # a title of train
        ("in_tro", "", True),  # spelled otherwise
        ("???", "", False),  # without a letter
        ("Outro", "", True),  # a title of val
        ("Other", "Band feat. Singer", True),  # an artist of val, and more
        ("Other", "Learned from", False),  # an artist of train
        ("Other", "", False),  # val has tracks without an artist
    ],
)
def test_what_another_manifest_has_is_avoided(tmp_path, title, artist, avoids):
    rows = [("train", "In-tro", "Learned from"), ("val", "outro", "Singer"), ("val", "!", "")]
    with open(tmp_path / "tracks.csv", "w", newline="") as file:
        csv.writer(file).writerows([("split", "title", "artist"), *rows])
    line = Line("a.ogg", "train", title, artist, "singles", "Debian: a-game-data", "GPL-2+")
    assert is_avoided(line, avoided_by([tmp_path / "tracks.csv"])) is avoids

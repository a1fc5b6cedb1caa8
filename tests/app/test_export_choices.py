"""What the listener chooses for an export, and what these choices come to."""

import os
from contextlib import contextmanager

import pytest

from app.errors import ExportRefused
from app.export_choices import (
    ExportChoices,
    PathKind,
    carry_out,
    format_named,
    look_ahead,
    suggested_name,
    with_ending,
)
from app.services import open_services
from library.errors import PlaylistError, PlaylistFileError
from library.formats.model import PlaylistFormat
from tests.app.heard_library import make_library
from tests.fakes import fake_choice

M3U8 = PlaylistFormat.M3U8


@contextmanager
def opened(folder):
    make_library(folder, {f"Song {n}": None for n in (1, 2, 3)})
    with open_services(
        folder, readonly=True, choose_encoder=lambda _settings: fake_choice()
    ) as services:
        yield services


@pytest.fixture
def services(tmp_path):
    with opened(tmp_path / "data") as services:
        yield services


@pytest.mark.parametrize(
    ("name", "file"),
    [
        pytest.param("Evening", "Evening.m3u8", id="plain"),
        pytest.param(" a/b\\c: d?\n", "a b c d.m3u8", id="what file systems refuse"),
        pytest.param("...", "playlist.m3u8", id="nothing left"),
        pytest.param("ü" * 150, "ü" * 100 + ".m3u8", id="too long, not cut inside a letter"),
    ],
)
def test_a_suggested_name_can_be_written_anywhere(name, file):
    assert suggested_name(name, M3U8) == file


def test_a_format_replaces_the_ending_of_another_and_of_nothing_else():
    assert with_ending("/a/Vol. 2", M3U8) == "/a/Vol. 2.m3u8"
    assert with_ending("/a/x.PLS", PlaylistFormat.CSV) == "/a/x.csv"
    assert with_ending("/a/x.m3u", M3U8) == "/a/x.m3u8"


def test_an_ending_names_a_format():
    assert format_named("/a/x.M3U") is M3U8
    assert format_named("/a/x.jspf") is PlaylistFormat.JSPF
    assert format_named("/a/x.mp3") is None


def test_what_is_looked_at_is_what_gets_written(services, tmp_path):
    ids = services.catalog.tracks.ids()
    target = tmp_path / "x.m3u8"
    choices = ExportChoices(str(target), M3U8, PathKind.ABSOLUTE)

    ahead = look_ahead(services, "x", [ids[1], ids[1], ids[0]], choices, n_lines=100)
    report = carry_out(services, "x", [ids[1], ids[1], ids[0]], choices)

    assert target.read_text().splitlines() == ahead.lines.splitlines()
    assert "/music/2.mp3" in ahead.lines
    assert (report.n_written, report.left_out) == (3, ())
    assert not ahead.replaces
    assert look_ahead(services, "x", ids, choices).replaces


def test_left_open_the_kind_of_paths_is_told(services, tmp_path):
    ids = services.catalog.tracks.ids()
    choices = ExportChoices(str(tmp_path / "x.m3u8"), M3U8)

    assert look_ahead(services, "x", ids, choices).kind is PathKind.ABSOLUTE


def test_relative_paths_start_at_the_playlist_file(services):
    ids = services.catalog.tracks.ids()
    choices = ExportChoices("/music/lists/x.m3u8", M3U8, PathKind.RELATIVE)
    ahead = look_ahead(services, "x", ids, choices)

    assert "../1.mp3" in ahead.lines
    assert ahead.kind is PathKind.RELATIVE


def test_a_replaced_folder_leaves_out_what_lies_elsewhere(services, tmp_path):
    ids = services.catalog.tracks.ids()
    old, target = "/music", str(tmp_path / "x.m3u8")
    fits = ExportChoices(target, M3U8, PathKind.PREFIX, old, "D:\\Music")
    strange = ExportChoices(target, M3U8, PathKind.PREFIX, "/elsewhere", "")

    assert "D:\\Music\\1.mp3" in look_ahead(services, "x", ids, fits).lines
    assert len(look_ahead(services, "x", ids, strange).left_out) == 3
    with pytest.raises(ExportRefused, match="None of the tracks"):
        carry_out(services, "x", ids, strange)
    assert not os.path.lexists(target)


@pytest.mark.parametrize(
    ("choices", "error", "reason"),
    [
        pytest.param(ExportChoices(" ", M3U8), ExportRefused, "Choose a file", id="no file"),
        pytest.param(ExportChoices("x.m3u8", M3U8), ExportRefused, "whole path", id="no folder"),
        pytest.param(
            ExportChoices("/x.m3u8", M3U8, PathKind.PREFIX, "music", "/m"),
            ExportRefused,
            "which folder",
            id="a prefix without its folder",
        ),
        pytest.param(
            ExportChoices("/x.m3u8", M3U8, PathKind.PREFIX, "/music", "http://x"),
            PlaylistError,
            "not an address",
            id="a prefix that is an address",
        ),
        pytest.param(
            ExportChoices("/x.txt", M3U8), PlaylistFileError, "ends in none", id="another ending"
        ),
    ],
)
def test_choices_that_are_not_complete_are_refused_with_a_sentence(
    services, choices, error, reason
):
    with pytest.raises(error, match=reason):
        look_ahead(services, "x", services.catalog.tracks.ids(), choices)


def test_a_folder_that_is_not_there_is_a_sentence(services, tmp_path):
    choices = ExportChoices(str(tmp_path / "gone" / "x.pls"), PlaylistFormat.PLS)
    with pytest.raises(PlaylistFileError, match="No such file or directory"):
        carry_out(services, "x", services.catalog.tracks.ids(), choices)

"""Path styles, addresses and URIs."""

import os

import pytest

from library.errors import PlaylistError
from library.formats.paths import (
    Absolute,
    Prefixed,
    Relative,
    Unplaceable,
    choose_path,
    default_style,
    from_uri,
    is_under,
    path_or_url,
    placed,
    to_uri,
)


@pytest.mark.parametrize(
    ("path", "location"),
    [
        (b"/music/A/b.mp3", b"A/b.mp3"),
        (b"/other/b.mp3", b"../other/b.mp3"),
        (b"/music/#b.mp3", b"./#b.mp3"),
        (b"/music/-rf", b"./-rf"),
        (b"/music/ b", b"./ b"),
        (b"/music/http:b", b"./http:b"),
        (b"/music/A/c:b", b"A/c:b"),
        (b"/music/.b", b"./.b"),
        (b"/music/\xc3\x89t\xc3\xa9", b"\xc3\x89t\xc3\xa9"),
    ],
    ids=repr,
)
def test_a_relative_location_starts_at_the_playlist_and_with_a_letter(path, location):
    assert placed(path, b"/music", Relative()) == location


def test_a_relative_location_climbs_from_where_a_linked_folder_really_is(tmp_path):
    (tmp_path / "disk" / "lists").mkdir(parents=True)
    (tmp_path / "lists").symlink_to(tmp_path / "disk" / "lists")
    (tmp_path / "a.mp3").touch()
    folder = os.fsencode(tmp_path / "lists")
    location = placed(os.fsencode(tmp_path / "a.mp3"), folder, Relative())
    assert os.path.exists(os.path.join(folder, location))
    assert placed(folder + b"/b.mp3", folder, Relative()) == b"b.mp3"


@pytest.mark.parametrize(
    ("prefix", "location"),
    [
        ("D:\\Music", b"D:\\Music\\A\\b.mp3"),
        ("D:", b"D:\\A\\b.mp3"),
        ("D:\\", b"D:\\A\\b.mp3"),
        ("\\\\nas\\music", b"\\\\nas\\music\\A\\b.mp3"),
        ("/storage/sd/", b"/storage/sd/A/b.mp3"),
        ("/", b"/A/b.mp3"),
        ("Music", b"Music/A/b.mp3"),
        ("", b"A/b.mp3"),
    ],
)
def test_a_prefix_takes_the_place_of_the_root(prefix, location):
    for root in (b"/music", b"/music/"):
        assert placed(b"/music/A/b.mp3", b"/x", Prefixed(root, prefix)) == location
    assert placed(b"/A/b.mp3", b"/x", Prefixed(b"/", prefix)) == location


def test_what_a_prefix_cannot_name_is_refused_with_the_reason():
    with pytest.raises(Unplaceable, match="it is not in /music"):
        placed(b"/musical/b.mp3", b"/", Prefixed(b"/music", "D:\\"))
    with pytest.raises(Unplaceable, match="backslash"):
        placed(b"/music/a\\b.mp3", b"/", Prefixed(b"/music", "D:\\"))
    with pytest.raises(PlaylistError, match="not an address: http://nas"):
        Prefixed(b"/music", "http://nas/music")


def test_paths_are_relative_by_default_where_playlist_and_library_share_a_tree(tmp_path):
    root = os.fsencode(tmp_path / "music")
    assert default_style(tmp_path / "music" / "lists" / "x.pls", [root]) == Relative()
    assert default_style(tmp_path / "x.pls", [root]) == Relative()
    assert default_style(tmp_path / "x.pls", [b"/music"]) == Absolute()
    assert default_style(tmp_path / "music" / "x.pls", [b"/music", root]) == Relative()
    assert default_style(tmp_path / "x.pls", []) == Absolute()


def test_export_takes_the_file_under_its_root_first():
    candidates = [b"/best-of/a.mp3", b"/albums/a.mp3", b"/albums/b.mp3"]
    assert choose_path(candidates, b"/albums") == b"/albums/a.mp3"
    assert choose_path(candidates, b"/albu") == b"/best-of/a.mp3"


def test_a_folder_is_under_itself_but_not_under_its_namesake():
    assert is_under(b"/music", b"/music")
    assert is_under(b"/music/a", b"/music/")
    assert is_under(b"/a", b"/")
    assert not is_under(b"/musical/a", b"/music")


@pytest.mark.parametrize(
    ("location", "uri"),
    [
        (b"/A b/\xff%.mp3", "file:///A%20b/%FF%25.mp3"),
        (b"A/b#.mp3", "A/b%23.mp3"),
        (b"D:\\My Music\\a.mp3", "file:///D:/My%20Music/a.mp3"),
        (b"\\\\nas\\music\\a.mp3", "file://nas/music/a.mp3"),
    ],
)
def test_a_location_becomes_a_uri(location, uri):
    assert to_uri(location) == uri


@pytest.mark.parametrize(
    ("line", "path"),
    [
        (b"a/b.mp3", b"a/b.mp3"),
        (b"%41.mp3", b"%41.mp3"),
        (b"file:///a%20b/%ff.mp3", b"/a b/\xff.mp3"),
        (b"FILE:/a.mp3", b"/a.mp3"),
        (b"file://localhost/a.mp3", b"/a.mp3"),
        (b"file:///C:/a.mp3", b"C:/a.mp3"),
        (b"C:\\a.mp3", b"C:\\a.mp3"),
        (b"Artist: Song.mp3", None),
        (b"02: Song.mp3", b"02: Song.mp3"),
        (b"", None),
    ],
)
def test_a_line_that_names_a_file_is_a_path(line, path):
    assert path_or_url(line)[0] == path


@pytest.mark.parametrize(
    "line",
    [
        "http://h/x.mp3",
        "file://server/share/x.mp3",
        "\\\\server\\share\\x.mp3",
        "//server/share/x.mp3",
        "concat:/etc/passwd|/etc/hosts",
        "data:audio/mpeg;base64,AAAA",
        "subfile,,start,0,end,9,,:/etc/passwd",
        "pipe:0",
    ],
)
def test_an_address_is_kept_as_text(line):
    expected = (line.encode(), None) if line.startswith("subfile") else (None, line)
    assert path_or_url(line.encode()) == expected


def test_a_relative_uri_is_percent_decoded_once():
    assert from_uri(b"a%2541.mp3") == (b"a%41.mp3", None)
    assert from_uri(b"file:///a%2541.mp3") == (b"/a%41.mp3", None)
    assert from_uri(b"http://h/%41") == (None, "http://h/%41")

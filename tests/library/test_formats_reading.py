"""Playlist files of other programs, damaged ones and hostile ones."""

import codecs
import os
from pathlib import Path

import pytest

from library.errors import PlaylistFileError
from library.formats import files as files_module
from library.formats import pls, xspf
from library.formats.files import read_playlist
from library.formats.model import MAX_DEPTH, ImportedEntry

BADINPUT = Path(__file__).parents[3] / "shared" / "badinput"
XSPF = '<?xml version="1.0"?>{}<playlist version="1" xmlns="http://xspf.org/ns/0/">{}</playlist>'


def read(tmp_path: Path, name: str, content: str | bytes) -> list[ImportedEntry]:
    file = tmp_path / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_playlist(file)


def paths(entries: list[ImportedEntry]) -> list[bytes | None]:
    return [entry.path for entry in entries]


def test_m3u_of_windows_with_mark_and_backslashes_is_read(tmp_path):
    content = codecs.BOM_UTF8 + b"#EXTM3U\r\n#EXTINF:123,A - T\r\nC:\\Music\\a.mp3\r\n\r\n"
    assert read(tmp_path, "x.m3u", content) == [
        ImportedEntry(b"C:\\Music\\a.mp3", None, "T", "A", "", 123.0)
    ]


def test_m3u_without_any_description_is_a_list_of_paths(tmp_path):
    assert paths(read(tmp_path, "x.m3u", "a.mp3\n../b.mp3\n/c.mp3")) == [
        b"a.mp3",
        b"../b.mp3",
        b"/c.mp3",
    ]


def test_every_line_end_counts(tmp_path):
    assert paths(read(tmp_path, "x.m3u", b"a\rb\r\nc\n\n\rd")) == [b"a", b"b", b"c", b"d"]


def test_m3u_in_latin_1_keeps_the_bytes_of_its_paths(tmp_path):
    (entry,) = read(tmp_path, "x.m3u", b"#EXTINF:1,Bj\xf6rk - J\xf3ga\nBj\xf6rk.mp3\n")
    assert entry == ImportedEntry(b"Bj\xf6rk.mp3", None, "Jóga", "Björk", "", 1.0)


def test_a_title_of_any_bytes_is_text(tmp_path):
    (entry,) = read(tmp_path, "x.m3u", b"#EXTINF:1,\x81\xe9\na.mp3\n")
    assert entry.title == "é"


@pytest.mark.parametrize("bom", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_utf_16_with_a_mark_is_read(tmp_path, bom):
    encoding = "utf-16-le" if bom == codecs.BOM_UTF16_LE else "utf-16-be"
    content = bom + "#EXTINF:5,Été\né.mp3\n".encode(encoding)
    assert read(tmp_path, "x.m3u8", content) == [
        ImportedEntry("é.mp3".encode(), None, "Été", "", "", 5.0)
    ]


@pytest.mark.parametrize(
    ("line", "title", "duration_s"),
    [
        ("#EXTINF:12.5,x", "x", 12.5),
        ("#EXTINF: 12 , x, y", "x, y", 12.0),
        ('#EXTINF:12 tvg-name="a,b" logo="",x', "x", 12.0),
        ("#extinf:12,x", "x", 12.0),
        ("#EXTINF:-1,x", "x", None),
        ("#EXTINF:nan,x", "x", None),
        ("#EXTINF:1e999,x", "x", None),
        ("#EXTINF:,x", "x", None),
        ("#EXTINF:12", "", None),
        ("#EXTINF", "", None),
    ],
)
def test_a_description_is_read_as_far_as_it_makes_sense(tmp_path, line, title, duration_s):
    (entry,) = read(tmp_path, "x.m3u8", f"#EXTM3U\n{line}\na.mp3\n")
    assert (entry.title, entry.duration_s) == (title, duration_s)


def test_a_description_belongs_to_the_next_path_only(tmp_path):
    first, second = read(tmp_path, "x.m3u8", "#EXTINF:1,x\n#EXTGRP:g\na.mp3\nb.mp3\n")
    assert (first.title, second.title) == ("x", "")


def test_pls_goes_by_numbers_and_does_not_believe_the_count(tmp_path):
    content = (
        "[playlist]\nNumberOfEntries=2147483647\nFILE10=b.mp3\n  title2 = A - T\n"
        "File2=a=1.mp3\nLength2=7\nFile2=other.mp3\nFile-1=x\nTitle3=lost\n"
    )
    assert read(tmp_path, "x.pls", content) == [
        ImportedEntry(b"a=1.mp3", None, "T", "A", "", 7.0),
        ImportedEntry(b"b.mp3"),
    ]


def test_xspf_of_other_programs_is_read(tmp_path):
    track = (
        "<track><location> http://h/x.mp3 </location><location>file:///a%20b.mp3</location>"
        "<title>T &amp; <b>not</b> U</title><creator>A</creator><album>B</album>"
        "<duration>1500</duration><extension><title>no</title></extension></track>"
        "<track/>"
    )
    content = XSPF.format("", f"<title>list</title><trackList>{track}</trackList>")
    expected = [ImportedEntry(b"/a b.mp3", None, "T &  U", "A", "B", 1.5), ImportedEntry()]
    assert read(tmp_path, "x.xspf", content) == expected
    without_namespace = content.replace(' xmlns="http://xspf.org/ns/0/"', "")
    assert read(tmp_path, "y.xspf", without_namespace) == expected


def test_xml_base_decides_what_a_location_is_relative_to(tmp_path):
    track = "<trackList><track><location>{}</location></track></trackList>"
    web = XSPF.format("", track.format("a.mp3")).replace(
        "version", 'xml:base="http://h/d/" version'
    )
    assert web.count("xml:base") == 2
    web = web.replace('<?xml xml:base="http://h/d/" version', "<?xml version")
    assert read(tmp_path, "x.xspf", web)[0].url == "http://h/d/a.mp3"
    local = web.replace("http://h/d/", "sub/")
    assert read(tmp_path, "x.xspf", local)[0].path == b"sub/a.mp3"
    odd = web.replace("<location>a.mp3", "<location>//[odd/a.mp3")
    assert read(tmp_path, "x.xspf", odd)[0].url == "//[odd/a.mp3"


def test_jspf_takes_what_has_the_right_type_and_nothing_else(tmp_path):
    content = (
        '{"playlist": {"track": [{"location": "a.mp3", "title": 5, "duration": NaN}, 7, null,'
        '{"location": ["http://h/", "file:///b.mp3"], "title": "T", "creator": "A\\nB",'
        ' "album": "C", "duration": 2500}, {"location": {"x": 1}, "duration": "1e999"},'
        f'{{"title": "big", "duration": {"9" * 5000}}}]}}}}'
    )
    assert read(tmp_path, "x.jspf", content) == [
        ImportedEntry(b"a.mp3"),
        ImportedEntry(b"/b.mp3", None, "T", "A B", "C", 2.5),
        ImportedEntry(),
        ImportedEntry(title="big"),
    ]


@pytest.mark.parametrize(
    "declaration",
    [
        "<!DOCTYPE playlist>",
        '<!DOCTYPE p [<!ENTITY a "b">]>',
        '<!DOCTYPE p SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE p [<!ENTITY % a SYSTEM "http://127.0.0.1:9/">%a;]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_in_any_encoding(tmp_path, declaration, encoding):
    content = XSPF.format(declaration, "").encode(encoding)
    with pytest.raises(PlaylistFileError, match="document type or entities"):
        read(tmp_path, "x.xspf", content)


def test_nesting_is_limited(tmp_path):
    inside = MAX_DEPTH - 1
    read(tmp_path, "x.xspf", XSPF.format("", "<a>" * inside + "</a>" * inside))
    with pytest.raises(PlaylistFileError, match="more than 200 deep"):
        read(tmp_path, "x.xspf", XSPF.format("", "<a>" * MAX_DEPTH + "</a>" * MAX_DEPTH))
    with pytest.raises(PlaylistFileError, match="nested too deeply"):
        read(tmp_path, "x.jspf", "[" * 100_000)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("x.xspf", "<playlist><trackList>", "not well-formed XML"),
        ("x.xspf", '<?xml version="1.0" encoding="utf-99"?><playlist/>', "not well-formed XML"),
        ("x.xspf", '<?xml version="1.0" encoding="UTF-7"?>+ADw-', "not well-formed XML"),
        ("x.xspf", "", "not well-formed XML"),
        ("x.xspf", "<rss/>", "XML, but not a playlist"),
        ("x.jspf", "{", "not JSON"),
        ("x.jspf", "5", "no list of tracks"),
        ("x.jspf", '{"playlist": {"track": {}}}', "no list of tracks"),
        ("x.csv", "", "no column called path or title"),
        ("x.csv", "a,b\n1,2\n", "no column called path or title"),
        ("x.csv", 'path\n"unclosed\n', "line 2 is no table row"),
        ("x.csv", "path,path_b64\n,=?=\n", "path_b64 is not base64"),
        ("x.csv", "path\n" + "x" * 2_000_000, "field larger"),
        ("x.m3u8", b"\x00\x01\x02" * 100, "not a text file"),
        ("x.wpl", "", "ends in none of"),
    ],
)
def test_what_is_no_playlist_is_refused_with_the_reason(tmp_path, name, content, reason):
    with pytest.raises(PlaylistFileError, match=rf"{name}: .*{reason}"):
        read(tmp_path, name, content)


def test_a_single_nul_spoils_its_own_line_only(tmp_path):
    content = b"a.mp3\n" * 400 + b"b\0.mp3\n"
    assert paths(read(tmp_path, "x.m3u", content))[-2:] == [b"a.mp3", b"b\0.mp3"]


@pytest.mark.parametrize(
    ("name", "head", "each", "tail"),
    [
        ("x.m3u8", "", "a\n", ""),
        ("x.pls", "[playlist]\n", "File{}=a\n", ""),
        ("x.xspf", "<playlist><trackList>", "<track/>", "</trackList></playlist>"),
        ("x.jspf", '{{"playlist":{{"track":[', "{{}},", "{{}}]}}}}"),
        ("x.csv", "path\n", "a\n", ""),
    ],
)
def test_the_number_of_entries_is_limited(tmp_path, monkeypatch, *, name, head, each, tail):
    for module in (files_module, xspf):
        monkeypatch.setattr(module, "MAX_ENTRIES", 20)
    n_allowed = 20 - (1 if name.endswith("jspf") else 0)
    body = "".join(each.format(number) for number in range(n_allowed))
    assert len(read(tmp_path, name, head.format() + body + tail.format())) == 20
    more = body + each.format(n_allowed)
    with pytest.raises(PlaylistFileError, match="more than 20 entries"):
        read(tmp_path, name, head.format() + more + tail.format())


def test_more_than_200_000_entries_are_too_many(tmp_path):
    assert len(read(tmp_path, "x.m3u", "a\n" * 200_000)) == 200_000
    with pytest.raises(PlaylistFileError, match="more than 200000 entries"):
        read(tmp_path, "x.m3u", "a\n" * 200_001)


def test_pls_stops_at_too_many_keys_of_any_kind(tmp_path, monkeypatch):
    monkeypatch.setattr(pls, "_MAX_KEYS", 60)
    content = "".join(f"Title{number}=x\n" for number in range(61))
    with pytest.raises(PlaylistFileError, match="more than 200000 entries"):
        read(tmp_path, "x.pls", content)


def test_a_file_over_the_limit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files_module, "MAX_BYTES", 2 * 1024**2)
    read(tmp_path, "x.m3u", b"#" * 2 * 1024**2)
    with pytest.raises(PlaylistFileError, match="larger than 2 MB"):
        read(tmp_path, "x.m3u", b"#" * (2 * 1024**2 + 1))


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "x.m3u")
    with pytest.raises(PlaylistFileError, match="not a regular file"):
        read_playlist(tmp_path / "x.m3u")
    (tmp_path / "y.m3u").mkdir()
    with pytest.raises(PlaylistFileError, match=r"Is a directory|not a regular file"):
        read_playlist(tmp_path / "y.m3u")
    with pytest.raises(PlaylistFileError, match="No such file"):
        read_playlist(tmp_path / "z.m3u")


def test_every_playlist_of_the_collection_of_bad_input_is_read_or_refused():
    if not BADINPUT.is_dir():
        pytest.skip(f"the collection of bad input is not at {BADINPUT}")
    outcomes = {"read": 0, "refused": 0}
    for file in sorted(BADINPUT.glob("**/*.*")):
        if file.suffix not in (".m3u", ".m3u8", ".pls", ".xspf", ".jspf", ".asx", ".cue", ".wpl"):
            continue
        try:
            read_playlist(file)
            outcomes["read"] += 1
        except PlaylistFileError:
            outcomes["refused"] += 1
    assert outcomes["read"] >= 50
    assert outcomes["refused"] >= 20

"""Playlist files: what is written is what is read, whatever titles and paths hold."""

import csv
import json
import math
import re
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from library.errors import PlaylistFileError
from library.formats.files import folder_of, read_playlist, write_playlist
from library.formats.model import ExportEntry, ImportedEntry
from library.formats.paths import Absolute, Prefixed, Relative
from library.formats.text import breaks_lines, one_line
from tests.library.playlist_samples import (
    ENDINGS,
    LINE_ENDINGS,
    NAUGHTY_NAMES,
    NAUGHTY_TITLES,
    export_entries,
    naughty_titles_of_badinput,
    whole_path,
    write_and_read,
)

every_format = pytest.mark.parametrize("ending", ENDINGS)


def fits_a_line(path: bytes) -> bool:
    with suppress(UnicodeDecodeError):
        return not breaks_lines(path.decode())
    return False


def caption(entry: ExportEntry | ImportedEntry) -> str:
    artist, title = one_line(entry.artist), one_line(entry.title)
    return f"{artist} - {title}" if artist else title


def letters(text: str) -> str:
    """The text without blanks and dashes: where artist and title meet in M3U and PLS is a guess."""
    return re.sub(r"[\s-]", "", text)


def assert_says_the_same(written: ExportEntry, found: ImportedEntry, ending: str) -> None:
    if ending in LINE_ENDINGS:
        assert letters(caption(found)) == letters(caption(written))
        length_s = None if written.duration_s is None else round(written.duration_s) or None
        assert found.duration_s == length_s
        return
    assert found.title == one_line(written.title)
    assert found.artist == one_line(written.artist)
    assert found.album == one_line(written.album)
    if written.duration_s is None or written.duration_s < 0.001:
        assert found.duration_s is None
    else:
        assert found.duration_s is not None
        assert math.isclose(found.duration_s, written.duration_s, abs_tol=0.00051)


@every_format
@settings(max_examples=40, deadline=None)
@given(
    entries=st.lists(export_entries, max_size=5), style=st.sampled_from([Relative(), Absolute()])
)
def test_every_format_reads_back_what_it_wrote(ending, entries, style):
    with TemporaryDirectory() as folder:
        playlist = Path(folder) / f"list{ending}"
        report, found = write_and_read(playlist, entries, style)
        expected = [
            entry for entry in entries if ending not in LINE_ENDINGS or fits_a_line(entry.path)
        ]
        assert report.written == len(expected) == len(found)
        assert [item.path for item in report.left_out] == [
            entry.path for entry in entries if entry not in expected
        ]
        for written, read in zip(expected, found, strict=True):
            assert read.url is None
            assert whole_path(read, playlist) == written.path
            assert_says_the_same(written, read, ending)


@every_format
@pytest.mark.parametrize("name", NAUGHTY_NAMES, ids=repr)
def test_a_file_of_any_name_beside_the_playlist_is_found_again(tmp_path, ending, name):
    playlist = tmp_path / f"list{ending}"
    path = folder_of(playlist) + b"/" + name
    report, found = write_and_read(playlist, [ExportEntry(path, title="x")])
    if ending in LINE_ENDINGS and not fits_a_line(name):
        assert (report.written, found) == (0, [])
        assert report.left_out[0].path == path
        assert "UTF-8" in report.left_out[0].reason or "line break" in report.left_out[0].reason
    else:
        assert [whole_path(entry, playlist) for entry in found] == [path]


@every_format
@pytest.mark.parametrize("title", NAUGHTY_TITLES, ids=repr)
def test_no_title_adds_a_line_or_an_entry(tmp_path, ending, title):
    playlist = tmp_path / f"list{ending}"
    entry = ExportEntry(b"/m/a.wav", title, artist=title, album=title, duration_s=61.4)
    report, found = write_and_read(playlist, [entry, entry])
    assert report.written == len(found) == 2
    plain = [ExportEntry(b"/m/a.wav", "t", "a", "b", 61.4)] * 2
    n_lines = len(playlist.read_text(encoding="utf-8").splitlines())
    write_playlist(playlist, plain, style=Relative(), name="A name")
    n_absent = 0 if ending in (".csv", *LINE_ENDINGS) or one_line(title) else 6
    assert n_lines == len(playlist.read_text(encoding="utf-8").splitlines()) - n_absent


@every_format
def test_the_naughty_titles_of_the_collection_come_back(tmp_path, ending):
    titles = naughty_titles_of_badinput()
    entries = [ExportEntry(b"/m/%d.wav" % i, title) for i, title in enumerate(titles)]
    report, found = write_and_read(tmp_path / f"list{ending}", entries)
    assert report.written == len(found) == len(titles)
    for written, read in zip(entries, found, strict=True):
        assert_says_the_same(written, read, ending)


@pytest.mark.parametrize(("ending", "first", "each"), [(".m3u8", 1, 2), (".pls", 3, 3)])
def test_line_formats_have_a_fixed_number_of_lines(tmp_path, ending, first, each):
    entries = [ExportEntry(b"/m/a.wav", title) for title in NAUGHTY_TITLES]
    playlist = tmp_path / f"list{ending}"
    write_playlist(playlist, entries, style=Absolute())
    assert len(playlist.read_text(encoding="utf-8").splitlines()) == first + each * len(entries)


def test_m3u8_looks_as_other_programs_expect(tmp_path):
    playlist = tmp_path / "list.m3u8"
    entries = [
        ExportEntry(folder_of(playlist) + b"/A/b.mp3", "Title", "Artist", "Album", 61.6),
        ExportEntry(folder_of(playlist) + b"/#c.mp3"),
    ]
    write_playlist(playlist, entries, style=Relative())
    assert playlist.read_text() == (
        "#EXTM3U\n#EXTINF:62,Artist - Title\nA/b.mp3\n#EXTINF:-1,\n./#c.mp3\n"
    )


def test_pls_looks_as_other_programs_expect(tmp_path):
    playlist = tmp_path / "list.pls"
    write_playlist(playlist, [ExportEntry(b"/A/b.mp3", "Title", "Artist")], style=Absolute())
    assert playlist.read_text() == (
        "[playlist]\nFile1=/A/b.mp3\nTitle1=Artist - Title\nLength1=-1\n"
        "NumberOfEntries=1\nVersion=2\n"
    )


def test_xspf_and_jspf_encode_the_bytes_of_a_path(tmp_path):
    entry = ExportEntry(b"/A b/\xe9#?.mp3", "Title", duration_s=1.5)
    for ending in (".xspf", ".jspf"):
        write_playlist(tmp_path / f"list{ending}", [entry], style=Absolute(), name="N")
    assert (
        "<location>file:///A%20b/%E9%23%3F.mp3</location>" in (tmp_path / "list.xspf").read_text()
    )
    assert json.loads((tmp_path / "list.jspf").read_text()) == {
        "playlist": {
            "title": "N",
            "track": [
                {"location": ["file:///A%20b/%E9%23%3F.mp3"], "title": "Title", "duration": 1500}
            ],
        }
    }


def test_csv_has_base64_only_where_a_path_is_no_plain_text(tmp_path):
    paths = [b"/a.mp3", b"/\xe9.mp3", b"/a\nb.mp3"]
    playlist = tmp_path / "list.csv"
    write_playlist(playlist, [ExportEntry(path) for path in paths], style=Absolute())
    with playlist.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["path"] for row in rows] == ["/a.mp3", "/\ufffd.mp3", "/a b.mp3"]
    assert [row["path_b64"] for row in rows] == ["", "L+kubXAz", "L2EKYi5tcDM="]


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@x", "＝1", "'=1", "\t=1", " =1", "\n=1"])
def test_no_cell_of_a_csv_begins_like_a_formula(tmp_path, title):
    playlist = tmp_path / "list.csv"
    path = folder_of(playlist) + b"/" + title.strip().encode()
    entry = ExportEntry(path, title, title, title)
    _, (found,) = write_and_read(playlist, [entry])
    assert found.title == one_line(title)
    with playlist.open(newline="", encoding="utf-8") as file:
        cells = list(csv.reader(file))[1]
    assert not any(cell.startswith(("=", "+", "-", "@", "＝", "\t", "\r")) for cell in cells)


def test_a_csv_saved_again_by_a_spreadsheet_is_read(tmp_path):
    playlist = tmp_path / "list.csv"
    playlist.write_bytes("\ufeffTitle;Artist;Path\r\nÉté;A;/m/a.mp3\r\n".encode())
    assert read_playlist(playlist) == [ImportedEntry(b"/m/a.mp3", None, "Été", "A")]


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch):
    playlist = tmp_path / "list.m3u8"
    playlist.write_text("old")

    def no_room(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_room)
    with pytest.raises(PlaylistFileError, match=r"list.m3u8: No space left on device"):
        write_playlist(playlist, [ExportEntry(b"/a.mp3")], style=Absolute())
    assert playlist.read_text() == "old"
    assert list(tmp_path.iterdir()) == [playlist]


def test_an_existing_file_keeps_its_mode_and_a_link_stays_a_link(tmp_path):
    real, link = tmp_path / "real.m3u8", tmp_path / "link.m3u8"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    write_playlist(link, [ExportEntry(b"/a.mp3")], style=Absolute())
    assert link.is_symlink()
    assert read_playlist(real)[0].path == b"/a.mp3"
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_new_file_can_be_read_by_others_as_the_system_wants_it(tmp_path):
    (tmp_path / "plain").touch()
    write_playlist(tmp_path / "x.pls", [], style=Absolute())
    assert (tmp_path / "x.pls").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_what_is_no_regular_file_is_not_replaced(tmp_path):
    folder = tmp_path / "x.pls"
    folder.mkdir()
    with pytest.raises(PlaylistFileError, match="not a regular file"):
        write_playlist(folder, [], style=Absolute())


def test_a_missing_folder_and_an_unknown_ending_are_told(tmp_path):
    with pytest.raises(PlaylistFileError, match="No such file or directory"):
        write_playlist(tmp_path / "no" / "x.pls", [], style=Absolute())
    with pytest.raises(PlaylistFileError, match=r"ends in none of .m3u8, .pls"):
        write_playlist(tmp_path / "x.wpl", [], style=Absolute())


@every_format
def test_a_device_path_of_windows_comes_back_as_it_was_written(tmp_path, ending):
    style = Prefixed(b"/music", "D:\\My Music")
    entries = [ExportEntry(b"/music/A/b c.mp3"), ExportEntry(b"/elsewhere/x.mp3")]
    report, found = write_and_read(tmp_path / f"list{ending}", entries, style)
    assert [item.reason for item in report.left_out] == ["it is not in /music"]
    assert [(entry.path or b"").replace(b"\\", b"/") for entry in found] == [
        b"D:/My Music/A/b c.mp3"
    ]

"""Titles and paths that playlist files break on, for the tests of formats."""

import os
from pathlib import Path

import mutagen
import pytest
from hypothesis import strategies as st

from library.formats.files import read_playlist, write_playlist
from library.formats.model import ExportEntry, ImportedEntry, WriteReport
from library.formats.paths import PathStyle, Relative

ENDINGS = (".m3u8", ".m3u", ".pls", ".xspf", ".jspf", ".csv")
LINE_ENDINGS = (".m3u8", ".m3u", ".pls")

RELATIVE = Relative()

NAUGHTY_TITLES = (
    "plain",
    "x\n/etc/passwd",
    "x\r\n#EXTINF:1,y\r\n/etc/passwd",
    "x\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029/etc/passwd",
    "x\x00y\x07z\x1b[31m",
    "#EXTM3U",
    "[playlist]",
    "File1=/etc/passwd",
    "</title></track><track><location>file:///etc/passwd</location></track> & \" '",
    "]]>",
    '"},{"location":["file:///etc/passwd"]},{"',
    '","/etc/passwd","',
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "＝1",
    "'quoted'",
    "''=x",
    "a - b - c",
    " - ",
    "tab\there",
    "  blanks  ",
    "\ufeffmark",
    "\ufffe\uffff",
    "\ud800 half a character",
    "‮right to left‬",
    "💿" * 200,
    "e\u0301 and é",
    "%0a%00%2e",
    "",
)

NAUGHTY_NAMES = (
    b"plain.wav",
    b"#EXTINF:1,x.wav",
    b"#hash.wav",
    b"-rf.wav",
    b" leading.wav",
    b"trailing .wav ",
    b"%0a.wav",
    b"100%.wav",
    b"[playlist].wav",
    b"File1=x.wav",
    b"http:x.wav",
    b"Re:Zero.mp3",
    b"a:b.wav",
    b"C:wav",
    b"=1+1.wav",
    b"'q'.wav",
    b'"q".wav',
    b"a,b;c\td.wav",
    b"a\\b.wav",
    b"~.wav",
    b"$HOME.wav",
    b"&lt;<b>.wav",
    b"?q=1#f.wav",
    b"...wav",
    b"\xef\xbb\xbfmark.wav",
    "Björk – Jóga 💿.flac".encode(),
    "e\u0301.wav".encode(),
    b"latin1-\xe9.wav",
    b"\xff\xfe.wav",
    b"new\nline.wav",
    b"carriage\rreturn.wav",
    "line\u2028separator.wav".encode(),
    b"bell\x07.wav",
    b"x" * 251 + b".wav",
)

_name = st.one_of(
    st.sampled_from(NAUGHTY_NAMES),
    st.binary(min_size=1, max_size=20),
    st.text(min_size=1, max_size=20).map(lambda text: text.encode("utf-8", "surrogatepass")),
).filter(lambda name: b"/" not in name and b"\0" not in name and name not in (b".", b".."))

paths = st.lists(_name, min_size=1, max_size=4).map(lambda names: b"/" + b"/".join(names))
titles = st.sampled_from(NAUGHTY_TITLES) | st.text(max_size=40)
export_entries = st.builds(
    ExportEntry,
    path=paths,
    title=titles,
    artist=titles,
    album=titles,
    duration_s=st.none() | st.floats(0.001, 1e6),
)


def write_and_read(
    path: Path, entries: list[ExportEntry], style: PathStyle = RELATIVE
) -> tuple[WriteReport, list[ImportedEntry]]:
    """What was written of these entries, and what our own reader finds there."""
    report = write_playlist(path, entries, style=style, name="A name")
    return report, read_playlist(path)


def whole_path(entry: ImportedEntry, playlist: Path) -> bytes:
    """The path that an entry means, seen from its playlist."""
    assert entry.path is not None
    folder = os.fsencode(playlist.parent.resolve())
    return os.path.normpath(os.path.join(folder, entry.path))


def naughty_titles_of_badinput() -> list[str]:
    """The titles in the tags of the collection of bad input, or a skip where it is not there."""
    folder = Path(__file__).parents[3] / "shared" / "badinput" / "synthetic" / "text"
    if not folder.is_dir():
        pytest.skip(f"the collection of bad input is not at {folder}")
    files = [mutagen.File(path, easy=True) for path in sorted(folder.glob("t*.mp3"))]
    titles = [file.tags["title"][0] for file in files if file.tags and "title" in file.tags]
    assert len(titles) > 100
    return titles

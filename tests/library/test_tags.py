import os
import pickle
import random

import mutagen
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutagen import id3, mp4
from mutagen.apev2 import APEv2

from library.errors import TagError
from library.records import Tags
from library.tags import MAX_TEXT_LENGTH, MAX_VALUES, read_tags
from tests.library.samples import write_music

WANTED = Tags(
    title="Ünder the bridge",
    artist="Somebody, Another",
    album="日本語",
    album_artist="Various",
    genres=("Rock", "Drum & Bass"),
    year=2003,
    track_number=3,
    disc_number=1,
)


def _id3(opened):
    if opened.tags is None:
        opened.add_tags()
    opened.tags.add(id3.TIT2(encoding=3, text=WANTED.title))
    opened.tags.add(id3.TPE1(encoding=3, text=["Somebody", "Another"]))
    opened.tags.add(id3.TALB(encoding=1, text=WANTED.album))
    opened.tags.add(id3.TPE2(encoding=3, text="Various"))
    opened.tags.add(id3.TCON(encoding=3, text=["(17)", "Drum & Bass"]))
    opened.tags.add(id3.TDRC(encoding=3, text="2003-10-12"))
    opened.tags.add(id3.TRCK(encoding=3, text="3/12"))
    opened.tags.add(id3.TPOS(encoding=3, text="1"))
    opened.save()


def _named(opened):
    for name, value in {
        "title": WANTED.title,
        "artist": ["Somebody", "Another"],
        "album": WANTED.album,
        "albumartist": "Various",
        "genre": ["Rock; Drum & Bass"],
        "date": "2003",
        "tracknumber": "03",
        "discnumber": "1/2",
    }.items():
        opened[name] = value
    opened.save()


def _ape(opened):
    for name, value in {
        "Title": WANTED.title,
        "Artist": ["Somebody", "Another"],
        "Album": WANTED.album,
        "Album Artist": "Various",
        "Genre": ["Rock", "Drum & Bass"],
        "Year": "2003",
        "Track": "3/12",
        "Disc": "1",
    }.items():
        opened[name] = value
    opened.save()


def _mp4(opened):
    opened["©nam"] = [WANTED.title]
    opened["©ART"] = ["Somebody", "Another"]
    opened["©alb"] = [WANTED.album]
    opened["aART"] = ["Various"]
    opened["©gen"] = ["Rock", "Drum & Bass"]
    opened["©day"] = ["2003-10-12T07:00:00Z"]
    opened["trkn"] = [(3, 12)]
    opened["disk"] = [(1, 0)]
    opened.save()


def _asf(opened):
    opened["Title"] = [WANTED.title]
    opened["Author"] = ["Somebody", "Another"]
    opened["WM/AlbumTitle"] = [WANTED.album]
    opened["WM/AlbumArtist"] = ["Various"]
    opened["WM/Genre"] = ["Rock", "Drum & Bass"]
    opened["WM/Year"] = ["2003"]
    opened["WM/TrackNumber"] = [3]
    opened["WM/PartOfSet"] = ["1/1"]
    opened.save()


WRITERS = {
    ".mp3": _id3,
    ".wav": _id3,
    ".aiff": _id3,
    ".dsf": _id3,
    ".tta": _id3,
    ".flac": _named,
    ".ogg": _named,
    ".opus": _named,
    ".wv": _ape,
    ".m4a": _mp4,
    ".wma": _asf,
}


@pytest.mark.parametrize("ending", WRITERS)
def test_the_same_tags_are_read_from_every_format(ending, tmp_path):
    path = write_music(tmp_path / f"song{ending}")
    WRITERS[ending](mutagen.File(path))
    before = path.read_bytes()
    assert read_tags(os.fsencode(path)) == WANTED
    assert path.read_bytes() == before


@pytest.mark.parametrize("ending", [".wav", ".flac", ".dsf"])
def test_a_file_without_tags_has_empty_ones(ending, tmp_path):
    assert read_tags(os.fsencode(write_music(tmp_path / f"song{ending}"))) == Tags()


def test_a_name_that_is_not_utf_8_is_no_obstacle(tmp_path):
    plain = write_music(tmp_path / "song.mp3")
    _id3(mutagen.File(plain))
    odd = os.fsencode(tmp_path) + b"/\xff\xfe\n.mp3"
    os.rename(plain, odd)
    assert read_tags(odd).title == WANTED.title


def test_text_comes_out_as_one_bounded_line(tmp_path):
    path = write_music(tmp_path / "song.flac")
    opened = mutagen.File(path)
    opened["title"] = "one\ntwo\x00\x1b[31m\u2028three\r\t four"
    opened["artist"] = "x" * 1_000_000
    opened["album"] = ["y" * 700] * 50
    opened["genre"] = [f"genre {number}" for number in range(1_000)]
    opened.save()
    tags = read_tags(os.fsencode(path))
    assert tags.title == "one two [31m three four"
    assert tags.artist == "x" * MAX_TEXT_LENGTH
    assert len(tags.album) == MAX_TEXT_LENGTH
    assert len(tags.genres) == MAX_VALUES


@pytest.mark.parametrize(
    ("date", "year"),
    [
        ("2003", 2003),
        ("2003-10-12", 2003),
        ("12/10/1999", 1999),
        ("20031012", 2003),
        ("0000", None),
        ("soon", None),
        ("", None),
        ("٢٠٠٣", None),
    ],
)
def test_the_year_is_the_first_that_a_date_holds(date, year, tmp_path):
    path = write_music(tmp_path / "song.flac")
    opened = mutagen.File(path)
    opened["date"] = date
    opened.save()
    assert read_tags(os.fsencode(path)).year == year


def test_an_original_date_serves_where_there_is_no_other(tmp_path):
    path = write_music(tmp_path / "song.flac")
    opened = mutagen.File(path)
    opened["date"] = " "
    opened["originaldate"] = "1970"
    opened.save()
    assert read_tags(os.fsencode(path)).year == 1970


def test_pictures_and_binary_values_are_no_text(tmp_path):
    path = write_music(tmp_path / "song.wv")
    tags = APEv2()
    tags["Title"] = "Named"
    tags["Artist"] = b"\x80\x81\x00"
    tags.save(path)
    assert read_tags(os.fsencode(path)) == Tags(title="Named")


@pytest.mark.parametrize("make", ["missing", "folder", "pipe", "text"])
def test_what_cannot_be_read_is_a_tag_error_with_a_reason(make, tmp_path):
    path = tmp_path / "song.flac"
    if make == "folder":
        path.mkdir()
    elif make == "pipe":
        os.mkfifo(path)
    elif make == "text":
        path.write_text("no music")
    with pytest.raises(TagError, match=r"Could not read the tags of .*song\.flac: .+") as caught:
        read_tags(os.fsencode(path))
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (str(copy), copy.path) == (str(caught.value), os.fsencode(path))


def test_deep_nesting_is_a_tag_error(tmp_path):
    path = tmp_path / "deep.m4a"
    atoms = b""
    for _ in range(5_000):
        atoms = (8 + len(atoms)).to_bytes(4, "big") + b"moov" + atoms
    path.write_bytes(b"\0\0\0\x14ftypM4A \0\0\0\0M4A " + atoms)
    with pytest.raises(TagError, match="damaged"):
        read_tags(os.fsencode(path))


@pytest.fixture(scope="module")
def tagged(tmp_path_factory) -> dict[str, bytes]:
    """The bytes of one tagged file of each format."""
    folder = tmp_path_factory.mktemp("tagged")
    contents = {}
    for ending, write in WRITERS.items():
        path = write_music(folder / f"song{ending}", duration_s=0.05)
        write(mutagen.File(path))
        contents[ending] = path.read_bytes()
    return contents


@settings(deadline=None, max_examples=300)
@given(ending=st.sampled_from(sorted(WRITERS)), seed=st.integers(0, 2**32))
def test_damaged_files_give_tags_or_a_tag_error(ending, seed, tagged, tmp_path_factory):
    chance = random.Random(seed)
    damaged = bytearray(tagged[ending])
    for _ in range(chance.choice([1, 5, 50])):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    path = tmp_path_factory.getbasetemp() / f"damaged{ending}"
    path.write_bytes(damaged[: chance.choice([len(damaged), chance.randrange(len(damaged))])])
    try:
        tags = read_tags(os.fsencode(path))
    except TagError:
        return
    assert all(len(text) <= MAX_TEXT_LENGTH for text in (tags.title, tags.artist, *tags.genres))
    repr(tags).encode()


def test_mutagens_own_mp4_genre_numbers_become_names(tmp_path):
    path = write_music(tmp_path / "song.m4a")
    opened = mp4.MP4(path)
    opened["©gen"] = ["Jazz"]
    opened.save()
    assert read_tags(os.fsencode(path)).genres == ("Jazz",)


def test_odd_files_of_other_projects_give_tags_or_a_tag_error(badinput):
    small = [
        path
        for folder in ("mutagen", "quodlibet", "lofty", "beets")
        for path in (badinput / folder).rglob("*")
        if path.is_file() and path.stat().st_size < 50_000
    ]
    sentences = []
    for path in small:
        try:
            read_tags(os.fsencode(path))
        except TagError as error:
            sentences.append(str(error))
    assert 0 < len(sentences) < 0.5 * len(small)
    assert all(sentence.isprintable() for sentence in sentences)

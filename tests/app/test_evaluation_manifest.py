from pathlib import Path

import pytest

from app.errors import ManifestError
from app.evaluation.manifest import read_manifest
from app.evaluation.subjects import corpus_subject, folder_subject, library_subject
from library.records import Tags, Track, TrackId

LISTED = """path,split,collection,artist,style_group,source,more
a/1.flac,train,Album,Ann,calm,left,x
/far/2.flac,val,singles,,,right,x
ü.flac,val,Other,Bob,calm,,x
"""


def write(tmp_path: Path, text: str) -> Path:
    (tmp_path / "tracks.csv").write_text(text, encoding="utf-8")
    return tmp_path / "tracks.csv"


def test_a_line_is_a_track_and_singles_are_no_collection(tmp_path: Path):
    first, second, third = read_manifest(write(tmp_path, LISTED), None)

    assert first.path == bytes(tmp_path / "a/1.flac")
    assert (first.name, first.artist, first.collection) == ("a/1.flac", "Ann", "Album")
    assert (first.style_group, first.source, first.in_split) == ("calm", "left", False)
    assert (second.path, second.artist, second.collection) == (b"/far/2.flac", "", "")
    assert (second.in_split, third.in_split) == (True, True)
    assert third.path == bytes(tmp_path / "ü.flac")


@pytest.mark.parametrize(
    ("split", "inside"),
    [("train", [True, False, False]), ("all", [True, True, True])],
    ids=["one split", "all"],
)
def test_the_split_may_be_chosen(tmp_path: Path, split: str, inside: list[bool]):
    tracks = read_manifest(write(tmp_path, LISTED), split)

    assert [track.in_split for track in tracks] == inside


def test_without_a_split_every_track_queries(tmp_path: Path):
    tracks = read_manifest(write(tmp_path, "style_group,path\ncalm,1.flac\n"), None)

    assert [track.in_split for track in tracks] == [True]
    assert [track.style_group for track in tracks] == ["calm"]


@pytest.mark.parametrize(
    ("text", "split", "reason"),
    [
        ("path,title\n1.flac,A\n", None, "it needs a column path, and collection or style_group"),
        ("collection\nA\n", None, "it needs a column path, and collection or style_group"),
        ("", None, "it needs a column path, and collection or style_group"),
        ("path,collection\n", None, "it lists no track"),
        ("path,collection\n,A\n", None, "a line in it names no file"),
        ("path,collection\n1.flac,A\n./1.flac,B\n", None, "it lists a file twice"),
        ("path,collection\n1.flac,A\n", "val", "there is no split val in it (there is: none)"),
        (LISTED, "test", "there is no split test in it (there is: train, val)"),
    ],
)
def test_a_list_that_cannot_be_used_says_why(
    tmp_path: Path, text: str, split: str | None, reason: str
):
    path = write(tmp_path, text)

    with pytest.raises(ManifestError) as refusal:
        read_manifest(path, split)

    assert str(refusal.value) == f"Could not use the list of tracks {path}: {reason}"


def test_a_list_must_be_text_that_can_be_read(tmp_path: Path):
    (tmp_path / "sound.csv").write_bytes(b"path,collection\n\xff\xfe\n")

    with pytest.raises(ManifestError, match="it is no CSV file"):
        read_manifest(tmp_path / "sound.csv", None)
    with pytest.raises(ManifestError, match="No such file"):
        read_manifest(tmp_path / "nowhere.csv", None)


def test_a_corpus_knows_its_folder_and_who_does_not_query(tmp_path: Path):
    subject = corpus_subject(write(tmp_path, LISTED), None)

    assert sorted(subject.paths) == sorted(
        [bytes(tmp_path / "a/1.flac"), b"/far/2.flac", bytes(tmp_path / "ü.flac")]
    )
    assert subject.folder == bytes(tmp_path)
    assert subject.other_split == {bytes(tmp_path / "a/1.flac")}


def test_in_a_folder_those_with_five_tracks_are_collections():
    large = [b"/m/large/%d.flac" % n for n in range(5)]
    small = [b"/m/small/\xff%d.flac" % n for n in range(4)]
    subject = folder_subject(b"/m", large + small)

    (body,) = subject.bodies_of(subject.paths, {})

    (collections,) = body.judges
    assert {subject.paths[query.place] for query in collections.queries} == set(large)


def test_in_a_folder_artists_are_those_of_the_tags():
    files = [b"/m/large/%d.flac" % n for n in range(5)]
    subject = folder_subject(b"/m", files)

    (body,) = subject.bodies_of(subject.paths, {files[0]: "Ann", files[1]: "Ann"})

    assert [judge.filters_artists for judge in body.judges] == [False, True]


def test_of_two_tracks_with_one_path_the_one_that_is_there_counts():
    tracks = [
        Track(TrackId(number), b"/m/1.flac", Tags(artist=artist), 1.0, missing, 0.0, 0)
        for number, artist, missing in ((1, "There", False), (2, "Gone", True))
    ]
    others = [
        Track(TrackId(number), b"/m/%d.flac" % number, Tags(artist="There"), 1.0, False, 0.0, 0)
        for number in range(3, 7)
    ]
    subject = library_subject(tracks + others, {})

    (body,) = subject.bodies_of(subject.paths, {})

    assert len(subject.paths) == 5
    assert len(body.judges[0].queries) == 5

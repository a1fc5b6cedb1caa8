from pathlib import Path

import pytest

from audio_model.errors import TrainingError
from audio_model.training.manifest import CorpusTrack, HoldOut, parted, read_manifest

HEADER = "path,split,collection,source,licence\n"


def tracks_of(*sources: str) -> list[CorpusTrack]:
    return [CorpusTrack(Path(f"{i}.mp3"), "train", "", s, "") for i, s in enumerate(sources)]


def test_a_manifest_gives_its_tracks_with_paths_beside_it(tmp_path):
    path = tmp_path / "tracks.csv"
    path.write_text(HEADER + "a/1.mp3,train,A,x.org,CC0\n2.mp3,val,singles,y.org,\n", "utf-8")
    assert read_manifest(path) == (
        CorpusTrack(tmp_path / "a/1.mp3", "train", "A", "x.org", "CC0"),
        CorpusTrack(tmp_path / "2.mp3", "val", "", "y.org", ""),
    )


@pytest.mark.parametrize(
    ("contents", "reason"),
    [
        (b"path,split\na.mp3,train\n", "no column collection"),
        (b"", "no column path"),
        (HEADER.encode() + b"a.mp3,train\n", "line 2 is incomplete"),
        (HEADER.encode() + b",train,A,x.org,CC0\n", "line 2 is incomplete"),
        (HEADER.encode() + b"\xff,train,A,x.org,CC0\n", "not a CSV file in UTF-8"),
    ],
)
def test_a_manifest_that_is_none_is_refused_with_its_name(tmp_path, contents, reason):
    path = tmp_path / "tracks.csv"
    path.write_bytes(contents)
    with pytest.raises(TrainingError, match=rf"tracks\.csv: .*{reason}"):
        read_manifest(path)


def test_a_manifest_that_is_not_there_is_refused_with_its_name(tmp_path):
    with pytest.raises(TrainingError, match=r"none\.csv: No such file"):
        read_manifest(tmp_path / "none.csv")


def test_parts_share_no_source_and_leave_nothing_out():
    tracks = tracks_of(*"aaaaa", *"bbb", *"cc", "d")
    held_out = []
    for part in range(3):
        kept, left = parted(tracks, HoldOut(part, 3))
        assert sorted(kept + left, key=tracks.index) == tracks
        assert not {t.source for t in kept} & {t.source for t in left}
        held_out += left
    assert sorted(held_out, key=tracks.index) == tracks


def test_the_largest_sources_lie_in_different_parts():
    _, held_out = parted(tracks_of(*"abbbccccdd"), HoldOut(1, 2))
    assert {track.source for track in held_out} == {"c", "a"}


def test_one_large_source_has_a_part_of_its_own():
    tracks = tracks_of(*("large",) * 200, *(f"album {n % 40}" for n in range(400)))
    sizes = [len(parted(tracks, HoldOut(part, 4))[1]) for part in range(4)]
    assert sizes == [130, 130, 140, 200]


def test_of_few_sources_the_smallest_is_the_first_part():
    _, held_out = parted(tracks_of(*"aaabbc"), HoldOut(0, 8))
    assert {track.source for track in held_out} == {"c"}


def test_nothing_may_be_held_out():
    tracks = tracks_of("a", "b")
    assert parted(tracks, None) == (tracks, [])

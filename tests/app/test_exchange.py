"""Playlists out to files and back in, through a real library whose files are only names."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import ReadBackFailed
from app.exchange import ExportPlan, export, import_file, plan_export, preview
from app.services import open_services
from library.catalog import Catalog
from library.errors import PlaylistFileError
from library.formats.model import PlaylistFormat, RenderedPlaylist
from library.formats.paths import Absolute, Prefixed, Relative
from library.importing import MatchedBy
from library.records import Recording, Stamp, Tags, Track, TrackId
from tests.fakes import fake_choice

STYLES = (
    None,
    Relative(),
    Absolute(),
    Prefixed(b"/music", "D:\\Music"),
    Prefixed(b"/music", "\\\\box\\music"),
    Prefixed(b"/music", ""),
)
NAMES = st.one_of(
    st.sampled_from(
        ["Song", "A - B", " - ", "#EXTM3U", "=1+1", "'x", "a\nb", "File1=x", "naïve 歌"]
    ),
    st.text(max_size=12),
)
PATHS = st.one_of(
    st.sampled_from(
        [b"#x.mp3", b"http:x.mp3", b"a b/c%20d.mp3", b"x\ny.mp3", b"\xff.mp3", b" .mp3"]
    ),
    st.text(min_size=1, max_size=12).map(lambda text: text.encode(errors="replace")),
).filter(lambda path: b"\0" not in path and not {b"", b".", b".."} & set(path.split(b"/")))


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    with Catalog.open(tmp_path_factory.mktemp("data"), fake_choice().key) as opened:
        yield opened


def keep(catalog: Catalog, number: int, path: bytes, **tags) -> Track:
    recording = Recording(b"%016d" % number, "mp3", 44_100, 2, 100.4)
    track_id = catalog.keep(Stamp(path, 1, 1, 1), Tags(**tags), recording, None)
    return catalog.tracks.get([track_id])[track_id]


def track(path: bytes, title: str = "Song", artist: str = "", album: str = "") -> Track:
    """A track that only looks as if it were in the library."""
    return Track(TrackId(99_999), path, Tags(title, artist, album), 100.4, False, 0.0, 0)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    tracks=st.lists(
        st.tuples(PATHS, NAMES, NAMES, NAMES, st.sampled_from([0.0, 0.3, 100.4, 9_999.5])),
        max_size=4,
    ),
    style=st.sampled_from(STYLES),
    playlist_format=st.sampled_from(PlaylistFormat),
)
def test_whatever_is_exported_reads_back_as_it_was_planned(
    catalog, tmp_path, tracks, style, playlist_format
):
    chosen = [
        Track(TrackId(99_999), b"/music/" + path, Tags(title, artist, album), length_s, False, 0, 0)
        for path, title, artist, album, length_s in tracks
    ]
    target = tmp_path / f"list.{playlist_format}"
    report = export(plan_export(catalog, chosen, target, style, name="A list"))
    assert report.n_written + len(report.left_out) == len(tracks)
    assert target.exists()


@pytest.mark.parametrize("playlist_format", PlaylistFormat)
def test_a_preview_is_the_beginning_of_what_is_written(catalog, tmp_path, playlist_format):
    target = tmp_path / f"list.{playlist_format}"
    chosen = [track(b"/music/%d.mp3" % number, f"Song {number}") for number in range(20)]
    plan = plan_export(catalog, chosen, target, name="Evening")
    assert not target.exists()
    export(plan)
    written = target.read_text(encoding="utf-8").splitlines()
    assert preview(plan).splitlines() == written[:8]
    assert preview(plan, n_lines=3).splitlines() == written[:3]
    assert preview(plan, n_lines=1_000).splitlines() == written


def test_what_a_format_cannot_name_is_known_before_it_is_written(catalog, tmp_path):
    chosen = [track(b"/music/a.mp3"), track(b"/music/\xff.mp3")]
    plan = plan_export(catalog, chosen, tmp_path / "x.m3u8")
    assert [one.path for one in plan.left_out] == [b"/music/\xff.mp3"]
    report = export(plan)
    assert (report.n_written, report.left_out) == (1, plan.left_out)


def test_an_export_takes_the_file_in_the_folder_of_the_playlist_first(tmp_path):
    with Catalog.open(tmp_path / "data", fake_choice().key) as catalog:
        near = os.fsencode(tmp_path / "near.mp3")
        keep(catalog, 1, near)
        twice = keep(catalog, 1, b"/music/far.mp3")
        assert twice.path == b"/music/far.mp3"
        plan = plan_export(catalog, [twice], tmp_path / "x.m3u8")
        assert plan.rendered.entries[0].location == near
        plan = plan_export(catalog, [twice], tmp_path / "x.m3u8", Prefixed(b"/music", "/sd"))
        assert plan.rendered.entries[0].location == b"/sd/far.mp3"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"#EXTM3U\n#EXTINF:100,A - B\n/music/a.mp3\n", "it holds 1 of 2 entries"),
        (
            b"#EXTINF:100,A - B\n/music/a.mp3\n#EXTINF:100,A - B\n/music/c.mp3\n",
            "its entry 2 does not say /music/b.mp3",
        ),
        (
            b"#EXTINF:100,A - X\n/music/a.mp3\n#EXTINF:100,A - B\n/music/b.mp3\n",
            "its entry 1 does not say /music/a.mp3",
        ),
        (
            b"#EXTINF:90,A - B\n/music/a.mp3\n#EXTINF:100,A - B\n/music/b.mp3\n",
            "its entry 1 does not say /music/a.mp3",
        ),
        (b"\0" * 100, "it is not a text file"),
    ],
    ids=["an entry lost", "another path", "another title", "another length", "no playlist"],
)
def test_a_file_that_reads_back_otherwise_does_not_count_as_saved(catalog, tmp_path, data, reason):
    chosen = [track(b"/music/%s.mp3" % name, "B", "A") for name in (b"a", b"b")]
    plan = plan_export(catalog, chosen, tmp_path / "x.m3u8", Absolute())
    spoiled = ExportPlan(plan.target, plan.style, RenderedPlaylist(data, plan.rendered.entries))
    with pytest.raises(ReadBackFailed) as failure:
        export(spoiled)
    assert str(failure.value) == (
        f"The playlist file {tmp_path}/x.m3u8 is not as it should be: {reason}."
    )


def test_a_file_that_cannot_be_written_or_named_is_refused(catalog, tmp_path):
    with pytest.raises(PlaylistFileError, match="its name ends in none of"):
        plan_export(catalog, [], tmp_path / "x.doc")
    plan = plan_export(catalog, [], tmp_path / "nowhere" / "x.m3u8")
    with pytest.raises(PlaylistFileError, match="No such file"):
        export(plan)


def test_an_imported_file_says_which_tracks_its_entries_mean(tmp_path):
    with open_services(
        tmp_path / "data", readonly=False, choose_encoder=lambda _: fake_choice()
    ) as services:
        here = keep(services.catalog, 1, b"/music/here.mp3", title="Here")
        file = tmp_path / "My list.m3u8"
        file.write_bytes(b"/music/here.mp3\n/music/gone.mp3\n/music/here.mp3\n")
        imported = import_file(services, Path(file))
    assert imported.name == "My list"
    assert imported.track_ids == (here.id, here.id)
    assert [one.how for one in imported.matched] == [
        MatchedBy.PATH,
        MatchedBy.NOT_FOUND,
        MatchedBy.PATH,
    ]

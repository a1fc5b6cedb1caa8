"""What lists and pages show of playlists, over a real database."""

import pytest

from library.catalog import Catalog
from library.records import PlaylistSummary
from tests.app.heard_library import keep_heard
from tests.fakes import fake_choice


@pytest.fixture
def catalog(tmp_path):
    with Catalog.open(tmp_path, fake_choice().key) as catalog:
        for number in range(1, 5):
            keep_heard(catalog, number, (0.5, 0.5, 0.5), f"Song {number}")
        yield catalog


def test_summaries_count_the_tracks_and_stand_in_order_of_name(catalog):
    ids = catalog.tracks.ids()
    night = catalog.playlists.create("night", ids[:3])
    empty = catalog.playlists.create("Evening")

    assert catalog.playlists.summaries() == (
        PlaylistSummary(empty, "Evening", 0),
        PlaylistSummary(night, "night", 3),
    )


def test_deleted_playlists_are_listed_apart_the_last_deleted_first(catalog):
    first, second, kept = (catalog.playlists.create(name) for name in "abc")
    catalog.playlists.delete(second)
    catalog.playlists.delete(first)

    assert [one.id for one in catalog.playlists.deleted_summaries()] == [first, second]
    assert [one.id for one in catalog.playlists.summaries()] == [kept]


def test_an_overview_adds_up_lengths_and_counts_what_is_missing(catalog):
    ids = catalog.tracks.ids()
    playlist_id = catalog.playlists.create("x", [ids[0], ids[1], ids[0]])
    catalog.files.mark_absent([b"/music"], {b"/music/2.mp3"})

    overview = catalog.playlists.overview(playlist_id)

    assert overview.duration_s == pytest.approx(300.0)
    assert overview.n_missing == 2
    assert overview.paths == {ids[1]: b"/music/2.mp3"}
    assert [entry.track_id for entry in overview.playlist.entries] == [ids[0], ids[1], ids[0]]


def test_an_overview_says_what_can_be_undone_and_redone(catalog):
    playlist_id = catalog.playlists.create("x")
    catalog.playlists.rename(playlist_id, "y")
    catalog.playlists.undo(playlist_id)

    overview = catalog.playlists.overview(playlist_id)

    assert (overview.can_undo, overview.can_redo) == (True, True)
    catalog.playlists.redo(playlist_id)
    assert not catalog.playlists.overview(playlist_id).can_redo


def test_a_deleted_playlist_has_no_overview(catalog):
    playlist_id = catalog.playlists.create("x")
    catalog.playlists.delete(playlist_id)

    assert catalog.playlists.overview(playlist_id) is None


def test_restoring_brings_back_what_was_deleted_and_what_was_never_made(catalog):
    ids = catalog.tracks.ids()
    deleted, unmade = catalog.playlists.create("a", ids), catalog.playlists.create("b", ids)
    catalog.playlists.delete(deleted)
    catalog.playlists.undo(unmade)

    assert catalog.playlists.restore(deleted).name == "a"
    assert catalog.playlists.restore(unmade).name == "b"
    assert catalog.playlists.deleted_summaries() == ()


def test_the_tracks_of_a_folder_are_those_below_it(catalog):
    ids = catalog.tracks.ids()

    assert catalog.tracks.in_folder(b"/music") == ids
    assert catalog.tracks.in_folder(b"/mus") == []
    assert catalog.tracks.in_folder(b"/music/1.mp3") == []

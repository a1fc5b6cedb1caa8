"""Edits that are shown before they are carried out come to what is carried out."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from app.playlist_edits import Edit, Insertion, Move, Removal, shown_with
from library.catalog import Catalog
from library.records import EntryId, PlaylistEntry, TrackId
from tests.app.heard_library import keep_heard
from tests.fakes import fake_choice


def entries(*numbers: int) -> tuple[PlaylistEntry, ...]:
    return tuple(PlaylistEntry(EntryId(number), TrackId(abs(number))) for number in numbers)


def test_edits_on_their_way_are_shown_one_upon_the_other():
    edits: list[Edit] = [
        Insertion(entries(-1, -2), 1),
        Move((EntryId(-2),), 0),
        Removal((EntryId(1),)),
    ]

    assert shown_with(entries(1, 2), edits) == entries(-2, -1, 2)


def test_an_edit_that_cannot_be_done_is_passed_over():
    edits: list[Edit] = [Removal((EntryId(9),)), Insertion(entries(-1))]

    assert shown_with(entries(1), edits) == entries(1, -1)


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_what_is_shown_is_what_gets_written(data):
    with TemporaryDirectory() as folder, Catalog.open(Path(folder), KEY) as catalog:
        tracks = [keep_heard(catalog, n, None, f"Song {n}") for n in range(1, 4)]
        playlist_id = catalog.playlists.create("x", tracks)
        before = catalog.playlists.get(playlist_id).entries
        edits = data.draw(lists_of_edits(before, tracks))

        new_ids: dict[EntryId, EntryId] = {}
        for edit in edits:
            new_ids.update(edit.with_ids(new_ids).write(catalog.playlists, playlist_id))

        shown = shown_with(before, edits)
        written = catalog.playlists.get(playlist_id).entries
        assert [(new_ids.get(e.id, e.id), e.track_id) for e in shown] == [
            (e.id, e.track_id) for e in written
        ]


KEY = fake_choice().key


@st.composite
def lists_of_edits(draw, before, tracks):
    edits: list[Edit] = []
    now, unwritten = before, 0
    for _ in range(draw(st.integers(1, 6))):
        gap = draw(st.integers(0, len(now)))
        some = draw(st.sets(st.sampled_from([e.id for e in now]))) if now else set()
        kind = draw(st.sampled_from(["insert", "append", "move", "remove"]))
        edit: Edit
        if kind in ("insert", "append"):
            unwritten -= 1
            new = (PlaylistEntry(EntryId(unwritten), draw(st.sampled_from(tracks))),)
            edit = Insertion(new, gap if kind == "insert" else None)
        elif kind == "move":
            edit = Move(tuple(some), gap)
        else:
            edit = Removal(tuple(some))
        edits.append(edit)
        now = edit.shown(now)
    return edits

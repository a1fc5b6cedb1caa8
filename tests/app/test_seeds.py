"""Seeds from a real library of tones: tracks, files in it and beside it, and what cannot be one."""

import os
from pathlib import Path

import numpy as np
import pytest

from app.analyse import AnalysisPlan
from app.control import Control
from app.seeds import seeds_of, track_at
from app.services import Services, open_services
from library.records import Recording, Stamp, Tags, TrackId
from tests.app.conftest import write_tone
from tests.fakes import fake_choice

GONE = b"/nowhere/gone.flac"


def opened(folder: Path, *, readonly: bool):
    return open_services(folder, readonly=readonly, choose_encoder=lambda _: fake_choice())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two heard tones; a third and a lost file that are known, but not heard; files beside them."""
    folder = tmp_path_factory.mktemp("seeds")
    for number, frequency_hz in enumerate((200, 900, 1_500), start=1):
        write_tone(folder / f"music/{number}.flac", frequency_hz, title=f"Tone {number}")
    write_tone(folder / "outside/known.flac", 200, title="Copy of 1")
    write_tone(folder / "outside/new.flac", 2_000)
    (folder / "outside/broken.mp3").write_bytes(b"no music")
    with opened(folder / "data", readonly=False) as services:
        list(services.analyse(AnalysisPlan((os.fsencode(folder / "music"),)), Control()))
        with services.catalog._store.transaction():
            unheard = (track_id(services, folder / "music/3.flac"),)
            services.catalog._store.write("DELETE FROM embeddings WHERE track_id = ?", unheard)
        lost = Recording(b"lost", "flac", 8_000, 1, 1.5)
        services.catalog.keep(Stamp(GONE, 1, 1, 1), Tags("Lost"), lost, None)
    return folder


@pytest.fixture
def services(folder):
    with opened(folder / "data", readonly=True) as found:
        yield found


def track_id(services: Services, path: Path) -> TrackId:
    track = track_at(services.catalog, os.fsencode(path))
    assert track is not None
    return track.id


def test_a_track_and_the_path_of_its_file_are_the_same_seed(services, folder):
    path = folder / "music/1.flac"
    id_ = track_id(services, path)
    found = seeds_of(services, [id_, os.fsencode(path)])
    assert found.refused == {}
    first, second = found.seeds[id_], found.seeds[os.fsencode(path)]
    assert (first.label, first.track_id) == (second.label, second.track_id) == ("Tone 1", id_)
    np.testing.assert_array_equal(first.embedding.windows, second.embedding.windows)


def test_a_path_through_a_link_or_dots_is_the_track_at_its_end(services, folder, tmp_path):
    (tmp_path / "link").symlink_to(folder / "music")
    id_ = track_id(services, folder / "music/2.flac")
    for path in (tmp_path / "link/2.flac", folder / "outside/../music/2.flac"):
        assert track_id(services, path) == id_


def test_what_has_no_vectors_is_listened_to_now_and_nothing_is_written(services, folder):
    unheard = track_id(services, folder / "music/3.flac")
    copy, new = (os.fsencode(folder / f"outside/{name}.flac") for name in ("known", "new"))
    found = seeds_of(services, [unheard, copy, new])
    assert found.refused == {}
    assert (found.seeds[unheard].label, found.seeds[unheard].track_id) == ("Tone 3", unheard)
    original = track_id(services, folder / "music/1.flac")
    assert (found.seeds[copy].label, found.seeds[copy].track_id) == ("Copy of 1", original)
    assert (found.seeds[new].label, found.seeds[new].track_id) == ("new.flac", None)
    heard = services.catalog.embeddings.get([original])[original]
    np.testing.assert_allclose(found.seeds[copy].embedding.vector, heard.vector, atol=1e-5)
    assert unheard not in services.catalog.embeddings.get([unheard])


def test_what_cannot_be_a_seed_is_told_with_its_reason_beside_what_can(services, folder):
    broken = os.fsencode(folder / "outside/broken.mp3")
    lost, known = track_at(services.catalog, GONE), track_id(services, folder / "music/1.flac")
    assert lost is not None
    found = seeds_of(services, [broken, known, TrackId(999), lost.id, b"/nowhere/at all.mp3"])
    assert list(found.seeds) == [known]
    assert found.refused[TrackId(999)] == "it is not in the library any more"
    assert found.refused[lost.id] == "no such file or directory"
    assert found.refused[b"/nowhere/at all.mp3"] == "no such file or directory"
    assert found.refused[broken]


def test_nothing_wanted_is_nothing_found(services):
    found = seeds_of(services, [])
    assert (found.seeds, found.refused) == ({}, {})

import os
from pathlib import Path

import numpy as np

from app.queue_entries import ends_s, playables_of
from app.services import open_services
from library.catalog import Catalog
from library.records import TrackId
from tests.fakes import fake_choice
from tests.ui.playing.library import KEY, add_tone, write_tone


def test_files_of_the_library_become_tracks_and_others_stay_files(tmp_path: Path):
    with Catalog.open(tmp_path / "data", KEY) as catalog:
        known = add_tone(catalog, tmp_path / "music" / "b.flac", 300)
    outside = write_tone(tmp_path / "music" / "a.wav", 400)
    (tmp_path / "music" / "notes.txt").write_text("no music")
    with open_services(
        tmp_path / "data", readonly=True, choose_encoder=lambda _settings: fake_choice()
    ) as services:
        folder, file = os.fsencode(tmp_path / "music"), os.fsencode(outside)
        assert playables_of(services, [folder, file]) == [file, known, file]
        ends = ends_s(services, [known, file, TrackId(99), known])
    np.testing.assert_allclose(ends, [0.6, 0.6, 0.6, 1.2])

import os

import numpy as np
import pytest

from app.errors import FileUnusable
from app.waveform import waveform
from audio_model.peaks import read_waveform
from tests.app.conftest import write_tone


def test_an_outline_is_drawn_up_in_another_process(tmp_path):
    path = os.fsencode(write_tone(tmp_path / "song.flac", 300))
    np.testing.assert_array_equal(waveform(path).peaks, read_waveform(path).peaks)


def test_a_file_that_is_gone_is_refused_with_the_reason(tmp_path):
    with pytest.raises(FileUnusable, match="no such file"):
        waveform(os.fsencode(tmp_path / "gone.flac"))

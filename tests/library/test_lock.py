import signal
import subprocess
import sys

import pytest

from library.errors import LibraryLocked, StoreError
from library.lock import LOCK_NAME, writer_lock

HOLDER = """
import sys, time
from pathlib import Path
from library.lock import writer_lock
with writer_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def test_the_lock_is_held_once_and_given_back(tmp_path):
    with writer_lock(tmp_path):
        with pytest.raises(LibraryLocked) as caught, writer_lock(tmp_path):
            pass
        assert caught.value.data_dir == tmp_path
    with writer_lock(tmp_path):
        pass


def test_the_lock_of_a_killed_program_is_free(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, tmp_path], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LibraryLocked), writer_lock(tmp_path):
            pass
        holder.send_signal(signal.SIGKILL)
    with writer_lock(tmp_path):
        pass


def test_a_lock_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / LOCK_NAME).mkdir()
    with pytest.raises(StoreError, match=LOCK_NAME), writer_lock(tmp_path):
        pass

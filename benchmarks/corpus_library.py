"""The corpus of real music as a library, for the benchmarks that need one."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from app.encoder_choice import EncoderChoice
from app.services import Services, encoder_from, open_services
from app.settings import Settings


@contextmanager
def corpus_library(corpus: Path, data: Path | None, encoder: str) -> Iterator[Services]:
    """A library into which the corpus has been scanned, in `data` or in a temporary folder."""

    def choose(settings: Settings) -> EncoderChoice:
        return encoder_from(replace(settings, encoder=encoder))

    with tempfile.TemporaryDirectory() as temporary:
        data_dir = data or Path(temporary)
        scan(corpus, data_dir, "--encoder", encoder)
        with open_services(data_dir, readonly=True, choose_encoder=choose) as services:
            yield services


def scan(folder: Path, data_dir: Path, *options: str) -> str:
    """Run `segue scan` as a program of its own; what it prints.

    A decoder loads the main module of its program again, and a benchmark's may hold torch, which
    does not fit into the memory that a decoder may use.
    """
    command = [sys.executable, "-m", "app", "scan", str(folder), "--data", str(data_dir), *options]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout

"""The corpus of real music as a library, for the benchmarks that need one."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from app.analyse import AnalysisPlan
from app.control import Control
from app.pipeline import EncoderChoice
from app.services import Services, encoder_from, open_services
from app.settings import Settings


@contextmanager
def corpus_library(corpus: Path, data: Path | None, encoder: str) -> Iterator[Services]:
    """A library into which the corpus has been scanned, in `data` or in a temporary folder."""

    def choose(settings: Settings) -> EncoderChoice:
        return encoder_from(replace(settings, encoder=encoder))

    with (
        tempfile.TemporaryDirectory() as temporary,
        open_services(data or Path(temporary), readonly=False, choose_encoder=choose) as services,
    ):
        for _ in services.analyse(AnalysisPlan(roots=(bytes(corpus),)), Control()):
            pass
        yield services

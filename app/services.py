"""Opens the parts together: settings, encoder and catalog of one data folder.

What decodes and analyses is imported when it is first needed: a library can be read without it.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.control import Control
from app.embedding import encoder_factory
from app.encoder_choice import EncoderChoice
from app.match_process import MatchProcess
from app.settings import SETTINGS_FILE, Settings, read_settings
from audio_model.checkpoint import read_card
from library.catalog import Catalog
from library.records import EncoderKey

if TYPE_CHECKING:
    from app.analyse import AnalysisPlan
    from app.events import Event
    from app.pipeline import Result


@dataclass(frozen=True, slots=True)
class Services:
    """What the command line and the window work with; passed in, never global.

    matches: answers requests for matches in a process of its own.
    """

    data_dir: Path
    settings: Settings
    encoder: EncoderChoice
    catalog: Catalog
    matches: MatchProcess

    def with_present_settings(self) -> "Services":
        """The same library under the settings as they are now, if its encoder is still theirs.

        Raises:
            SettingsError: the settings cannot be read.
            CheckpointError: the encoder's card cannot be read.
        """
        settings = read_settings(self.data_dir / SETTINGS_FILE)
        encoder = encoder_from(settings)
        is_same = encoder.key == self.encoder.key
        return replace(self, settings=settings, encoder=encoder if is_same else self.encoder)

    def analyse(self, plan: "AnalysisPlan", control: Control) -> "Iterator[Event]":
        """Bring the catalog up to date with some folders; see `app.analyse.analyse`."""
        from app.analyse import analyse

        return analyse(
            self.catalog, self.encoder, plan, control, n_decoders=n_decoders(self.settings)
        )


@contextmanager
def open_services(
    data_dir: Path,
    *,
    readonly: bool,
    choose_encoder: "Callable[[Settings], EncoderChoice] | None" = None,
) -> Iterator[Services]:
    """Open the library of one data folder.

    Args:
        data_dir: where database, index and settings lie; made if it is not there.
        readonly: a reader needs no lock and may run beside a writer.
        choose_encoder: which encoder the settings mean; by default one of Segue's own.

    Raises:
        LibraryError: the library cannot be opened, or another Segue is writing to it.
        SettingsError: the settings cannot be read.
        CheckpointError: the encoder's card cannot be read.
    """
    settings = read_settings(data_dir / SETTINGS_FILE)
    encoder = (choose_encoder or encoder_from)(settings)
    with (
        Catalog.open(data_dir, encoder.key, readonly=readonly) as catalog,
        closing(MatchProcess(data_dir, encoder)) as matches,
    ):
        yield Services(data_dir, settings, encoder, catalog, matches)


def encoder_from(settings: Settings) -> EncoderChoice:
    """The encoder that the settings name, by its card; nothing heavy is imported."""
    if os.path.isabs(settings.encoder):
        return named_encoder("network", settings.device, Path(settings.encoder))
    return named_encoder(settings.encoder, settings.device)


def named_encoder(encoder: str, device: str, folder: Path | None = None) -> EncoderChoice:
    """One of Segue's own encoders, or one that was trained into a folder.

    Raises:
        CheckpointError: there is no such encoder, or its card cannot be read.
    """
    card = read_card(encoder, folder)
    return EncoderChoice(
        key=EncoderKey(card.encoder, card.model_version, card.dimension, len(card.tags)),
        window=card.window,
        open=encoder_factory(encoder, device, folder),
        tags=card.tags,
        calibration=card.calibration,
    )


def n_decoders(settings: Settings) -> int:
    """Decoder processes to start."""
    from app.pipeline import default_n_decoders

    return settings.n_decoders or default_n_decoders()


def embed_files(
    encoder: EncoderChoice, paths: Sequence[bytes], *, n_decoders: int
) -> "Iterator[Result]":
    """Embeddings of files that need not be in any library, as they are ready, in no fixed order.

    Yields:
        `Analysed` with description and embedding, or `Refused` with the reason, once per path.

    Raises:
        WorkerFailure: the encoder cannot be opened, or fails for one track after the other.
    """
    from app.pipeline import Pipeline

    waiting = list(reversed(paths))
    with Pipeline(
        encoder,
        n_decoders=max(1, min(n_decoders, len(paths))),
        needs_embedding=lambda _recording: True,
    ) as pipeline:
        while waiting or pipeline.busy:
            while waiting and pipeline.has_room:
                pipeline.give(waiting.pop())
            yield from pipeline.results(1.0)

"""What every command shares: the options that stand everywhere, and the way into the library."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.errors import AppError
from app.places import DATA_VARIABLE, data_folder

if TYPE_CHECKING:
    from app.encoder_choice import EncoderChoice
    from app.services import Services
    from app.settings import Settings

EXIT_FAILED = 1
EXIT_REJECTED = 3
EXIT_CANCELLED = 130


class CommandFailed(AppError):
    """A command cannot do what it was asked; the message is the sentence for the person."""

    def __init__(self, sentence: str, exit_code: int = EXIT_FAILED) -> None:
        """Keep the sentence and what the program ends with."""
        super().__init__(sentence)
        self.exit_code = exit_code


@dataclass(slots=True)
class Session:
    """One call of the command line. `choose_encoder` None means what the settings name."""

    data_dir: Path | None = None
    debug: bool = False
    choose_encoder: "Callable[[Settings], EncoderChoice] | None" = None


class EncoderName(StrEnum):
    """The encoders that come with Segue."""

    NETWORK = "network"
    HANDCRAFTED = "handcrafted"


def _remember_data_dir(ctx: typer.Context, value: Path | None) -> Path | None:
    if value is not None:
        ctx.obj.data_dir = value
    return value


def _remember_debug(ctx: typer.Context, value: bool) -> bool:
    ctx.obj.debug = ctx.obj.debug or value
    return value


def known_encoder(value: str | None) -> str | None:
    """One of Segue's own encoders, or the whole path of a folder that holds one.

    Raises:
        BadParameter: it is neither.
    """
    if value is None or value in tuple(EncoderName):
        return value
    if not os.path.isfile(os.path.join(value, "network.json")):
        names = ", ".join(EncoderName)
        raise typer.BadParameter(f"{value} is none of {names}, and no folder with a network.json")
    return os.path.abspath(value)


DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        callback=_remember_data_dir,
        help=f"Where the library lies, instead of the usual folder or ${DATA_VARIABLE}.",
    ),
]
Debug = Annotated[
    bool,
    typer.Option("--debug", callback=_remember_debug, help="Show the traceback of an error."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Encoder = Annotated[
    str | None,
    typer.Option(
        metavar=f"{'|'.join(EncoderName)}|DIR",
        callback=known_encoder,
        help="Whose vectors to use, instead of those that the settings name; "
        "a folder holds a network that you trained.",
    ),
]


def data_dir(session: Session) -> Path:
    """The folder of database, index and settings of this call."""
    return data_folder(session.data_dir)


@contextmanager
def open_library(
    ctx: typer.Context, *, readonly: bool, encoder: str | None = None
) -> "Iterator[Services]":
    """The library that this call works with; what happened to it on opening goes to stderr."""
    from app.cli.output import tell
    from app.services import encoder_from, open_services

    session: Session = ctx.obj

    def choose(settings: "Settings") -> "EncoderChoice":
        wanted = settings if encoder is None else replace(settings, encoder=encoder)
        return (session.choose_encoder or encoder_from)(wanted)

    with open_services(data_dir(session), readonly=readonly, choose_encoder=choose) as services:
        for notice in services.catalog.notices:
            tell(notice)
        yield services

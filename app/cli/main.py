"""The command line: `segue COMMAND`. Starts at once; what is heavy is imported by who needs it.

Exit codes: 0 done, 1 it could not be done, 2 the command was misspelt, 3 a file was rejected,
130 cancelled.
"""

import sys
from collections.abc import Sequence

import typer

from app.cli import (
    browse,
    check,
    curves,
    demo,
    embed,
    evaluate,
    exchange,
    heard,
    playlists,
    scan,
    similar,
    train,
)
from app.cli.output import tell
from app.cli.session import EXIT_FAILED, DataDir, Debug, Session
from app.sentences import sentence_of

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(scan.scan)
app.command()(similar.similar)
app.command(context_settings={"ignore_unknown_options": True})(browse.search)  # -word
app.command()(heard.show)
app.command()(heard.tags)
app.command()(curves.curve)
app.command()(curves.alike)
app.add_typer(playlists.app, name="playlist")
app.command()(exchange.export)
app.command()(exchange.import_playlist)
app.command()(embed.probe)
app.command()(embed.embed)
app.command()(evaluate.evaluate)
app.command()(train.train)
app.command()(check.check)
app.command()(demo.demo)
app.command()(browse.info)


@app.callback()
def segue(data: DataDir = None, debug: Debug = False) -> None:
    """Finds the songs in your own library that sound like the one you are hearing."""


def main() -> None:
    """Run the command of this process's arguments and end with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a locale may lack a title's letters
    sys.exit(run(sys.argv[1:], Session()))


def run(arguments: Sequence[str], session: Session) -> int:
    """Run one command; its exit code. Every error is a sentence unless --debug asks for more."""
    code = 0
    try:
        app(list(arguments), prog_name="segue", obj=session)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    except Exception as error:
        if session.debug:
            raise
        tell(_sentence(error))
        code = getattr(error, "exit_code", EXIT_FAILED)
    return code


def _sentence(error: Exception) -> str:
    return sentence_of(error) or (
        f"Segue made a mistake ({type(error).__name__}: {error}). "
        "Please report it with what --debug shows."
    )

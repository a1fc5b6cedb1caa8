"""`segue train`: make a network of one's own from one's own music."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import counted, in_words, print_line, tell
from app.cli.session import EXIT_CANCELLED, Debug
from library.records import display_path

if TYPE_CHECKING:
    from app.cli.progress import ProgressLine
    from app.events import NotScanned
    from app.training import Started, TrainingOrder
    from audio_model.training.events import Progress, Trained, TrainingEvent
    from audio_model.training.validation import Score

# A gain that chance gives to one training in twenty is not called a gain.
_LARGEST_P = 0.05


def train(
    *,
    corpora: Annotated[
        list[str],
        typer.Argument(
            metavar="CORPUS", help="Folders of music, and manifests (.csv) of the split train."
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where weights and card go.")],
    teacher: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.npz", help="Weights of the tagger to learn from. Default: this network."
        ),
    ] = None,
    cache: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where prepared clips and the unfinished training lie."),
    ] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="Default: the recipe's.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Default: the recipe's.")] = None,
    hold_out: Annotated[
        str,
        typer.Option(
            metavar="K/N",
            help="Judge by part K (from 0) of N of the sources; none learns from all.",
        ),
    ] = "0/8",
    device: Annotated[str, typer.Option(help="auto, cuda, mps or cpu.")] = "auto",
    threads: Annotated[int | None, typer.Option(min=1, help="Default: one for each core.")] = None,
    licence: Annotated[str, typer.Option(help="Of the weights, for the card.")] = "not stated",
    calibrated_by: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Take the scores of tags from the network in this folder."
        ),
    ] = None,
    debug: Debug = False,
) -> None:
    """Train a network on music, to use instead of the one that comes with Segue.

    Interrupt it at will: the same command goes on where it stopped.
    """
    from app.training import TrainingOrder

    order = TrainingOrder(
        corpora=tuple(os.fsencode(corpus) for corpus in corpora),
        out=out,
        cache=cache or _cache_folder(),
        teacher=teacher,
        hold_out=_hold_out(hold_out),
        calibrated_by=calibrated_by,
        n_steps=steps,
        seed=seed,
        device=device,
        n_threads=threads or os.cpu_count() or 1,
        licence=licence,
    )
    end = _run(order)
    if end is None:
        tell("Stopped. The same command goes on from here.")
        raise typer.Exit(EXIT_CANCELLED)
    _print_end(end, out)


def _run(order: "TrainingOrder") -> "Trained | None":
    """Train and show how far it is; None where it was interrupted."""
    from app.cli.interrupt import cancelled_by_signal
    from app.cli.progress import ProgressLine
    from app.control import Control
    from app.training import train as events_of
    from audio_model.training.events import Trained

    control = Control()
    with cancelled_by_signal(control), ProgressLine() as line:
        events = events_of(order)
        for event in events:
            _show(event, line)
            if isinstance(event, Trained):
                return event
            if control.cancelled:
                events.close()
    return None


def _show(event: "NotScanned | Started | TrainingEvent", line: "ProgressLine") -> None:
    from app.events import NotScanned
    from app.training import Started
    from audio_model.training.events import Gathered, Prepared, Progress, Unheard, Validated

    match event:
        case NotScanned():
            tell(f"Skipped {display_path(event.path)}: {event.reason}")
        case Started():
            tell(f"{counted(event.n_tracks, 'track')} to listen to. {event.device}")
        case Unheard():
            tell(event.reason)
        case Prepared():
            left = "" if event.left_s is None else f", {in_words(event.left_s)} left"
            words = f"listened to {event.n_done:,} of {counted(event.n_tracks, 'track')}{left}"
            line.show_words(words, event.n_done, event.n_tracks)
        case Gathered():
            tell(
                f"Learning from {counted(event.n_clips, 'clip')} of "
                f"{counted(event.n_tracks, 'track')}; {event.n_held_out:,} held out."
            )
        case Progress():
            line.show_words(_in_words(event), event.step, event.n_steps)
        case Validated():
            tell(f"Step {event.step:,}: {_score_in_words(event.score)}.")


def _in_words(progress: "Progress") -> str:
    losses = ", ".join(f"{name} {loss:.2f}" for name, loss in progress.losses.items())
    left = in_words(progress.left_s)
    return f"step {progress.step:,} of {progress.n_steps:,}, {left} left; {losses}"


def _score_in_words(score: "Score") -> str:
    return (
        f"{score.judge} among the held-out tracks, "
        f"mean average precision {score.macro_average_precision:.3f}"
    )


def _print_end(end: "Trained", out: Path) -> None:
    """What the network is worth, and how to use it."""
    print_line(f"Wrote the network, version {end.model_version}, to {out}.")
    judgement = end.judgement
    if judgement is None:
        print_line(
            "Nothing says what it is worth: no tracks were held out, or too few to judge by."
        )
    else:
        untrained = judgement.untrained.macro_average_precision
        print_line(f"{_score_in_words(judgement.score)}; untrained it was {untrained:.3f}.")
        if judgement.least_p > _LARGEST_P:
            print_line("Too little was held out to tell whether that is a gain.")
        elif judgement.p_learned_nothing > _LARGEST_P:
            print_line(
                "That is no clear gain: there may be too little music, or labels of other tracks."
            )
        if judgement.tags is not None:
            print_line(
                f"The teacher's tags are found with a mean average precision of "
                f"{judgement.tags.macro_average_precision:.3f}; "
                f"by chance it would be {judgement.tags.chance:.3f}."
            )
    print_line(f"The scores of tags rest on {end.calibrated_by}.")
    print_line()
    print_line("Compare it with Segue's own on your music, or use it:")
    print_line(f"    segue evaluate FOLDER --network mine={out}")
    print_line(f"    segue scan --encoder {out}")
    print_line('To keep to it, name the folder as "encoder" in settings.json.')


def _hold_out(text: str) -> tuple[int, int] | None:
    """Part and number of parts.

    Raises:
        BadParameter: it is neither K/N with K below N nor none.
    """
    if text == "none":
        return None
    part, slash, n_parts = text.partition("/")
    if not (slash and part.isdecimal() and n_parts.isdecimal() and int(part) < int(n_parts)):
        raise typer.BadParameter(f"{text!r} is neither none nor K/N with K below N, as in 0/8")
    return int(part), int(n_parts)


def _cache_folder() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir("segue", appauthor=False)) / "training"

"""The verdicts as a picture for print: bars of mean average precision with their intervals."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.errors import PictureError
from app.evaluation.comparison import Score, Verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ENDINGS = (".svg", ".png")

_WIDTH_INCHES = 7.0
_INCHES_A_BAR = 0.22
_FRAME_INCHES = 1.1
_DPI = 200
_PLAIN: dict[str, Any] = {"color": "#3b6ea5", "edgecolor": "black"}
_FILTERED: dict[str, Any] = {"color": "#c9d8e8", "edgecolor": "black", "hatch": "////"}
_BAR_HEIGHT = 0.38


def check_name(path: Path) -> None:
    """Raise PictureError unless a picture can have this name."""
    if path.suffix.lower() not in _ENDINGS:
        raise PictureError(path, f"its name must end in {' or '.join(_ENDINGS)}")


def draw(verdicts: Sequence[Verdict], path: Path) -> None:
    """Write a picture with a panel for each judge; its bars with and without the artist filter.

    Args:
        verdicts: one at least.
        path: ends in .svg or .png.

    Raises:
        PictureError: the ending is another, or the file cannot be written.
    """
    check_name(path)
    import matplotlib as mpl
    from matplotlib.figure import Figure

    panels = _panels(verdicts)
    heights = [_FRAME_INCHES + _INCHES_A_BAR * 2 * len(panel[0].scores) for panel in panels]
    # text stays text, and equal figures give equal files
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "segue", "hatch.linewidth": 0.5}):
        figure = Figure(figsize=(_WIDTH_INCHES, sum(heights)), layout="constrained")
        axes = figure.subplots(len(panels), sharex=True, squeeze=False, height_ratios=heights)[:, 0]
        for panel, axis in zip(panels, axes, strict=True):
            _draw_panel(axis, panel)
        axes[-1].set_xlim(left=0.0)  # of all panels; from here on the scale stays
        axes[-1].set_xlabel("mean average precision (macro mean, 95 % interval)")
        try:
            figure.savefig(path, dpi=_DPI, metadata=_metadata(path))
        except OSError as error:
            raise PictureError(path, error.strerror or str(error)) from error


def _panels(verdicts: Sequence[Verdict]) -> list[list[Verdict]]:
    """The verdicts of one judge together."""
    names = dict.fromkeys(verdict.judge for verdict in verdicts)
    return [[verdict for verdict in verdicts if verdict.judge == name] for name in names]


def _draw_panel(axis: "Axes", verdicts: Sequence[Verdict]) -> None:
    entrants = [score.entrant for score in verdicts[0].scores]
    for verdict in verdicts:
        shift = (_BAR_HEIGHT if verdict.filters_artists else 0.0) - (
            _BAR_HEIGHT / 2 if len(verdicts) > 1 else 0.0
        )
        axis.barh(
            [entrants.index(score.entrant) + shift for score in verdict.scores],
            [score.measures["average_precision"] for score in verdict.scores],
            _BAR_HEIGHT,
            xerr=_errors(verdict.scores),
            error_kw={"elinewidth": 0.9, "capsize": 2.0},
            label=_label(verdict),
            linewidth=0.6,
            **(_FILTERED if verdict.filters_artists else _PLAIN),
        )
    axis.set_yticks(range(len(entrants)), entrants)
    axis.invert_yaxis()
    axis.margins(y=0.02)
    axis.tick_params(labelbottom=True)
    axis.set_title(verdicts[0].judge.capitalize(), loc="left", fontsize="medium")
    axis.spines[["top", "right"]].set_visible(False)
    axis.legend(fontsize="small", frameon=False, loc="lower right", bbox_to_anchor=(1.0, 1.0))


def _errors(scores: Sequence[Score]) -> list[list[float]]:
    """How far the interval reaches below and above each bar."""
    below, above = [], []
    for score in scores:
        mean = score.measures["average_precision"]
        below.append(0.0 if score.interval is None else max(mean - score.interval.low, 0.0))
        above.append(0.0 if score.interval is None else max(score.interval.high - mean, 0.0))
    return [below, above]


def _label(verdict: Verdict) -> str:
    kind = "without the query's artist" if verdict.filters_artists else "all results"
    return f"{kind} ({verdict.n_queries} queries)"


def _metadata(path: Path) -> dict[str, Any]:
    return {"Date": None} if path.suffix.lower() == ".svg" else {}

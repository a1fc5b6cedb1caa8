from dataclasses import replace
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
from defusedxml import ElementTree

from app.errors import PictureError
from app.evaluation.bootstrap import Interval
from app.evaluation.comparison import Score, Verdict
from app.evaluation.picture import draw


def score(entrant: str, precision: float, interval: Interval | None) -> Score:
    return Score(entrant, {"average_precision": precision}, interval, 0.5, 0.0, interval)


VERDICT = Verdict(
    judge="same collection",
    filters_artists=False,
    n_searched=20,
    n_queries=17,
    n_groups=2,
    units="collections",
    n_units=2,
    against="chance",
    scores=(score("network", 0.8, Interval(0.7, 0.9)), score("chance", 0.1, Interval(0.05, 0.2))),
)
VERDICTS = [
    VERDICT,
    replace(VERDICT, filters_artists=True, n_queries=9),
    replace(VERDICT, judge="same style", scores=(score("network", 0.4, None),)),
]


def test_a_picture_names_judges_entrants_axes_and_queries(tmp_path: Path):
    draw(VERDICTS, tmp_path / "figures.svg")

    root = ElementTree.parse(tmp_path / "figures.svg").getroot()
    text = " ".join(root.itertext())
    for word in (
        "Same collection",
        "Same style",
        "network",
        "chance",
        "mean average precision",
        "all results (17 queries)",
        "without the query's artist (9 queries)",
    ):
        assert word in text


def test_the_scale_reaches_as_far_as_the_widest_interval_of_any_judge(tmp_path: Path):
    low, high = score("network", 0.2, Interval(0.1, 0.3)), score("network", 0.8, Interval(0.7, 0.9))
    second = replace(VERDICT, judge="same style", scores=(high,))
    draw([replace(VERDICT, scores=(low,)), second], tmp_path / "figures.svg")

    text = " ".join(ElementTree.parse(tmp_path / "figures.svg").getroot().itertext())
    assert "0.8" in text


def test_equal_verdicts_give_equal_files(tmp_path: Path):
    for name in ("1.svg", "2.svg"):
        draw(VERDICTS, tmp_path / name)

    assert (tmp_path / "1.svg").read_bytes() == (tmp_path / "2.svg").read_bytes()


def test_the_longer_bar_has_the_higher_precision(tmp_path: Path):
    draw([replace(VERDICT, scores=VERDICT.scores)], tmp_path / "figures.PNG")

    pixels = matplotlib.image.imread(tmp_path / "figures.PNG", format="png")[:, :, :3]
    blue = np.abs(pixels - np.array([0x3B, 0x6E, 0xA5]) / 255).max(axis=2) < 0.02
    rows = blue[:, : blue.shape[1] * 3 // 5].sum(axis=1)  # left of the legend
    upper, lower = rows[: len(rows) // 2].max(), rows[len(rows) // 2 :].max()
    assert upper > 2 * lower > 0


@pytest.mark.parametrize("name", ["figures.jpg", "figures"])
def test_a_picture_must_have_an_ending_that_is_known(tmp_path: Path, name: str):
    with pytest.raises(PictureError, match=r"its name must end in \.svg or \.png"):
        draw(VERDICTS, tmp_path / name)


def test_a_picture_that_cannot_be_written_is_a_sentence(tmp_path: Path):
    with pytest.raises(PictureError) as refusal:
        draw(VERDICTS, tmp_path / "no" / "f.svg")

    assert str(refusal.value) == (
        f"Could not write the picture {tmp_path}/no/f.svg: No such file or directory"
    )

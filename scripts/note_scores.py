"""Write what `segue evaluate --json` printed of an encoder into the card of a network.

python scripts/note_scores.py figures.json network assets
"""

import argparse
import json
from pathlib import Path
from typing import Any


def main() -> None:
    options = _options()
    figures = json.loads(options.figures.read_text(encoding="utf-8"))
    path = options.folder / "network.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    card["about"]["scores"] = [
        _noted(verdict, score)
        for verdict in figures["verdicts"]
        for score in verdict["scores"]
        if score["entrant"] == options.encoder
    ]
    path.write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _noted(verdict: dict[str, Any], score: dict[str, Any]) -> dict[str, Any]:
    """One judge's figures, rounded; the card stays valid, for nothing in it depends on them."""
    told = {name: verdict[name] for name in ("judge", "filters_artists", "n_queries", "n_groups")}
    measures = {name: round(value, 4) for name, value in score["measures"].items()}
    return told | measures | {"hubness": round(score["hubness"], 4)}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("figures", type=Path, help="output of segue evaluate --json")
    parser.add_argument("encoder", help="whose figures")
    parser.add_argument("folder", type=Path, help="folder of the network's card")
    return parser.parse_args()


if __name__ == "__main__":
    main()

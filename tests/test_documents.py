"""The documents: what they show is there, and what they link to exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PICTURES = ROOT / "docs" / "pictures"
MOST_BYTES_OF_ONE = 150_000
MOST_BYTES = 1_200_000

_SHOWN = re.compile(r"(?:src|srcset)=\"([^\"]+)\"|!\[[^]]*\]\(([^)]+)\)")
_LINKED = re.compile(r"(?<!!)\[[^]]*\]\(([^)#:]*)(#[^):]*)?\)")


def shown_in(document: Path) -> set[Path]:
    found = _SHOWN.findall(document.read_text(encoding="utf-8"))
    return {(document.parent / (one or other)).resolve() for one, other in found}


def anchors_of(document: Path) -> set[str]:
    heads = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {"#" + re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_picture_that_a_document_shows_is_there(document: Path):
    assert [path for path in shown_in(document) if not path.is_file()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path):
    for path, anchor in _LINKED.findall(document.read_text(encoding="utf-8")):
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), path
        assert not anchor or anchor in anchors_of(target), anchor


def test_every_picture_is_shown_and_all_are_small():
    kept = {path.resolve() for path in PICTURES.iterdir()}
    assert kept == set().union(*map(shown_in, DOCUMENTS))
    sizes = [path.stat().st_size for path in kept if path.suffix == ".png"]
    assert max(sizes) < MOST_BYTES_OF_ONE
    assert sum(sizes) < MOST_BYTES

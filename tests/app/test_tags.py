from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.errors import NoTags, UnknownTag
from app.tags import (
    heard_tags,
    shared_tags,
    tag_named,
    tag_totals,
)
from library.catalog import Catalog
from tests.app.heard_library import embedding, keep_heard
from tests.fakes import fake_choice, tagless_choice

TAGS = ("low", "high", "loud")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """Four tracks with scores, and one that was not heard."""
    with Catalog.open(tmp_path, fake_choice().key) as opened:
        keep_heard(opened, 1, (0.9, 0.1, 0.5), "Night bass")
        keep_heard(opened, 2, (0.6, 0.4, 0.9), "Night storm")
        keep_heard(opened, 3, (0.1, 0.9, 0.2), "Whistle")
        keep_heard(opened, 4, (0.6, 0.4, 0.9), "Thunder")
        keep_heard(opened, 5, None, "Night silence")
        yield opened


def test_the_strongest_tags_of_a_track_come_first():
    scores = np.array([0.2, 0.9, 0.5], np.float32)
    assert dict(heard_tags(scores, TAGS)) == pytest.approx({"high": 0.9, "loud": 0.5, "low": 0.2})
    assert [tag for tag, _ in heard_tags(scores, TAGS)] == ["high", "loud", "low"]
    assert [tag for tag, _ in heard_tags(scores, TAGS, minimum=0.5)] == ["high", "loud"]
    assert [tag for tag, _ in heard_tags(scores, TAGS, limit=1)] == ["high"]
    assert heard_tags(np.empty(0, np.float32), ()) == []


def test_tags_are_shared_by_what_the_weakest_has_of_them():
    first, second = embedding((0.9, 0.3, 0.7)), embedding((0.3, 0.8, 0.6))
    assert shared_tags([first, second], TAGS) == ("loud", "low", "high")
    assert shared_tags([first, second], TAGS, limit=1) == ("loud",)
    assert shared_tags([first, second, embedding((0.9, 0.1, 0.9))], TAGS) == ("loud", "low")
    assert shared_tags([embedding(()), embedding(())], ()) == ()


def test_an_empty_library_has_no_track_with_a_tag(tmp_path: Path):
    with Catalog.open(tmp_path, fake_choice().key) as catalog:
        assert [(t.tag, t.n_tracks, t.example) for t in tag_totals(catalog, TAGS)] == [
            (tag, 0, None) for tag in TAGS
        ]


def test_totals_count_the_strong_and_name_the_strongest(catalog: Catalog):
    low, high, loud = tag_totals(catalog, TAGS)
    assert (low.tag, low.n_tracks, low.example and low.example.title) == ("low", 3, "Night bass")
    assert (high.n_tracks, high.example and high.example.title) == (1, "Whistle")
    assert (loud.n_tracks, loud.example and loud.example.title) == (3, "Night storm")


def test_an_unknown_tag_is_refused_with_what_may_have_been_meant():
    with pytest.raises(UnknownTag, match="no tag 'lowd'; did you mean 'low' or 'loud'"):
        tag_named("lowd", TAGS)
    with pytest.raises(UnknownTag, match="no tag 'polka'; `segue tags` lists all"):
        tag_named("polka", TAGS)
    assert tag_named("Female Vocalists", ("female vocalists", "Mellow")) == "female vocalists"


def test_an_encoder_without_tags_says_so(tmp_path: Path):
    with Catalog.open(tmp_path, tagless_choice().key) as catalog:
        with pytest.raises(NoTags, match="hears no tags"):
            tag_named("low", ())
        with pytest.raises(NoTags, match="hears no tags"):
            tag_totals(catalog, ())

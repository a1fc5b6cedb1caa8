"""Ids into queries and out of them: as Python's json has them, however many there are."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.store.id_lists import ids_of, json_of

MANY = [3 * number for number in range(100_001)]


@pytest.mark.parametrize("ids", [[], [7], MANY[:4_999], MANY[:5_000], MANY[:5_001], MANY])
def test_any_number_of_ids_goes_in_and_out(ids):
    assert json.loads(json_of(ids)) == ids
    assert ids_of(json.dumps(ids, separators=(",", ":"))) == ids


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=50), st.integers(0, 50))
def test_no_id_is_cut_where_a_portion_ends(ids, n_more):
    ids = ids + MANY[: 9_975 + n_more]
    assert ids_of(json_of(ids)) == ids


def test_ids_of_an_array_and_of_a_generator_go_in():
    assert json_of(np.array([5, 6])) == json_of(number for number in (5, 6)) == "[5,6]"

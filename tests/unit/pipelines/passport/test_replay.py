import math

import pytest

from mbats.pipelines.passport.replay import Check, Difference, Replay, differences, same


@pytest.mark.parametrize(
    ("was", "now"), [(0.0, -0.0), (0.3, 0.1 + 0.2), (1.0, 1), (None, 0.0), ("a", "b"), (math.nan, 0.0), (True, 1)]
)
def test_a_bit_or_a_type_is_a_difference(was, now):
    assert not same(was, now)


@pytest.mark.parametrize(("was", "now"), [(math.nan, -math.nan), (0.1, 0.1), ("a", "a"), (None, None), ([1.5], [1.5])])
def test_no_value_is_no_value_whatever_its_bits(was, now):
    assert same(was, now)


def test_what_is_gone_and_what_is_new_differ_as_well():
    found = differences({"rsi": 30.0, "atr": 1.0}, {"rsi": 30.0, "score": 0.5})
    assert found == (Difference("atr", 1.0, None), Difference("score", None, 0.5))


def test_one_thing_that_differs_is_enough():
    assert Replay((Check("a"), Check("b"))).same
    assert not Replay((Check("a"), Check("b", (Difference("rsi", 1.0, 2.0),)))).same

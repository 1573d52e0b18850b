"""What follows from a row of signals and a position: one row of the table a case."""

import math

import numpy as np
import pytest

from mbats.execution.order import Role
from mbats.portfolio.plan import Holding, Plan, Verb, bracket, plan
from mbats.portfolio.signal_rows import SignalRow, SignalRows
from mbats.strategies.signal import OnOpenPosition, Signals

LONG, SHORT = Holding(side=1, price=10.0, bars=2), Holding(side=-1, price=10.0, bars=2)
NOTHING = Plan(Verb.NOTHING)
CLOSE, REVERSE = Plan(Verb.CLOSE, Role.EXIT), Plan(Verb.REVERSE, Role.REVERSAL)


def row(side=0, **fields):
    empty = dict.fromkeys(SignalRow._fields, math.nan) | {"side": side, "exit_long": False, "exit_short": False}
    empty |= {"max_bars": 0, "expiry_bars": 0}
    return SignalRow(**(empty | {"size_hint": 1.0} | fields))


@pytest.mark.parametrize(
    ("wish", "on_open", "holding", "expected"),
    [
        (row(0), OnOpenPosition.IGNORE, Holding(), NOTHING),
        (row(1), OnOpenPosition.IGNORE, Holding(), Plan(Verb.ENTER)),
        (row(0, exit_long=True), OnOpenPosition.IGNORE, Holding(), NOTHING),
        (row(1), OnOpenPosition.REVERSE, LONG, NOTHING),
        (row(-1), OnOpenPosition.IGNORE, LONG, NOTHING),
        (row(-1), OnOpenPosition.CLOSE, LONG, CLOSE),
        (row(-1), OnOpenPosition.REVERSE, LONG, REVERSE),
        (row(1), OnOpenPosition.REVERSE, SHORT, REVERSE),
        (row(0, exit_long=True), OnOpenPosition.IGNORE, LONG, CLOSE),
        (row(0, exit_long=True), OnOpenPosition.IGNORE, SHORT, NOTHING),
        (row(0, exit_short=True), OnOpenPosition.IGNORE, SHORT, CLOSE),
        (row(-1, exit_long=True), OnOpenPosition.REVERSE, LONG, REVERSE),
        (row(0, max_bars=2), OnOpenPosition.IGNORE, LONG, Plan(Verb.CLOSE, Role.TIME_STOP)),
        (row(0, max_bars=3), OnOpenPosition.IGNORE, LONG, NOTHING),
        (row(0), OnOpenPosition.IGNORE, LONG._replace(break_even_trigger=0.5), Plan(Verb.MOVE_STOP, Role.STOP_LOSS)),
        (row(0), OnOpenPosition.IGNORE, LONG._replace(break_even_trigger=0.6), NOTHING),
        (row(0), OnOpenPosition.IGNORE, LONG._replace(break_even_trigger=0.5, moved=True), NOTHING),
        (row(0), OnOpenPosition.IGNORE, SHORT._replace(break_even_trigger=0.5), NOTHING),
    ],
)
def test_plan(wish, on_open, holding, expected):
    assert plan(wish, on_open.code, 10.5, holding) == expected


def test_a_bracket_lies_around_its_anchor():
    assert bracket(1, 10.0, 1.0, 2.0) == (9.0, 12.0)
    assert bracket(-1, 10.0, 1.0, 2.0) == (11.0, 8.0)
    assert all(math.isnan(end) for end in bracket(1, 10.0, math.nan, math.nan))


def test_rows_of_signals_are_plain_numbers():
    table = SignalRows(
        Signals(
            side=np.array([0, -1], np.int8),
            stop_distance=np.array([0.1, 0.2]),
            exit_short=np.array([False, True]),
            columns={"rsi": np.array([50.0, 70.0])},
        )
    )
    assert (len(table), table.manages, table.extras(1)) == (2, True, {"rsi": 70.0})
    wish = table[1]
    assert (wish.side, wish.stop_distance, wish.exit_long, wish.exit_short, wish.size_hint) == (
        -1,
        0.2,
        False,
        True,
        1.0,
    )
    assert math.isnan(wish.target_distance)
    assert not isinstance(wish.stop_distance, np.generic)

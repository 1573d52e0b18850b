"""Exits that bars leave open, by hand. Bid and ask lie 0.01 around the mid prices written here."""

import pytest

from mbats.execution.costs import Spread, SpreadSource
from mbats.ledger.prices import Prices
from mbats.market.conversion import Conversion
from mbats.simulation.ambiguity import ambiguous_exits
from mbats.strategies.signal import Entry

FLAT = (10.0, 10.1, 9.9, 10.0)
BOTH = (10.0, 10.6, 9.6, 9.9)  # closes below its open: high first, so the target is filled
ONE = (10.0, 10.6, 9.9, 10.5)
GAP = (10.7, 10.8, 9.6, 9.7)
SCRIPT = {"side": [1], "stop_distance": 0.3, "target_distance": 0.5}


def look(run, market, script=SCRIPT, slippage=0.0, **terms):
    told = run(market, script, **terms)
    found = ambiguous_exits(told.journal, Prices({"EUR_USD": market}, Conversion("USD", {})), slippage)
    return told, (found.exits, found.ambiguous, round(found.difference, 9))


def test_a_bar_that_touched_both_is_ambiguous_and_priced(run, bars):
    told, found = look(run, bars([FLAT, FLAT, BOTH]))
    assert told.fills[-1][0] == "TAKE_PROFIT"
    assert found == (1, 1, -80.0)  # 100 units out at 9.70 instead of 10.50
    _, slipping = look(run, bars([FLAT, FLAT, BOTH]), slippage=1.0)
    assert slipping == (1, 1, -81.0)


def test_a_stop_that_came_first_changes_nothing(run, bars):
    told, found = look(run, bars([FLAT, FLAT, (10.0, 10.6, 9.6, 10.2)]))
    assert told.fills[-1][0] == "STOP_LOSS"
    assert found == (1, 1, 0.0)


@pytest.mark.parametrize("bar", [ONE, GAP])
def test_one_touched_or_a_gap_is_certain(run, bars, bar):
    assert look(run, bars([FLAT, FLAT, bar]))[1] == (1, 0, 0.0)


def test_the_side_that_counts_is_the_one_to_leave_by(run, bars):
    # Mid falls to 9.71, the bid to 9.70: both. At 9.72 the bid says 9.71: only the target.
    assert look(run, bars([FLAT, FLAT, (10.0, 10.6, 9.71, 9.9)]))[1][1] == 1
    assert look(run, bars([FLAT, FLAT, (10.0, 10.6, 9.72, 9.9)]))[1][1] == 0


def test_a_short_counts_on_the_ask(run, bars):
    script = SCRIPT | {"side": [-1]}
    # Rising bar: low first, the target at 9.50 is filled; the ask then passes the stop at 10.30.
    assert look(run, bars([FLAT, FLAT, (10.0, 10.4, 9.4, 10.1)]), script)[1] == (1, 1, -80.0)


def test_no_exit_no_ambiguity(run, bars):
    assert look(run, bars([FLAT] * 3))[1] == (0, 0, 0.0)


@pytest.mark.parametrize("end", [{"stop_distance": 0.3}, {"trailing_distance": 0.3}, {"target_distance": 0.4}])
def test_an_exit_in_the_bar_of_its_entry_is_certain_without_its_other_half(run, bars, end):
    """Regression: a stop without a target counted as ambiguous, since NaN slips through `min` and `max`."""
    script = {"side": [1], "entry": Entry.STOP, "entry_price": 10.3} | end
    assert look(run, bars([FLAT, (10.2, 10.5, 9.6, 9.8)]), script)[1] == (1, 0, 0.0)


def test_a_fixed_spread_is_the_one_to_look_with(run, bars):
    market = bars([FLAT, FLAT, BOTH])
    prices = Prices({"EUR_USD": market}, Conversion("USD", {}), Spread(SpreadSource.FIXED, pips=100))
    assert ambiguous_exits(run(market, SCRIPT).journal, prices).ambiguous == 0

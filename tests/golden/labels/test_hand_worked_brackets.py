"""Brackets worked by hand from the venue's rules, never from the code.

OANDA v20, "Order Fill" and "Trade": a buy fills at the ask and is closed at the bid; a stop at the first price at or
through it; a take profit at its price or better; an order on the wrong side at the fill cancels the entry
(STOP_LOSS_ON_FILL_LOSS). Within a bar prices go open, low, high, close where it closed above its open, else open, high,
low, close (docs/adr/0005-bar-path.md).

Every case is decided at a mid of 1.1000, with a width of 10 pips, a stop of one and a target of two widths, bid and ask
one pip from mid. So a long pays 1.1001, stops at 1.0990 and takes profit at 1.1020; a short gets 1.0999, stops at
1.1010 and takes profit at 1.0980.
"""

import numpy as np
import pytest

from fakes.bars import EUR_USD
from mbats.execution.costs import OANDA_US, Commission, Costs
from mbats.labels.bracket import FILL, Bracket
from mbats.market.bars import Bars, Quotes
from mbats.market.calendar import known_at
from mbats.market.timeframe import Timeframe

BEFORE = (1.1000, 1.1005, 1.0995, 1.1000)
QUIET = (1.1000, 1.1004, 1.0996, 1.1002)
LONG, SHORT = 1, -1


def bars_of(*rows):
    hour = Timeframe("H1")
    time = np.datetime64("2024-03-05T08", "ns").astype(np.int64) + np.arange(len(rows) + 1) * hour.nanoseconds
    mid = np.array([BEFORE, *rows]).T
    bid, ask = (Quotes(*np.round(mid + half, 5)) for half in (-0.0001, 0.0001))
    return Bars(EUR_USD, hour, time, known_at(time, hour), Quotes(*mid), np.zeros(len(time)), bid, ask)


def bracket(**changes):
    return Bracket("pips", lambda bars, _: np.full(len(bars), 0.0010), **{"stop": 1, "target": 2, "bars": 2, **changes})


def traded(side, rows, costs=OANDA_US, **changes):
    """Net profit in pips of the trade decided at the first bar, and how many bars after it the last one is."""
    bars = bars_of(*rows)
    outcome = bracket(**changes).outcome(bars, np.full(len(bars), side), costs)
    return outcome.net[0] * 10_000, int(np.searchsorted(bars.known_at, outcome.end[0]))


@pytest.mark.parametrize(
    ("side", "rows", "pips", "last"),
    [
        # target: the bid's high is 1.1024; 1.1020 - 1.1001
        (LONG, [(1.1000, 1.1025, 1.0995, 1.1020), QUIET], 19, 1),
        # stop: the bid's low is 1.0984; 1.0990 - 1.1001
        (LONG, [(1.1000, 1.1005, 1.0985, 1.0990), QUIET], -11, 1),
        # both in a bar that closed above its open: its low came first
        (LONG, [(1.1000, 1.1030, 1.0980, 1.1010), QUIET], -11, 1),
        # both in a bar that closed below its open: its high came first
        (LONG, [(1.1000, 1.1030, 1.0980, 1.0990), QUIET], 19, 1),
        # the bid's low is 1.09901: a tick above the stop; then the next bar's target
        (LONG, [(1.1000, 1.1005, 1.09911, 1.1000), (1.1000, 1.1025, 1.0995, 1.1020)], 19, 2),
        # the bid's low is the stop itself: at it is through it
        (LONG, [(1.1000, 1.1005, 1.0991, 1.1000), QUIET], -11, 1),
        # a gap through the stop fills at the first bid: 1.0979 - 1.1001
        (LONG, [QUIET, (1.0980, 1.0985, 1.0975, 1.0980)], -22, 2),
        # a gap beyond the target gives the better price: 1.1029 - 1.1001
        (LONG, [QUIET, (1.1030, 1.1035, 1.1025, 1.1030)], 28, 2),
        # two bars are over: the third one's first bid, 1.1002 - 1.1001
        (LONG, [QUIET, QUIET, (1.1003, 1.1100, 1.0900, 1.1000)], 1, 3),
        # the mirror images: 1.0999 - 1.0980; 1.0999 - 1.1010
        (SHORT, [(1.1000, 1.1005, 1.0975, 1.0980), QUIET], 19, 1),
        (SHORT, [(1.1000, 1.1015, 1.0995, 1.1010), QUIET], -11, 1),
        # both: the falling bar's high first, the rising bar's low first
        (SHORT, [(1.1000, 1.1020, 1.0970, 1.0990), QUIET], -11, 1),
        (SHORT, [(1.1000, 1.1020, 1.0970, 1.1010), QUIET], 19, 1),
        # a gap through the stop: the first ask is 1.1031
        (SHORT, [QUIET, (1.1030, 1.1035, 1.1025, 1.1030)], -32, 2),
        # two bars are over: the third one's first ask, 1.0999 - 1.1004
        (SHORT, [QUIET, QUIET, (1.1003, 1.1100, 1.0900, 1.1000)], -5, 3),
    ],
)
def test_a_bracket_brings_what_it_brings_by_hand(side, rows, pips, last) -> None:
    net, end = traded(side, rows)
    assert (net, end) == (pytest.approx(pips, abs=1e-8), last)


@pytest.mark.parametrize(
    ("side", "opening"),
    [(LONG, 1.0991), (LONG, 1.0980), (LONG, 1.1021), (SHORT, 1.1009), (SHORT, 1.0979)],
)
def test_a_gap_beyond_stop_or_target_cancels_the_entry(side, opening) -> None:
    rows = [(opening, opening + 0.0004, opening - 0.0004, opening), QUIET, QUIET, QUIET]
    net, end = traded(side, rows)
    assert np.isnan(net)
    assert end == 0


def test_a_trade_that_the_bars_do_not_see_the_end_of_is_none_yet() -> None:
    assert np.isnan(traded(LONG, [QUIET, QUIET])[0])
    assert np.isnan(traded(LONG, [])[0])


def test_costs_come_off_both_fills_and_slippage_off_market_and_stop() -> None:
    costs = Costs("dear", commission=Commission(per_unit=0.0002), slippage_pips=0.5)
    assert traded(LONG, [(1.1000, 1.1025, 1.0995, 1.1020)], costs)[0] == pytest.approx(
        19 - 4 - 0.5
    )  # a limit slips not
    assert traded(LONG, [(1.1000, 1.1005, 1.0985, 1.0990)], costs)[0] == pytest.approx(-11 - 4 - 1)
    assert traded(LONG, [QUIET, QUIET, BEFORE], costs)[0] == pytest.approx(-2 - 4 - 1)


def test_distances_may_count_from_the_fill_and_barriers_may_be_missing() -> None:
    rows = [(1.1000, 1.1005, 1.0992, 1.0995), QUIET, BEFORE]  # the bid's low is 1.0991
    assert traded(LONG, rows, anchor=FILL)[0] == pytest.approx(-10)  # stop at 1.1001 - 0.0010
    assert traded(LONG, rows)[0] == pytest.approx(-2)
    assert traded(LONG, [(1.1000, 1.1005, 1.0900, 1.0995), QUIET, BEFORE], stop=0)[0] == pytest.approx(-2)
    assert traded(LONG, [(1.1000, 1.1105, 1.0995, 1.0995), QUIET, BEFORE], target=0)[0] == pytest.approx(-2)

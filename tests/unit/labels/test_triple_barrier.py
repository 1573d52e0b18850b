from dataclasses import replace

import numpy as np
import pytest

from fakes.bars import bars
from mbats.errors.simulation import NoQuotes
from mbats.execution.costs import FREE, OANDA_US, Costs, Spread, SpreadSource
from mbats.execution.financing import DatedRates, FinancingRates
from mbats.labels.bracket import Bracket
from mbats.labels.meta_label import MetaLabel, Primary
from mbats.labels.triple_barrier import BOTH, LONG, SHORT, TripleBarrier

ROWS = 60


def market(rows=ROWS, seed=3):
    given = bars(count=rows)
    close = 1.1 + np.cumsum(np.random.default_rng(seed).normal(size=rows)) * 0.001
    opened = np.concatenate([close[:1], close[:-1]])
    mid = [opened, np.maximum(opened, close) + 0.0005, np.minimum(opened, close) - 0.0005, close]
    sides = {
        name: replace(given.mid, **dict(zip(("open", "high", "low", "close"), mid, strict=True))) for name in ("mid",)
    }
    bid, ask = (
        replace(
            given.mid, **{name: level + half for name, level in zip(("open", "high", "low", "close"), mid, strict=True)}
        )
        for half in (-0.0001, 0.0001)
    )
    return replace(given, bid=bid, ask=ask, **sides)


def bracket(**changes):
    return Bracket("pips", lambda bars, _: np.full(len(bars), 0.002), **{"bars": 5, **changes})


def test_a_sides_label_is_the_sign_of_its_trades_profit() -> None:
    given = market()
    for side, sign in ((LONG, 1), (SHORT, -1)):
        labels = TripleBarrier(bracket(), side).label(given, OANDA_US)
        trades = bracket().outcome(given, np.full(ROWS, sign), OANDA_US)
        assert {-1.0, 1.0} == set(labels.value[~np.isnan(labels.value)])
        assert np.array_equal(labels.value > 0, trades.net > 0)
        assert np.array_equal(labels.outcome, trades.net / trades.price, equal_nan=True)
        assert np.array_equal(labels.end, trades.end)


def test_both_asks_which_side_is_the_better_one() -> None:
    given = market()
    labels = TripleBarrier(bracket(), BOTH).label(given, OANDA_US)
    long, short = (bracket().outcome(given, np.full(ROWS, sign), OANDA_US) for sign in (1, -1))
    told = ~np.isnan(labels.value)
    assert np.array_equal(labels.value[told] > 0, long.net[told] > short.net[told])
    assert np.array_equal(labels.end[told], np.maximum(long.end, short.end)[told])
    assert np.sign(labels.outcome[told]).tolist() == labels.value[told].tolist()


def test_where_a_whipsaw_stops_both_there_is_nothing_to_tell() -> None:
    given = market()
    given.mid.open[:], given.mid.close[:] = 1.1, 1.1
    for side, half in ((given.bid, -0.0001), (given.ask, 0.0001)):
        side.open[:], side.close[:], side.high[:], side.low[:] = 1.1 + half, 1.1 + half, 1.103 + half, 1.097 + half
    labels = TripleBarrier(bracket(stop=1.0, target=4.0), BOTH).label(given, OANDA_US)
    assert np.isnan(labels.value).all()
    assert np.isnan(labels.outcome).all()
    assert (labels.end == labels.start).all()
    assert (TripleBarrier(bracket(stop=1.0, target=4.0), LONG).label(given, OANDA_US).value[:-1] == -1.0).all()


def test_without_a_width_there_is_no_trade() -> None:
    given = market()
    known = Bracket("late", lambda bars, _: np.where(np.arange(len(bars)) < 7, np.nan, 0.002), bars=5)
    labels = TripleBarrier(known).label(given, OANDA_US)
    assert np.isnan(labels.value[:7]).all()
    assert not np.isnan(labels.value[7:30]).all()


def test_a_meta_label_is_silent_where_its_primary_is() -> None:
    given = market()
    sides = np.resize(np.array([0, 1, 0, -1], dtype=np.int8), ROWS)
    labels = MetaLabel(bracket(), Primary("Idea", "c0de", lambda _: sides)).label(given, OANDA_US)
    assert np.isnan(labels.value[sides == 0]).all()
    for sign in (1, -1):
        net = bracket().outcome(given, np.full(ROWS, sign), OANDA_US).net
        mine = (sides == sign) & ~np.isnan(net)
        assert mine.sum() > 5
        assert np.array_equal(labels.value[mine], (net[mine] > 0).astype(float))


def test_spread_is_a_part_of_the_label_and_quotes_are_asked_for() -> None:
    given = market()
    free, dear = (
        TripleBarrier(bracket(), LONG).label(given, costs).outcome
        for costs in (FREE, Costs("wide", Spread(SpreadSource.FIXED, 5.0)))
    )
    told = ~np.isnan(free) & ~np.isnan(dear)
    assert (dear[told] <= free[told]).all()
    bare = replace(given, bid=None, ask=None)
    assert np.array_equal(TripleBarrier(bracket(), LONG).label(bare, FREE).outcome, free, equal_nan=True)
    with pytest.raises(NoQuotes, match="EUR_USD"):
        TripleBarrier(bracket()).label(bare, OANDA_US)


def test_dated_financing_is_charged_where_the_costs_say_so() -> None:
    given = market()
    rates = FinancingRates({"EUR_USD": DatedRates(given.time[:1], np.array([-0.5]), np.array([-0.5]), "made up")})
    label = TripleBarrier(bracket(stop=0, target=0), LONG)
    without = label.label(given, OANDA_US).outcome
    assert np.nanmin(without - label.label(given, OANDA_US, rates).outcome) == 0.0
    assert np.nanmax(without - label.label(given, OANDA_US, rates).outcome) > 0.001
    assert np.array_equal(
        label.label(given, replace(OANDA_US, financing=False), rates).outcome, without, equal_nan=True
    )

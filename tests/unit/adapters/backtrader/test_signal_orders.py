"""What the fields of `Signals` do, under both fill rules. Bid and ask lie 0.01 around the mid prices written here."""

import math

import pytest

from mbats.execution.costs import FREE
from mbats.execution.fills import FillRules
from mbats.execution.order import Role
from mbats.ledger.journal import Kind
from mbats.portfolio.sizing import FixedUnits, PercentRisk
from mbats.strategies.signal import Entry, OnOpenPosition

FLAT = (10.0, 10.1, 9.9, 10.0)
UP = (10.2, 10.3, 10.1, 10.2)
NATIVE = {"fills": FillRules.BACKTRADER, "costs": FREE, "cash": 100_000.0}


def test_a_limit_entry_waits_for_its_price(run, bars):
    told = run(bars([FLAT, FLAT, (9.9, 10.0, 9.6, 9.7)]), {"side": [1], "entry": Entry.LIMIT, "entry_price": 9.7})
    assert told.fills == [("ENTRY", 2, 100.0, 9.7)]


def test_a_limit_entry_is_filled_better_at_a_gap(run, bars):
    told = run(bars([FLAT, (9.5, 9.6, 9.4, 9.5)]), {"side": [1], "entry": Entry.LIMIT, "entry_price": 9.7})
    assert told.fills == [("ENTRY", 1, 100.0, 9.51)]


def test_a_stop_entry_buys_when_the_ask_rises_to_it(run, bars):
    script = {"side": [1], "entry": Entry.STOP, "entry_price": 10.3, "stop_distance": 0.3}
    told = run(bars([FLAT, FLAT, (10.1, 10.4, 10.0, 10.2)]), script)
    assert told.fills == [("ENTRY", 2, 100.0, 10.3)]


def test_a_child_lives_only_after_a_stop_entry_was_filled(run, bars):
    # Falling bar: 10.2, up to 10.4 (ask 10.3 on the way), down to 9.6, close 9.8: the stop at 9.7 comes after.
    script = {"side": [1], "entry": Entry.STOP, "entry_price": 10.3, "stop_distance": 0.3}
    told = run(bars([FLAT, (10.2, 10.4, 9.6, 9.8)]), script)
    assert told.fills == [("ENTRY", 1, 100.0, 10.3), ("STOP_LOSS", 1, -100.0, 9.7)]
    # Rising bar: low first, while the stop did not live; then the entry.
    told = run(bars([FLAT, (10.2, 10.4, 9.6, 10.3)]), script)
    assert told.fills == [("ENTRY", 1, 100.0, 10.3)]


@pytest.mark.parametrize(("expiry", "filled"), [(1, False), (2, True), (0, True)])
def test_an_entry_lapses_after_so_many_bars(run, bars, expiry, filled):
    script = {"side": [1], "entry": Entry.LIMIT, "entry_price": 9.7, "expiry_bars": expiry}
    for terms in ({}, NATIVE):
        told = run(bars([FLAT, FLAT, (9.9, 10.0, 9.6, 9.7)]), script, **terms)
        assert bool(told.fills) is filled
        assert told.reasons(Kind.EXPIRY) == ([] if filled else ["EXPIRED"])


def test_a_new_signal_replaces_an_entry_that_waits(run, bars):
    script = {"side": [1, 1], "entry": Entry.LIMIT, "entry_price": [9.7, 9.8, 9.8]}
    told = run(bars([FLAT, FLAT, (9.9, 10.0, 9.6, 9.7)]), script)
    assert told.fills == [("ENTRY", 2, 100.0, 9.8)]
    assert told.reasons(Kind.CANCEL) == ["REPLACED"]


@pytest.mark.parametrize("terms", [{}, NATIVE])
def test_signals_in_a_position_are_ignored(run, bars, terms):
    assert len(run(bars([FLAT] * 4), {"side": [1, -1, 1]}, **terms).fills) == 1


@pytest.mark.parametrize("terms", [{}, NATIVE])
def test_an_opposite_signal_may_close(run, bars, terms):
    told = run(bars([FLAT] * 4), {"side": [1, -1], "on_open_position": "close", "stop_distance": 1.0}, **terms)
    assert [(role, units) for role, _, units, _ in told.fills] == [("ENTRY", 100.0), ("EXIT", -100.0)]
    assert len(told.of(Kind.CANCEL)) == 1


@pytest.mark.parametrize("terms", [{}, NATIVE])
def test_an_opposite_signal_may_reverse(run, bars, terms):
    script = {"side": [1, -1], "on_open_position": "reverse", "stop_distance": 1.0, "target_distance": 0.5}
    told = run(bars([FLAT, FLAT, UP, (9.6, 9.7, 9.3, 9.4)]), script, **terms)
    half = 0.0 if terms else 0.01
    assert told.fills == [
        ("ENTRY", 1, 100.0, 10.0 + half),
        ("REVERSAL", 2, -200.0, 10.2 - half),
        ("TAKE_PROFIT", 3, 100.0, 9.5),
    ]
    assert told.pnl == [0.0, 20.0 - 200 * half, round(70.0 - 100 * half, 9)]


@pytest.mark.parametrize("terms", [{}, NATIVE])
def test_a_time_stop_closes_after_so_many_bars(run, bars, terms):
    told = run(bars([FLAT] * 6), {"side": [1], "max_bars": 3, "stop_distance": 1.0}, **terms)
    assert [(role, hour) for role, hour, _, _ in told.fills] == [("ENTRY", 1), ("TIME_STOP", 4)]


def test_a_trailing_stop_follows_the_bid_inside_the_bar(run, bars):
    # Falling bar: 10.0 up to 10.6 (bid 10.59, stop 10.29), then down through it.
    told = run(bars([FLAT, FLAT, (10.0, 10.6, 9.9, 10.1)]), {"side": [1], "trailing_distance": 0.3})
    assert told.fills == [("ENTRY", 1, 100.0, 10.01), ("STOP_LOSS", 2, -100.0, 10.29)]


def test_a_trailing_stop_keeps_its_level_over_bars(run, bars):
    rows = [FLAT, FLAT, (10.0, 10.6, 10.0, 10.5), (10.4, 10.45, 10.2, 10.3)]
    told = run(bars(rows), {"side": [1], "trailing_distance": 0.3, "stop_distance": 0.5})
    assert told.fills[-1] == ("STOP_LOSS", 3, -100.0, 10.29)


def test_a_short_trails_the_ask(run, bars):
    rows = [FLAT, FLAT, (10.0, 10.05, 9.4, 9.5), (9.6, 9.9, 9.55, 9.8)]
    told = run(bars(rows), {"side": [-1], "trailing_distance": 0.3})
    assert told.fills[-1] == ("STOP_LOSS", 3, 100.0, 9.71)  # 9.41 + 0.30


def test_backtraders_trailing_stop_moves_on_closes(run, bars):
    rows = [FLAT, FLAT, (10.0, 10.6, 10.0, 10.5), (10.4, 10.45, 10.15, 10.3)]
    told = run(bars(rows), {"side": [1], "trailing_distance": 0.3}, **NATIVE)
    assert told.fills == [("ENTRY", 1, 100.0, 10.0), ("STOP_LOSS", 3, -100.0, 10.2)]


@pytest.mark.parametrize("terms", [{}, NATIVE])
def test_the_stop_goes_to_the_fill_price_once_a_close_is_far_enough(run, bars, terms):
    rows = [FLAT, FLAT, (10.0, 10.5, 10.0, 10.4), (10.3, 10.4, 9.9, 10.0)]
    script = {"side": [1], "stop_distance": 0.5, "target_distance": 2.0, "break_even_trigger": 0.3}
    told = run(bars(rows), script, **terms)
    fill = 10.0 if terms else 10.01
    assert told.fills == [("ENTRY", 1, 100.0, fill), ("STOP_LOSS", 3, -100.0, fill)]
    assert len(told.of(Kind.REPLACE)) == (0 if terms else 1)


def test_break_even_never_loosens_a_tighter_stop(run, bars):
    rows = [FLAT, FLAT, (10.0, 10.6, 10.0, 10.5), (10.5, 10.55, 10.2, 10.3)]
    script = {"side": [1], "trailing_distance": 0.3, "break_even_trigger": 0.3}
    assert run(bars(rows), script).fills[-1] == ("STOP_LOSS", 3, -100.0, 10.29)


def test_break_even_protects_a_position_that_had_no_stop(run, bars):
    rows = [FLAT, FLAT, (10.0, 10.5, 10.0, 10.4), (10.3, 10.4, 9.9, 10.0)]
    for terms, fill in (({}, 10.01), (NATIVE, 10.0)):
        told = run(bars(rows), {"side": [1], "break_even_trigger": 0.3}, **terms)
        assert told.fills[-1] == ("STOP_LOSS", 3, -100.0, fill)


def test_a_fill_anchored_bracket_under_backtraders_rules_lives_a_bar_later(run, bars):
    script = {"side": [1], "stop_distance": 0.3, "target_distance": 0.5, "anchor": "fill"}
    told = run(bars([FLAT, (10.2, 10.3, 9.8, 10.2), (10.2, 10.3, 9.8, 10.0)]), script, **NATIVE)
    assert told.fills == [("ENTRY", 1, 100.0, 10.2), ("STOP_LOSS", 2, -100.0, 9.9)]


def test_a_size_hint_multiplies_the_size(run, bars):
    told = run(bars([FLAT] * 2), {"side": [1], "size_hint": 0.255}, units=100)
    assert told.fills[0][2] == 25.0


def test_less_than_a_lot_is_blocked_and_said(run, bars):
    told = run(bars([FLAT] * 2), {"side": [1]}, units=0.5)
    assert told.fills == []
    assert told.reasons(Kind.BLOCKED) == ["SIZE_BELOW_LOT"]


def test_a_decision_carries_the_strategys_columns_and_the_moment_its_bar_was_known(run, bars):
    market = bars([FLAT] * 3)
    told = run(market, {"side": [0, 1], "stop_distance": 0.3, "columns": {"rsi": market.close * 3}})
    (decision,) = told.of(Kind.DECISION)
    assert (decision.time, decision.units, decision.price) == (market.known_at[1], 100.0, 10.0)
    assert decision.stop == pytest.approx(9.7)
    assert told.journal.extras["rsi"].tolist() == [30.0]


@pytest.mark.parametrize("terms", [{"cash": 100_000.0}, NATIVE])
def test_each_instruments_own_stop_distance_sizes_its_stop(run, bars, terms):
    """Regression: the first instrument's ATR sizing every instrument's stop."""
    market = {symbol: bars([FLAT] * 3, symbol) for symbol in ("EUR_USD", "GBP_USD")}
    script = {"EUR_USD": {"side": [1], "stop_distance": 0.5}, "GBP_USD": {"side": [1], "stop_distance": 2.0}}
    told = run(market, script, sizing=PercentRisk(1.0), **terms)
    stops = {event.instrument: event.stop for event in told.of(Kind.DECISION)}
    assert stops == {0: 9.5, 1: 8.0}
    assert [fill[2] for fill in told.fills] == [2000.0, 500.0]  # 1,000 at risk over 0.5 and 2.0
    assert [event.price for event in told.of(Kind.ORDER) if event.parent] == [9.5, 8.0]


@pytest.mark.parametrize("terms", [{"cash": 100_000.0}, NATIVE])
@pytest.mark.parametrize(
    ("fields", "units"),
    [
        ({"trailing_distance": 0.5}, 2_000.0),
        ({"trailing_distance": 0.5, "stop_distance": 2.0}, 2_000.0),
        ({"trailing_distance": 2.0, "stop_distance": 0.5}, 2_000.0),
        ({"trailing_distance": [math.nan] * 3, "stop_distance": 0.5}, 2_000.0),
    ],
)
def test_the_tighter_of_fixed_and_trailing_stop_is_the_risk(run, bars, terms, fields, units):
    """Regression: a trailing stop alone counted as no stop, and nothing traded."""
    told = run(bars([FLAT] * 3), {"side": [1]} | fields, sizing=PercentRisk(1.0), **terms)
    assert [fill[2] for fill in told.fills] == [units]  # 1,000 at risk over 0.5


def test_instruments_of_one_moment_are_treated_in_the_markets_order(run, bars):
    market = {symbol: bars([FLAT] * 2, symbol) for symbol in ("GBP_USD", "AUD_USD", "EUR_USD")}
    told = run(market, {"side": [1]}, sizing=FixedUnits(10))
    assert [told.journal.instruments[event.instrument] for event in told.of(Kind.FILL)] == list(market)


REFUSED_REVERSAL = {
    "side": [-1, 0, 1, 0],
    "on_open_position": OnOpenPosition.REVERSE,
    "size_hint": [1.0, 1.0, 100.0, 1.0],
    "break_even_trigger": 0.3,
}


@pytest.mark.parametrize("fills", FillRules)
def test_a_refused_reversal_leaves_the_break_even_stop_to_the_position_that_stays(run, bars, fills):
    falling = bars([(10, 10, 10, 10), (10, 10, 10, 10), (10, 10, 10, 10), (10, 10, 9.5, 9.5), (9.5, 10, 9.5, 9.9)])
    told = run(falling, REFUSED_REVERSAL, fills=fills, cash=1_100.0, costs=FREE)
    stop = next(event for event in told.of(Kind.ORDER) if event.role == Role.STOP_LOSS)
    assert (stop.units, stop.price) == (100.0, 10.0)
    assert told.fills == [("ENTRY", 1, -100.0, 10.0), ("STOP_LOSS", 4, 100.0, 10.0)]

"""A bracket that counts from the fill, where the bar of the fill is also decided to end or to protect the position.

Backtrader cannot cancel at a close what was sent at that close. Regression: the bracket was, and outlived its position.
"""

import pytest

from mbats.execution.costs import FREE
from mbats.execution.fills import FillRules
from mbats.execution.order import Role
from mbats.ledger.journal import Kind
from mbats.strategies.signal import Entry

TERMS = {"fills": FillRules.BACKTRADER, "costs": FREE, "cash": 100_000.0}
AROUND_THE_FILL = {"anchor": "fill", "stop_distance": 0.5, "target_distance": 0.8}
FLAT = (10.0, 10.1, 9.9, 10.0)
RISEN = (10.0, 10.4, 9.9, 10.3)
STAYS = (10.3, 10.4, 10.2, 10.3)
FALLS = (10.3, 10.3, 8.5, 8.6)
SOARS = (8.6, 12.0, 8.5, 11.9)


def alive(told):
    """Numbers of orders that have not ended."""
    ends = {event.order for event in told.of(Kind.FILL, Kind.CANCEL, Kind.EXPIRY, Kind.REJECT)}
    return {event.order for event in told.of(Kind.ORDER)} - ends


def protective(told):
    return [
        (Role(event.role).name, event.units, round(event.price, 9))
        for event in told.of(Kind.ORDER)
        if event.role in (Role.STOP_LOSS, Role.TAKE_PROFIT)
    ]


@pytest.fixture
def trade(run, bars):
    """Enter at the second bar, whose close decides; then through all prices at which a stray order could wait."""

    def tell(script, then=(STAYS, FALLS, SOARS)):
        return run(bars([FLAT, RISEN, *then]), AROUND_THE_FILL | script, **TERMS)

    return tell


def test_break_even_at_the_fills_close_sends_the_moved_stop_at_once(trade):
    told = trade({"side": [1], "break_even_trigger": 0.3})
    assert protective(told) == [("STOP_LOSS", -100.0, 10.0), ("TAKE_PROFIT", -100.0, 10.8)]
    assert told.fills == [("ENTRY", 1, 100.0, 10.0), ("STOP_LOSS", 3, -100.0, 10.0)]
    assert not alive(told)


def test_break_even_of_a_short_with_a_trailing_stop(run, bars):
    script = {"side": [-1], "break_even_trigger": 0.3, "trailing_distance": 0.7, "anchor": "fill"}
    told = run(bars([FLAT, (10.0, 10.1, 9.6, 9.7), (9.7, 10.2, 9.6, 9.8)]), script, **TERMS)
    assert protective(told) == [("STOP_LOSS", 100.0, 10.0), ("STOP_LOSS", 100.0, 10.7)]
    assert told.fills == [("ENTRY", 1, -100.0, 10.0), ("STOP_LOSS", 2, 100.0, 10.0)]
    assert not alive(told)


@pytest.mark.parametrize(
    ("script", "role"),
    [
        ({"side": [1], "exit_long": [False, True, False]}, "EXIT"),
        ({"side": [1], "max_bars": 1}, "TIME_STOP"),
        ({"side": [1, -1], "on_open_position": "close"}, "EXIT"),
    ],
)
def test_a_position_closed_at_its_fills_close_sends_no_bracket(trade, script, role):
    told = trade(script)
    assert told.fills == [("ENTRY", 1, 100.0, 10.0), (role, 2, -100.0, 10.3)]
    assert protective(told) == []
    assert not alive(told)


def test_a_position_reversed_at_its_fills_close_sends_only_the_new_bracket(trade):
    told = trade({"side": [1, -1], "on_open_position": "reverse"})
    assert told.fills == [("ENTRY", 1, 100.0, 10.0), ("REVERSAL", 2, -200.0, 10.3), ("TAKE_PROFIT", 3, 100.0, 9.5)]
    assert protective(told) == [("STOP_LOSS", 100.0, 10.8), ("TAKE_PROFIT", 100.0, 9.5)]
    assert not alive(told)


def test_a_reversal_too_small_to_send_closes_and_sends_no_bracket(trade):
    told = trade({"side": [1, -1], "on_open_position": "reverse", "size_hint": [1.0, 0.0]})
    assert told.fills == [("ENTRY", 1, 100.0, 10.0), ("EXIT", 2, -100.0, 10.3)]
    assert protective(told) == []
    assert not alive(told)


def test_a_bracket_keeps_its_place_before_what_other_instruments_send(run, bars):
    market = {symbol: bars([FLAT, RISEN, FLAT], symbol) for symbol in ("AUD_USD", "EUR_USD")}
    script = {"AUD_USD": {"side": [0, 1]}, "EUR_USD": {"side": [1]} | AROUND_THE_FILL}
    told = run(market, script, **TERMS)
    sent = [(told.journal.instruments[event.instrument], Role(event.role).name) for event in told.of(Kind.ORDER)]
    assert sent[1:] == [("EUR_USD", "STOP_LOSS"), ("EUR_USD", "TAKE_PROFIT"), ("AUD_USD", "ENTRY")]


def test_a_fill_on_a_bar_decided_before_is_protected_at_once(run, bars):
    """While another instrument moves on, Backtrader fills on an old bar; the entry was its decision."""
    waits = {"side": [1], "entry": Entry.LIMIT, "entry_price": 10.0}
    market = {
        "AUD_USD": bars([FLAT, FLAT, FLAT, FLAT], "AUD_USD"),
        "EUR_USD": bars([FLAT, (10.2, 10.3, 9.6, 10.2)], "EUR_USD", hours=[0, 3]),
    }
    told = run(
        market, {"AUD_USD": {"side": []}, "EUR_USD": waits | AROUND_THE_FILL | {"target_distance": 0.2}}, **TERMS
    )
    assert told.fills == [("ENTRY", 0, 100.0, 10.0), ("TAKE_PROFIT", 3, -100.0, 10.2)]
    assert protective(told) == [("STOP_LOSS", -100.0, 9.5), ("TAKE_PROFIT", -100.0, 10.2)]
    assert not alive(told)


@pytest.mark.parametrize(
    ("fields", "last"),
    [
        ({"break_even_trigger": 0.3}, ("STOP_LOSS", 3, -100.0, 10.0)),
        ({"max_bars": 1}, ("TIME_STOP", 2, -100.0, 10.3)),
        ({"exit_long": [False, True, False]}, ("EXIT", 2, -100.0, 10.3)),
    ],
)
def test_a_bracket_around_the_signals_close_can_be_cancelled_at_the_fills_close(trade, fields, last):
    told = trade({"side": [1]} | fields | {"anchor": "signal_close"})
    assert told.fills == [("ENTRY", 1, 100.0, 10.0), last]
    assert not alive(told)

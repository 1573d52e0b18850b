import numpy as np
import pytest

from mbats.ledger.netting import legs
from mbats.ledger.positions import positions


def fills(make_journal, *rows):
    events = [
        {
            "time": f"2016-07-01 {hour:02}:00",
            "symbol": symbol,
            "units": units,
            "price": price,
            "pnl": pnl,
            "money": "USD",
        }
        for hour, (symbol, units, price, pnl) in enumerate(rows)
    ]
    return make_journal(*events)


def test_units_and_average_price_after_each_fill(make_journal):
    journal = fills(
        make_journal,
        ("EUR_USD", 1_000.0, 1.10, 0.0),
        ("EUR_USD", 1_000.0, 1.12, 0.0),
        ("EUR_USD", -500.0, 1.15, 20.0),
        ("EUR_USD", -3_000.0, 1.13, 30.0),
        ("EUR_USD", 1_500.0, 1.10, 45.0),
    )
    held = positions(journal)
    assert held.units.tolist() == [1_000, 2_000, 1_500, -1_500, 0]
    assert held.price[:4] == pytest.approx([1.10, 1.11, 1.11, 1.13])
    assert np.isnan(held.price[4])


def test_first_in_first_out_profit_leaves_the_younger_price(make_journal):
    # FIFO realises against 1.10 (0.05 * 1000), so what remains was bought at 1.12.
    rows = [("EUR_USD", 1_000.0, 1.10, 0.0), ("EUR_USD", 1_000.0, 1.12, 0.0), ("EUR_USD", -1_000.0, 1.15, 50.0)]
    assert positions(fills(make_journal, *rows)).price[-1] == pytest.approx(1.12)


def test_instruments_are_netted_apart(make_journal):
    rows = [("EUR_USD", 1_000.0, 1.10, 0.0), ("GBP_USD", -500.0, 1.30, 0.0), ("EUR_USD", -1_000.0, 1.11, 10.0)]
    held = positions(fills(make_journal, *rows))
    assert held.units.tolist() == [1_000, -500, 0]


def test_fractional_lots_that_add_up_to_nothing_are_flat(make_journal):
    rows = [("EUR_USD", 0.1, 1.0, 0.0), ("EUR_USD", 0.2, 1.0, 0.0), ("EUR_USD", -0.3, 1.0, 0.0)]
    journal = fills(make_journal, *rows)
    assert positions(journal).units[-1] == 0
    assert legs(journal)[-1].held == 0


def test_a_reversal_closes_one_trip_and_opens_the_next(make_journal):
    rows = [("EUR_USD", 1_000.0, 1.10, 0.0), ("EUR_USD", -2_500.0, 1.12, 20.0), ("EUR_USD", 1_500.0, 1.11, 15.0)]
    found = legs(fills(make_journal, *rows))
    assert [(leg.row, leg.trip, leg.units, leg.closing) for leg in found] == [
        (0, 0, 1_000, False),
        (1, 0, -1_000, True),
        (1, 1, -1_500, False),
        (2, 1, 1_500, True),
    ]


def test_nothing_traded(make_journal):
    assert len(positions(make_journal())) == 0
    assert legs(make_journal()) == []

"""Whatever a venue booked for a fill, the ledger books the same from the journal's row."""

from decimal import ROUND_HALF_EVEN, Decimal

from hypothesis import given
from hypothesis import strategies as st

from mbats.execution.broker import Kind, Transaction
from mbats.ledger.account import keep_books
from mbats.ledger.journal import Event, JournalWriter
from mbats.ledger.journal import Kind as Row
from mbats.ledger.terms import Account
from mbats.live.booked import booked

MARKUP = 0.005
PLACES = Decimal("0.0001")
rates = st.decimals("0.004", "3", places=7)
profits = st.lists(st.decimals(-5_000, 5_000, places=3), min_size=1, max_size=4)


def _fill(rate):
    return Transaction(1, 1, Kind.FILL, {}, gain_rate=rate * Decimal("0.995"), loss_rate=rate * Decimal("1.005"))


def _ledger(paid, currency):
    writer = JournalWriter(("X",), ("s",), ("USD", "JPY"))
    writer.append(Event(1, Row.FILL, 0, 0, currency=currency, units=1.0, price=1.0, pnl=paid.pnl, rate=paid.rate))
    writer.append(Event(1, Row.FEE, 0, 0, currency=0, amount=float(paid.rest), rate=1.0))
    return keep_books(writer.journal(), Account(), MARKUP).balance - Account().cash


@given(profits, rates)
def test_another_currency(parts, rate):
    """Each closed trade is rounded by itself, gains and losses at their own rates, as a venue may do."""
    factors = [rate * (Decimal("0.995") if part > 0 else Decimal("1.005")) for part in parts]
    amount = sum((part * factor).quantize(PLACES, ROUND_HALF_EVEN) for part, factor in zip(parts, factors, strict=True))
    paid = booked(sum(parts), amount, _fill(rate), MARKUP, float("nan"), home=False)
    assert _ledger(paid, 1) == amount


@given(profits)
def test_the_accounts_own_currency(parts):
    amount = sum(part.quantize(PLACES, ROUND_HALF_EVEN) for part in parts)
    paid = booked(sum(parts), amount, _fill(Decimal(1)), MARKUP, float("nan"), home=True)
    assert (_ledger(paid, 0), paid.rest) == (amount, 0)


@given(st.decimals(-5_000, 5_000, places=3), rates)
def test_one_trade_keeps_the_venues_rate(profit, rate):
    factor = Decimal("0.995") if profit > 0 else Decimal("1.005")
    amount = (profit * rate * factor).quantize(PLACES, ROUND_HALF_EVEN)
    paid = booked(profit, amount, _fill(rate), MARKUP, float("nan"), home=False)
    assert paid.rate == float(rate)

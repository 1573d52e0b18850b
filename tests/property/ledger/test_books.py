"""What must hold of the accounts whatever a journal says; the oracle is exact rational arithmetic."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbats.execution.costs import Spread
from mbats.ledger.account import keep_books
from mbats.ledger.cost_split import total
from mbats.ledger.journal import Event, JournalWriter, Kind
from mbats.ledger.liquidation import liquidated
from mbats.ledger.netting import legs
from mbats.ledger.positions import positions
from mbats.ledger.prices import Prices
from mbats.ledger.round_trips import round_trips
from mbats.ledger.terms import Account
from mbats.ledger.valuation import Valuer
from mbats.market.bars import Bars, Quotes
from mbats.market.catalogue import fx_pair
from mbats.market.conversion import Conversion
from mbats.market.timeframe import Timeframe

HOUR = 3_600_000_000_000
SYMBOLS = ("EUR_USD", "EUR_GBP")
CURRENCIES = ("USD", "GBP")
HOURS = 30
MARKUP = 0.005

money = st.floats(-1e6, 1e6, allow_nan=False)
rates = st.floats(1e-3, 1e3, allow_nan=False)
kinds = st.sampled_from([Kind.FILL, Kind.FEE, Kind.FINANCING, Kind.TRANSFER])


@st.composite
def flows(draw):
    writer = JournalWriter(SYMBOLS, ("Sample",), CURRENCIES)
    for row in range(draw(st.integers(0, 20))):
        kind, currency, amount = draw(kinds), draw(st.integers(0, 1)), draw(money)
        where = {"currency": currency, "rate": draw(rates) if currency else 1.0}
        writer.append(Event(row, kind, 0, 0, pnl=amount, amount=amount, **where))
    return writer.journal()


def half_even(amount: Fraction, places: int) -> Fraction:
    return Fraction(round(amount * 10**places), 10**places)


def exact(value: float) -> Fraction:
    return Fraction(Decimal(repr(value)))


@given(flows(), st.sampled_from([0, 2, 4]), st.sampled_from([0.0, 0.005, 0.01]))
def test_each_flow_is_converted_exactly_and_rounded_once_and_the_balance_is_their_sum(journal, places, markup):
    account = Account("USD", Decimal("12345.67"), places=places)
    books = keep_books(journal, account, markup)
    for flow in books.flows:
        event = list(journal)[flow.row]
        paid = event.pnl if event.kind == Kind.FILL else event.amount
        factor = 1 if event.currency == 0 else 1 - exact(markup) if paid > 0 else 1 + exact(markup)
        assert Fraction(flow.amount) == half_even(exact(paid) * exact(event.rate) * factor, places)
    assert books.balance == account.cash + sum(flow.amount for flow in books.flows)
    running = account.cash
    for flow in books.flows:
        running += flow.amount
        assert flow.balance == running


@st.composite
def trading(draw):
    """A journal of fills, fees and financing at prices around a random market, with the market."""
    generator = np.random.default_rng(draw(st.integers(0, 2**32)))
    market = {symbol: _bars(symbol, generator) for symbol in SYMBOLS}
    writer = JournalWriter(SYMBOLS, ("Sample",), CURRENCIES)
    held = {0: (0.0, 0.0), 1: (0.0, 0.0)}
    for row in range(draw(st.integers(0, 25))):
        code = draw(st.integers(0, 1))
        units = float(draw(st.integers(-5, 5).filter(bool))) * 1_000
        bar = min(row, HOURS - 1)
        bars, rate = market[SYMBOLS[code]], 1.25 if code else 1.0
        mid, slip = float(bars.open[bar]), draw(st.sampled_from([0.0, 0.0001]))
        price = mid + (0.0002 + slip) * (1 if units > 0 else -1)
        held[code], pnl = _net(*held[code], units, price)
        where = {"currency": code, "rate": rate, "order": row + 1}
        time = int(bars.time[bar])
        writer.append(
            Event(time, Kind.FILL, code, 0, units=units, price=price, mid=mid, slippage=slip, pnl=pnl, **where)
        )
        if draw(st.booleans()):
            writer.append(Event(time, Kind.FEE, code, 0, amount=-abs(units) * 3e-5, **where))
        if draw(st.booleans()):
            writer.append(Event(time, Kind.FINANCING, code, 0, amount=draw(st.floats(-5, 5)), currency=code, rate=rate))
    return writer.journal(), market


def _bars(symbol, generator):
    close = 1.0 + np.cumsum(generator.normal(0, 0.001, HOURS))
    open_ = np.append(1.0, close[:-1])
    sides = [Quotes(*(column + move for column in (open_, open_, open_, close))) for move in (-0.0002, 0.0, 0.0002)]
    time = HOUR * np.arange(HOURS)
    return Bars(fx_pair(symbol), Timeframe("H1"), time, time + HOUR, sides[1], np.zeros(HOURS), sides[0], sides[2])


def _net(held, paid, units, price):
    after = held + units
    if held * units >= 0:
        return (after, (held * paid + units * price) / after), 0.0
    closed = min(abs(held), abs(units)) * np.sign(held)
    return (after, paid if held * after > 0 else price), float(closed * (price - paid))


def conversion():
    """Pounds at 1.25 dollars, always."""
    flat = Quotes(*(np.full(HOURS, 1.25) for _ in range(4)))
    time = HOUR * np.arange(HOURS)
    pounds = Bars(fx_pair("GBP_USD"), Timeframe("H1"), time, time + HOUR, flat, np.zeros(HOURS))
    return Conversion("USD", {"GBP_USD": pounds})


@given(trading())
def test_gross_less_costs_is_net_to_the_last_digit_and_net_is_what_the_account_gained(case):
    journal, market = case
    account = Account("USD", Decimal(100_000))
    prices = Prices(market, conversion(), Spread(), MARKUP)
    marked = liquidated(journal, prices)
    books = keep_books(marked, account, MARKUP)
    trips = round_trips(marked, books, prices, marks=len(journal))
    everything = total(trips.exact) + trips.unattributed
    assert everything.gross - everything.costs == everything.net
    assert account.cash + everything.net == books.balance
    nav = Valuer(journal, books.until(len(journal)), prices).at(np.array([prices.end])).nav[-1]
    assert float(books.balance) == pytest.approx(nav, abs=5e-4)
    assert len(trips) == len({leg.trip for leg in legs(marked)})


@given(trading())
def test_gross_is_the_profit_that_mid_prices_would_have_made(case):
    journal, market = case
    account = Account("USD", Decimal(100_000))
    prices = Prices(market, conversion(), Spread(), MARKUP)
    marked = liquidated(journal, prices)
    trips = round_trips(marked, keep_books(marked, account, MARKUP), prices, marks=len(journal))
    fills = marked.rows(Kind.FILL)
    at_mid = -float(np.sum(marked.units[fills] * marked.mid[fills] * marked.rate[fills]))
    roundings = 1e-4 * (len(marked) + 1)
    assert float((total(trips.exact) + trips.unattributed).gross) == pytest.approx(at_mid, abs=roundings)


@given(trading())
def test_positions_and_legs_net_alike(case):
    journal, _ = case
    held = positions(journal)
    for _, _, rows in held.books():
        assert held.units[rows] == pytest.approx(np.cumsum(journal.units[held.row[rows]]))
    last = {leg.row: leg.held for leg in legs(journal)}
    assert [last[row] for row in held.row.tolist()] == held.units.tolist()

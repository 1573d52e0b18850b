"""The fast figures of a sweep's cell against the Decimal accounts of the same journal."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mbats.errors.ledger import UnconvertibleFlow
from mbats.execution.costs import Costs
from mbats.execution.fills import FillRules
from mbats.ledger.daily import FIGURES, daily_figures
from mbats.ledger.day_ends import DayEnds
from mbats.ledger.journal import Event, JournalWriter, Kind
from mbats.ledger.judgement import judge
from mbats.ledger.run import RunInfo
from mbats.ledger.terms import Account
from mbats.ledger.trading_days import day_ends
from mbats.market.bars import Bars, Quotes
from mbats.market.calendar import known_at
from mbats.market.catalogue import fx_pair
from mbats.market.conversion import Conversion
from mbats.market.timeframe import Timeframe

HOUR = 3_600 * 10**9
SYMBOLS = ("EUR_USD", "USD_JPY", "EUR_GBP")
STARTS = {"EUR_USD": 1.1, "USD_JPY": 150.0, "EUR_GBP": 0.86, "GBP_USD": 1.28}
CURRENCIES = ("USD", "JPY", "GBP")
COSTS = Costs("some", conversion_markup=0.005)
NOON = int(np.datetime64("2024-01-02T12:00", "ns").astype(np.int64))


def bars_of(symbol, seed, rows=2_400):
    rng = np.random.default_rng([seed, STARTS[symbol] > 10, len(symbol)])
    close = STARTS[symbol] * np.exp(np.cumsum(rng.normal(0.0, 1e-3, rows)))
    opens = np.append(close[0], close[:-1])
    sides = [
        Quotes(*(column * (1 + half) for column in (opens, np.maximum(opens, close), np.minimum(opens, close), close)))
        for half in (0.0, -1e-4, 1e-4)
    ]
    time = NOON + HOUR * np.flatnonzero(rng.random(2 * rows) > 0.5)[:rows].astype(np.int64)
    mid, bid, ask = (
        Quotes(*(getattr(side, name)[: len(time)] for name in ("open", "high", "low", "close"))) for side in sides
    )
    frame = Timeframe("H1")
    return Bars(fx_pair(symbol), frame, time, known_at(time, frame), mid, np.zeros(len(time)), bid, ask)


MARKETS = [{symbol: bars_of(symbol, seed) for symbol in SYMBOLS} for seed in range(3)]
RATES = [{**market, "GBP_USD": bars_of("GBP_USD", seed)} for seed, market in enumerate(MARKETS)]


class Trader:
    """Writes a journal of random but coherent fills, fees, financing and transfers."""

    def __init__(self, seed, market, conversion):
        self.rng = np.random.default_rng(seed)
        self.market = market
        self.conversion = conversion
        self.days = day_ends(market.values())
        # Not in the market's order, and with a currency more than needed.
        self.writer = JournalWriter(SYMBOLS[::-1], ("One", "Two"), (*CURRENCIES, "CHF"))
        self.held, self.paid, self.order = {}, {}, 0

    def journal(self, events):
        times = np.sort(self.rng.choice(self.market["EUR_USD"].time[5:-5], events))
        for time in times.tolist():
            self.act(time)
        return self.writer.journal()

    def act(self, time):
        symbol, strategy = str(self.rng.choice(SYMBOLS)), int(self.rng.integers(0, 2))
        self.fill(time, symbol, strategy)
        draw = self.rng.random()
        if draw < 0.3:
            self.money(time, Kind.FEE, symbol, strategy, -abs(self.rng.normal(0, 3)), order=self.order)
        elif draw < 0.5:
            rollover = int(self.days[np.searchsorted(self.days, time)])
            self.money(rollover, Kind.FINANCING, symbol, strategy, self.rng.normal(0, 2))
        elif draw < 0.55:
            self.money(time, Kind.TRANSFER, symbol, strategy, self.rng.normal(0, 500))
        elif draw < 0.6:
            self.writer.append(Event(time, Kind.DECISION, 0, 0, units=1.0))

    def fill(self, time, symbol, strategy):
        bars, key = self.market[symbol], (symbol, strategy)
        row = max(int(np.searchsorted(bars.time, time, side="right")) - 1, 0)
        held, paid = self.held.get(key, 0.0), self.paid.get(key, 0.0)
        units = -held if held and self.rng.random() < 0.4 else float(np.round(self.rng.normal(0, 900), 1)) or 1.0
        price = float(bars.ask.close[row] if units > 0 else bars.bid.close[row])
        closing = -np.sign(units) * min(abs(units), abs(held)) if held * units < 0 else 0.0
        profit = closing * (price - paid / held) if held else 0.0
        self.order += 1
        after = held + units
        flat = abs(after) < 1e-9
        self.held[key] = 0.0 if flat else after
        self.paid[key] = 0.0 if flat else paid + units * price + profit
        self.money(time, Kind.FILL, symbol, strategy, 0.0, order=self.order, units=units, price=price, pnl=profit)

    def money(self, time, kind, symbol, strategy, amount, **fields):
        quote = symbol[-3:]
        rate = self.conversion.rate(quote, time)
        self.writer.append(
            Event(
                time,
                kind,
                SYMBOLS[::-1].index(symbol),
                strategy,
                currency=CURRENCIES.index(quote),
                amount=amount / rate if kind != Kind.FILL else 0.0,
                rate=rate,
                **fields,
            )
        )


def judged(journal, market, conversion, account, costs, fills):
    moment = datetime(2024, 1, 2, tzinfo=UTC)
    info = RunInfo(
        UUID(int=0), moment, "test", fills, {}, {}, (), SYMBOLS, "H1", moment, moment, "none", "none", synthetic=True
    )
    return judge(info, journal, market, conversion, account, costs)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    which=st.integers(0, len(MARKETS) - 1),
    home=st.sampled_from(["USD", "JPY"]),
    fills=st.sampled_from(FillRules),
    events=st.integers(0, 250),
)
@example(seed=184, which=1, home="USD", fills=FillRules.BACKTRADER, events=120)
def test_the_figures_are_those_of_the_accounts_but_for_their_rounding(seed, which, home, fills, events):
    market, conversion = MARKETS[which], Conversion(home, RATES[which])
    account = Account(home, Decimal(1_000_000 if home == "JPY" else 20_000))
    journal = Trader(seed, market, conversion).journal(events)
    fast = daily_figures(journal, DayEnds.of(market, conversion, account, COSTS, fills))

    rounded = judged(journal, market, conversion, account, COSTS, fills)
    half_a_place = 0.5e-4
    np.testing.assert_allclose(fast.nav, rounded.equity.nav, rtol=0, atol=half_a_place * (len(journal) + len(SYMBOLS)))

    exact = judged(journal, market, conversion, replace(account, places=15), COSTS, fills)
    np.testing.assert_allclose(fast.nav, exact.equity.nav, rtol=1e-12)
    np.testing.assert_allclose(fast.returns, exact.equity.daily_returns, rtol=0, atol=1e-12)
    assert set(fast.figures) == set(FIGURES)
    for name, value in exact.performance.as_dict().items():
        if name in FIGURES:
            expected = None if value is None else pytest.approx(value, rel=1e-6, abs=1e-7)
            assert fast.figures[name] == expected, name


def test_a_flow_without_a_rate_is_refused():
    market = MARKETS[0]
    writer = JournalWriter(SYMBOLS, ("One",), CURRENCIES)
    time = int(market["USD_JPY"].time[9])
    writer.append(Event(time, Kind.FILL, 1, 0, currency=1, units=10.0, price=150.0, pnl=0.0))
    writer.append(Event(time, Kind.FEE, 1, 0, currency=1, amount=-2.0))
    days = DayEnds.of(market, Conversion("USD", market), Account("USD"), COSTS)
    with pytest.raises(UnconvertibleFlow, match=r"Row 1 .* JPY"):
        daily_figures(writer.journal(), days)
    nameless = replace(writer.journal(), currency=np.full(2, -1, dtype=np.int16))
    with pytest.raises(UnconvertibleFlow, match="an unnamed currency"):
        daily_figures(nameless, days)


def traded(*fills):
    """Return figures and verdict of fills given as hour, instrument, units and profit."""
    market, writer = MARKETS[0], JournalWriter(SYMBOLS, ("One",), CURRENCIES)
    opens = market["EUR_USD"].time
    for order, (row, symbol, units, profit) in enumerate(fills, 1):
        price = float(market["EUR_USD"].close[0])
        place = SYMBOLS.index(symbol)
        writer.append(
            Event(
                int(opens[row]),
                Kind.FILL,
                place,
                0,
                currency=0,
                order=order,
                units=units,
                price=price,
                pnl=profit,
                rate=1.0,
            )
        )
    journal, account, conversion = writer.journal(), Account(), Conversion("USD", RATES[0])
    days = DayEnds.of(market, conversion, account, COSTS)
    told = judged(journal, market, conversion, account, COSTS, FillRules.VENUE).performance.as_dict()
    return daily_figures(journal, days).figures, told


def test_a_trip_that_comes_out_even_is_neither_won_nor_lost():
    parts = [(10, "EUR_USD", 300.0, 0.0), (11, "EUR_USD", -100.0, 0.1), (12, "EUR_USD", -100.0, 0.2)]
    figures, told = traded(*parts, (13, "EUR_USD", -100.0, -0.3))
    assert 0.1 + 0.2 - 0.3 != 0.0
    assert (figures["win_rate"], figures["profit_factor"]) == (told["win_rate"], told["profit_factor"]) == (0.0, None)


def test_a_fill_that_is_dated_back_shortens_no_time_in_the_market():
    first, second = [(10, "EUR_USD", 100.0, 0.0), (12, "EUR_GBP", 100.0, 0.0)], (13, "EUR_USD", -100.0, 1.0)
    figures, told = traded(*first, second, (12, "EUR_GBP", -100.0, 1.0))
    assert figures["exposure"] == told["exposure"]

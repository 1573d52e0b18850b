"""Backtrader strategies live against the same classes in a simulation that begins as late: same trades, same state."""

import asyncio

import backtrader as bt
import pytest

from fakes.backtrader_session import backtrader_desks, backtrader_session, fills_of, merged, simulated
from fakes.broker import FakeVenue
from fakes.live import run, terms_of, wandering
from fakes.session_store import FakeSessionStore
from mbats.adapters.backtrader.examples.breakout import Breakout
from mbats.adapters.oanda.access import Access
from mbats.adapters.oanda.pace import TurnPace
from mbats.adapters.oanda.venue import OandaVenue
from mbats.bootstrap.exchange import PaperExchange
from mbats.bootstrap.exchange_market import recorded_market
from mbats.execution.broker import Kind
from mbats.live.connection import Connection
from mbats.live.session import Session
from mbats.portfolio.sizing import FixedUnits
from mbats.simulation.simulator import Allocation

WARM = 30


class Busy(bt.Strategy):
    """Does by turns what raw strategies do; keeps what it did in attributes."""

    params = (("style", "bracket"), ("every", 7))

    def __init__(self):
        self.average = bt.indicators.SMA(self.data.close, period=5)
        self.count, self.told, self.orders = 0, [], []

    def next(self):
        self.count += 1
        if self.count % self.p.every == 0:
            getattr(self, f"_{self.p.style}")(1 if self.data.close[0] > self.average[0] else -1)

    def notify_order(self, order):
        self.told.append((len(self), order.isbuy(), order.getstatusname(), order.executed.size, order.executed.price))

    def notify_trade(self, trade):
        self.told.append((len(self), trade.status, trade.size, round(trade.pnl, 6)))

    def _send(self, side, **terms):
        self.orders.append((self.buy if side > 0 else self.sell)(size=1000, **terms))
        return self.orders[-1]

    def _bracket(self, side):
        """In with a bracket; first out of what is open on the other side."""
        close, held = self.data.close[0], self.position.size * side
        if held < 0:
            self.close()
        if held <= 0:
            send = self.buy_bracket if side > 0 else self.sell_bracket
            prices = {"stopprice": close - side * 0.003, "limitprice": close + side * 0.004}
            self.orders += send(size=1000, exectype=bt.Order.Market, **prices)

    def _reversals(self, side):
        """One order through zero."""
        if self.position.size * side <= 0:
            size = 1000 + abs(self.position.size)
            main = (self.buy if side > 0 else self.sell)(size=size)
            self.orders.append(main)

    def _limits(self, side):
        for order in [one for one in self.orders if one.alive()]:
            self.cancel(order)
        if self.position.size:
            self.close()
        self._send(side, exectype=bt.Order.Limit, price=self.data.close[0] - side * 0.0005)

    def _stops(self, side):
        """Entries that lapse, then both exits for the open position, renewed at every turn."""
        alive = [one for one in self.orders if one.alive()]
        if self.position.size:
            for order in alive:
                self.cancel(order)
            out, price = -1 if self.position.size > 0 else 1, self.data.close[0]
            terms = {"data": self.data, "size": abs(self.position.size)}
            send = self.buy if out > 0 else self.sell
            stop = send(exectype=bt.Order.Stop, price=price + out * 0.002, **terms)
            self.orders += [stop, send(exectype=bt.Order.Limit, price=price - out * 0.003, oco=stop, **terms)]
        elif not alive:
            valid = bt.num2date(self.data.datetime[0]) + 4 * (bt.num2date(2.0) - bt.num2date(1.0)) / 24
            self._send(side, exectype=bt.Order.Stop, price=self.data.close[0] + side * 0.0004, valid=valid)

    def _pyramid(self, side):
        if self.position.size * side < 0:
            self.close()
        self._send(side)
        self._send(side)

    def _trailing(self, side):
        if not self.position.size:
            main = self._send(side, transmit=False)
            terms = {"parent": main, "exectype": bt.Order.StopTrail, "trailamount": 0.002}
            self.orders.append((self.sell if side > 0 else self.buy)(size=1000, **terms))


def _case(style, seed=3, rows=300, symbols=("EUR_USD",), holes=0.05):
    market = {symbol: wandering(symbol, seed + k, rows, holes=holes) for k, symbol in enumerate(symbols)}
    shares = [Allocation(Busy, (symbol,), FixedUnits(1000), {"style": style}) for symbol in symbols]
    return market, shares


def _start(market):
    return max(int(bars.time[WARM]) for bars in market.values())


STYLES = ("bracket", "reversals", "limits", "stops", "pyramid", "trailing")


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("seed", [3])
def test_every_way_to_trade(style, seed):
    market, shares = _case(style, seed)
    venue = FakeVenue(market, _start(market))
    session = backtrader_session(venue, shares)
    run(session)
    state = session._store.states()[0]
    assert state.reason == "the market has ended"
    assert fills_of(venue) == simulated(market, shares, _start(market))
    assert len(fills_of(venue)["EUR_USD"]) > 12
    assert session.book.balance == venue.balance


def test_the_example_on_two_instruments():
    market = {symbol: wandering(symbol, 5 + k, 200, holes=0.05) for k, symbol in enumerate(("EUR_USD", "GBP_USD"))}
    shares = [Allocation(Breakout, tuple(market), FixedUnits(500), {"channel": 8, "atr": 5})]
    venue = FakeVenue(market, _start(market))
    run(backtrader_session(venue, shares))
    assert fills_of(venue) == simulated(market, shares, _start(market))
    assert all(len(fills) > 5 for fills in fills_of(venue).values())


@pytest.mark.parametrize("style", STYLES)
def test_a_restart_at_every_bar_changes_nothing(style):
    market, shares = _case(style, rows=75)
    whole = FakeVenue(market, _start(market))
    session = backtrader_session(whole, shares)
    run(session)

    async def live():
        venue = FakeVenue(market, _start(market))
        other = backtrader_session(venue, shares)
        while True:
            assert await other.turn(), other._store.states()[0].reason
            if not await venue.next(venue.now()):
                return venue, other
            other = backtrader_session(venue, shares, other._store)

    venue, other = asyncio.run(live())
    assert venue.log == whole.log
    assert _state(other) == _state(session)
    assert _state(other)[0] > 60
    assert len(_state(other)[1]) > 10


def _state(session):
    strategy = session._desks[0]._stage.broker.seats["EUR_USD"].feed._env.runningstrats[0]
    return strategy.count, strategy.told, strategy.position.size


@pytest.mark.parametrize("style", ["bracket", "stops", "limits"])
def test_over_http_on_the_paper_exchange(style):
    """With its start amid the bars, against the fake venue and the simulation."""
    market, shares = _case(style, rows=150)
    start = _start(market)
    fake = FakeVenue(market, start)
    run(backtrader_session(fake, shares))
    with PaperExchange(recorded_market(market, start)) as paper:
        log, store = asyncio.run(_traded(paper, market, shares))
    assert store.states()[0].reason == "the market has ended"
    assert _filled(log) == fills_of(fake) == simulated(market, shares, start)
    assert len(_filled(log)["EUR_USD"]) > 5


async def _traded(paper, market, shares):
    access = Access.at("paper", paper.token, paper.account, paper.url)
    async with await OandaVenue.opened(access, None) as venue:
        clock = {"after": await venue.time(), "timing": venue.client.timing}
        async with TurnPace(paper.admin_url, paper.admin_token, "session", **clock) as pace:
            anchor = min(int(bars.time[0]) for bars in market.values())
            terms = terms_of(None, list(market), anchor, strategies=({"name": "Busy"},))
            store = FakeSessionStore()
            store.create(terms)
            instruments = await venue.instruments.named({symbol: bars.instrument for symbol, bars in market.items()})
            connection = Connection(venue.broker, venue.feed, pace)
            await Session(terms, backtrader_desks(shares), connection, store, instruments).run()
            return await venue.broker.transactions(0), store


def _filled(log):
    fills = [one for one in log if one.kind is Kind.FILL]
    return {"EUR_USD": merged((float(one.price), float(one.units)) for one in fills)}

"""Backtrader strategies in sessions: what they hear, what is refused them, and what ends a session."""

import asyncio
import gc
import threading
from decimal import Decimal

import backtrader as bt
import pytest

from fakes.backtrader_session import backtrader_session
from fakes.broker import FakeVenue
from fakes.live import ID, OFF, quoted
from fakes.mortal import Death, Life, Mortal
from mbats.execution.broker import Cancel, Kind, Protect, Submit
from mbats.live.store import Condition, Entry
from mbats.portfolio.sizing import FixedUnits
from mbats.simulation.simulator import Allocation

EUR = "EUR_USD"
START = 2  # bars before the session
CLOSES = [1.1 + 0.0005 * (row % 3) for row in range(14)]


class Acting(bt.Strategy):
    """Does at each bar (by number, from 1) what the test wrote down."""

    params = (("acts", {}),)

    def __init__(self):
        self.told, self.orders, self.lengths = [], [], []

    def next(self):
        self.lengths.append(len(self))
        if act := self.p.acts.get(len(self)):
            act(self)

    def notify_order(self, order):
        self.told.append((len(self), order.getordername(), order.getstatusname()))

    def notify_data(self, data, status, *args, **kwargs):
        self.told.append((len(self), data._getstatusname(status)))


class Stage:
    def __init__(self, acts, strategy=Acting, closes=CLOSES, **facts):
        bars = quoted(EUR, closes, wick=0.0002)
        self.venue = FakeVenue({EUR: bars}, int(bars.time[START]))
        self.shares = [Allocation(strategy, (EUR,), FixedUnits(1000), {"acts": acts})]
        self.session, self.facts = backtrader_session(self.venue, self.shares, **facts), facts

    def again(self):
        self.session = backtrader_session(self.venue, self.shares, self.session._store, **self.facts)

    def turn(self, times=1):
        going = True
        for _ in range(times):
            going = asyncio.run(self.session.turn())
            asyncio.run(self.venue.next(self.venue.now()))
        return going

    @property
    def state(self):
        return self.session._store.states()[0]

    @property
    def strategy(self):
        return self.session._desks[0]._stage.broker.seats[EUR].feed._env.runningstrats[0]

    @property
    def sent(self):
        return self.venue.sent


def bracket(strategy, **terms):
    close = strategy.data.close[0]
    strategy.orders += strategy.buy_bracket(
        exectype=bt.Order.Market, stopprice=close - 0.02, limitprice=close + 0.03, **terms
    )


def test_before_the_session_orders_are_turned_away_and_the_strategy_lives():
    stage = Stage({1: lambda s: s.buy(), 4: lambda s: s.buy()})
    stage.turn(6)
    assert stage.strategy.lengths == [1, 2, 3, 4, 5, 6, 7]
    assert [one for one in stage.strategy.told if one[-1] in {"Rejected", "DELAYED", "LIVE", "Completed"}] == [
        (0, "DELAYED"),
        (1, "LIVE"),
        (2, "Market", "Rejected"),
        (5, "Market", "Completed"),
    ]
    assert len(stage.sent) == 1


def test_the_stop_goes_out_with_its_entry():
    stage = Stage({4: bracket})
    stage.turn(4)
    (order,) = stage.sent
    (trade,) = stage.session.book.mine()
    assert (trade.stop, trade.target) == (order.stop, order.target)
    assert order.target - order.stop == Decimal("0.05")


def test_exits_for_the_open_position_become_its_stop_and_target():
    def exits(strategy):
        stop = strategy.sell(exectype=bt.Order.Stop, price=1.09)
        strategy.sell(exectype=bt.Order.Limit, price=1.13, oco=stop)
        strategy.orders += [stop]

    def moved(strategy):
        strategy.cancel(strategy.orders[0])
        strategy.sell(exectype=bt.Order.Stop, price=1.095)

    stage = Stage({4: lambda s: s.buy(), 5: exits, 7: moved})
    stage.turn(8)
    first, second = [one for one in stage.sent if isinstance(one, Protect)]
    assert (str(first.stop), str(first.target)) == ("1.09000", "1.13000")
    assert (str(second.stop), second.target) == ("1.09500", None)
    assert stage.strategy.orders[0].getstatusname() == "Canceled"


def test_a_waiting_order_is_cancelled_and_several_wait_side_by_side():
    def several(strategy):
        strategy.orders += [strategy.buy(exectype=bt.Order.Limit, price=price) for price in (1.05, 1.06)]

    stage = Stage({4: several, 5: lambda s: s.cancel(s.orders[0])})
    stage.turn(7)
    assert [type(one) for one in stage.sent] == [Submit, Submit, Cancel]
    assert len(asyncio.run(stage.venue.state()).orders) == 1
    assert [order.getstatusname() for order in stage.strategy.orders] == ["Canceled", "Accepted"]


REFUSED = {
    "StopLimit": lambda s: s.buy(exectype=bt.Order.StopLimit, price=1.2, plimit=1.21),
    "Close": lambda s: s.buy(exectype=bt.Order.Close),
    "StopTrail": lambda s: s.buy(exectype=bt.Order.StopTrail, trailamount=0.01),
    "One cancels the other": lambda s: s.buy(
        exectype=bt.Order.Limit, price=1.0, oco=s.buy(exectype=bt.Order.Limit, price=1.01)
    ),
    "lots of": lambda s: s.buy(size=0.5),
    "no open position": lambda s: s.sell(exectype=bt.Order.Stop, price=1.0, parent=s.buy(transmit=True)),
}


@pytest.mark.parametrize("word", REFUSED)
def test_what_no_venue_here_can_do_ends_the_session_by_name(word):
    stage = Stage({4: REFUSED[word]})
    assert stage.turn(5) is False
    assert stage.state.condition is Condition.FAILED
    assert word in stage.state.reason
    assert "2024-01-08T02:00:00Z" in stage.state.reason
    assert not stage.sent


def test_a_trade_is_not_left_without_its_stop():
    stage = Stage({4: bracket, 6: lambda s: s.cancel(s.orders[1])})
    assert stage.turn(6) is False
    assert "would stand without its stop" in stage.state.reason
    assert asyncio.run(stage.venue.state()).trades[0].stop is not None


def test_an_exception_names_strategy_bar_and_line_and_stops_stay():
    stage = Stage({4: bracket, 6: lambda s: 1 / 0})
    assert stage.turn(6) is False
    assert stage.state.condition is Condition.FAILED
    for text in ("Acting", "2024-01-08T04:00:00Z", "ZeroDivisionError", "test_live_desk.py"):
        assert text in stage.state.reason
    assert asyncio.run(stage.venue.state()).trades[0].stop is not None


def test_a_strategy_that_decides_otherwise_after_a_restart_is_stopped():
    acts = {4: lambda s: s.buy()}
    stage = Stage(acts)
    stage.turn(5)
    acts[4] = lambda s: s.sell()
    stage.again()
    assert stage.turn() is False
    assert "does not decide again as it did at the bar of 2024-01-08T02:00:00Z" in stage.state.reason
    assert len(stage.sent) == 1


def test_an_order_that_a_limit_keeps_back_is_rejected():
    stage = Stage({4: bracket}, limits=OFF | {"units": "10"})
    stage.turn(5)
    assert not stage.sent
    assert [one[1:] for one in stage.strategy.told if one[-1] == "Rejected"] == [("Market", "Rejected")]
    assert {order.alive() for order in stage.strategy.orders} == {False}


def test_what_a_person_closes_is_told():
    stage = Stage({4: bracket})
    stage.turn(4)
    trade = stage.session.book.mine()[0].id
    stage.session._store.append(ID, [Entry("act", "1", 0, {"act": "close", "trade": trade, "reason": "test"})])
    stage.turn(3)
    assert stage.strategy.position.size == 0
    assert {order.alive() for order in stage.strategy.orders} == {False}


def test_two_strategies_trade_side_by_side_without_hearing_of_each_other():
    market = {symbol: quoted(symbol, CLOSES, wick=0.0002) for symbol in (EUR, "GBP_USD")}
    venue = FakeVenue(market, int(market[EUR].time[START]))
    shares = [Allocation(Acting, (symbol,), FixedUnits(100), {"acts": {4: lambda s: s.buy()}}) for symbol in market]
    session = backtrader_session(venue, shares)
    asyncio.run(session.run())
    assert [one.instrument for one in venue.log if one.kind is Kind.FILL] == [EUR, "GBP_USD"]
    for desk, symbol in zip(session._desks, market, strict=True):
        strategy = desk._stage.broker.seats[symbol].feed._env.runningstrats[0]
        assert [one[-1] for one in strategy.told[2:]] == ["Submitted", "Accepted", "Completed"]


def test_any_death_of_the_process_leaves_the_same_trades():
    acts = {4: bracket, 6: lambda s: s.close(), 8: lambda s: s.sell(exectype=bt.Order.Limit, price=1.102)}
    whole = Stage(acts)
    whole.turn(12)

    async def live(stage, life):
        going = True
        while going:
            session = backtrader_session(stage.venue, stage.shares, stage.session._store)
            session._store = session._log._store = Mortal(session._store, life, {"append"})
            try:
                while going:
                    assert await session.turn(), stage.state.reason
                    going = await stage.venue.next(stage.venue.now())
            except Death:
                continue

    for point in range(0, 70, 3):
        stage = Stage(acts)
        asyncio.run(live(stage, Life({point, point + 20})))
        assert _fills(stage.venue) == _fills(whole.venue)


def _fills(venue):
    return [(one.time, one.units, one.price) for one in venue.log if one.kind is Kind.FILL]


def test_no_thread_outlives_its_desk():
    before = set(threading.enumerate())
    stage = Stage({})
    stage.turn(2)
    (thread,) = [one for one in set(threading.enumerate()) - before if one.name == "backtrader"]
    stage.session = None
    gc.collect()
    thread.join(5)
    assert not thread.is_alive()

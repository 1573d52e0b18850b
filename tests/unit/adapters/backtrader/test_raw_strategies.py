"""Unmodified `bt.Strategy` classes under venue rules, and beside others. Bid and ask lie 0.01 around these mids."""

import datetime

import backtrader as bt
import pytest

from mbats.errors.simulation import NotASimulatedStrategy
from mbats.errors.strategy import StrategyFailed
from mbats.execution.costs import FREE
from mbats.execution.fills import FillRules
from mbats.ledger.journal import Kind
from mbats.portfolio.sizing import FixedUnits
from mbats.simulation.simulator import Allocation

FLAT = (10.0, 10.1, 9.9, 10.0)


class Acting(bt.Strategy):
    """Does at each bar what the test wrote down: `acts` maps lengths to functions of the strategy."""

    params = (("acts", {}),)
    seen = ()

    def __init__(self):
        type(self).seen = self.notices = []

    def next(self):
        for act in [self.p.acts.get(len(self))]:
            if act:
                act(self)

    def notify_order(self, order):
        self.notices.append((order.ref, order.getstatusname()))

    def notify_trade(self, trade):
        if trade.isclosed:
            self.notices.append(round(trade.pnl, 9))


@pytest.fixture(name="act")
def _act(run):
    def tell(market, acts, **terms):
        share = Allocation(
            Acting, tuple(market) if isinstance(market, dict) else ("EUR_USD",), FixedUnits(7), {"acts": acts}
        )
        return run(market, allocations=(share,), **terms)

    return tell


def test_an_order_without_a_size_has_the_allocations(act, bars):
    assert act(bars([FLAT] * 2), {1: lambda s: s.buy()}).fills == [("ENTRY", 1, 7.0, 10.01)]


def test_closing_ends_what_protects_the_position(act, bars):
    acts = {
        1: lambda s: s.buy_bracket(size=10, exectype=bt.Order.Market, stopprice=9, limitprice=11),
        2: lambda s: s.close(),
    }
    told = act(bars([FLAT] * 4), acts)
    assert told.fills == [("ENTRY", 1, 10.0, 10.01), ("EXIT", 2, -10.0, 9.99)]
    assert told.reasons(Kind.CANCEL) == ["LINKED_TRADE_CLOSED"] * 2
    assert Acting.seen[-1] == -0.2


def test_a_stop_limit_waits_as_a_limit_once_triggered(act, bars):
    order = {"exectype": bt.Order.StopLimit, "price": 10.3, "plimit": 10.1, "size": 10}
    # Falling bar: up to 10.5, the ask passes 10.3 and triggers; on the way down it comes to 10.1.
    told = act(bars([FLAT, (10.2, 10.5, 10.0, 10.1)]), {1: lambda s: s.buy(**order)})
    assert [event.price for event in told.of(Kind.TRIGGER)] == [10.3]
    assert told.fills == [("ENTRY", 1, 10.0, 10.1)]
    # Rising bar: the low comes first; triggered, not filled.
    told = act(bars([FLAT, (10.2, 10.5, 10.0, 10.4)]), {1: lambda s: s.buy(**order)})
    assert (len(told.of(Kind.TRIGGER)), told.fills) == (1, [])


def test_a_trailing_stop_of_its_own(act, bars):
    acts = {1: lambda s: s.buy(size=10), 2: lambda s: s.sell(size=10, exectype=bt.Order.StopTrail, trailamount=0.3)}
    told = act(bars([FLAT, FLAT, (10.0, 10.6, 9.9, 10.1)]), acts)
    assert told.fills[-1] == ("EXIT", 2, -10.0, 10.29)


def test_one_cancels_the_other(act, bars):
    def both(strategy):
        first = strategy.buy(size=10, exectype=bt.Order.Limit, price=9.8)
        strategy.buy(size=10, exectype=bt.Order.Limit, price=9.7, oco=first)

    told = act(bars([FLAT, (10.0, 10.0, 9.5, 9.6)]), {1: both})
    assert told.fills == [("ENTRY", 1, 10.0, 9.8)]
    assert told.reasons(Kind.CANCEL) == ["LINKED_TRADE_CLOSED"]


def test_at_the_same_point_a_stop_goes_before_a_limit(act, bars):
    def both(strategy):
        strategy.buy(size=10, exectype=bt.Order.Limit, price=10.5)
        strategy.buy(size=20, exectype=bt.Order.Stop, price=10.1)

    told = act(bars([FLAT, (10.2, 10.3, 10.1, 10.2)]), {1: both})
    assert [fill[2:] for fill in told.fills] == [(20.0, 10.21), (10.0, 10.21)]


def test_a_partly_closed_trade_is_protected_for_what_is_left(act, bars):
    acts = {
        1: lambda s: s.buy_bracket(size=10, exectype=bt.Order.Market, stopprice=9.5, limitprice=11),
        2: lambda s: s.sell(size=4),
    }
    told = act(bars([FLAT, FLAT, FLAT, (9.6, 9.6, 9.4, 9.5)]), acts)
    assert told.fills[-1] == ("STOP_LOSS", 3, -6.0, 9.5)


def test_an_order_expires_when_its_time_has_passed(act, bars):
    until = datetime.datetime(2024, 1, 2, 10, tzinfo=datetime.UTC).replace(tzinfo=None)
    order = {"size": 10, "exectype": bt.Order.Limit, "price": 9.5, "valid": until}
    told = act(bars([FLAT, FLAT, (9.6, 9.6, 9.4, 9.5)]), {1: lambda s: s.buy(**order)})
    assert told.fills == []
    assert told.reasons(Kind.EXPIRY) == ["EXPIRED"]


def test_a_cancelled_entry_takes_its_bracket_along(act, bars):
    orders = []
    acts = {
        1: lambda s: orders.extend(s.buy_bracket(size=10, price=9.5, stopprice=9, limitprice=11)),
        2: lambda s: s.cancel(orders[0]),
    }
    told = act(bars([FLAT, FLAT, (9.6, 9.6, 8.4, 8.5)]), acts)
    assert told.fills == []
    assert told.reasons(Kind.CANCEL) == ["CLIENT_REQUEST"]
    assert [order.status for order in orders] == [bt.Order.Canceled] * 3


def test_a_close_order_is_filled_at_the_last_price_of_the_session(act, bars):
    told = act(
        bars([FLAT] * 14 + [(10.0, 10.3, 9.9, 10.2), FLAT]), {1: lambda s: s.buy(size=10, exectype=bt.Order.Close)}
    )
    assert told.fills == [("ENTRY", 14, 10.0, 10.21)]  # the bar that opens at 23:00 UTC


def test_lots_are_closed_first_in_first_out(act, bars):
    acts = {1: lambda s: s.buy(size=10), 2: lambda s: s.buy(size=10), 3: lambda s: s.sell(size=15)}
    rows = [FLAT, FLAT, (11.0, 11.0, 11.0, 11.0), (12.0, 12.0, 12.0, 12.0)]
    # Bought 10 at 10.01 and 10 at 11.01, sold 15 at 11.99: 10 * 1.98 + 5 * 0.98.
    assert act(bars(rows), acts).pnl[-1] == 24.7


def test_a_stop_closes_the_trade_it_was_sent_with(act, bars):
    acts = {
        1: lambda s: s.buy_bracket(size=10, exectype=bt.Order.Market, stopprice=9, limitprice=20),
        2: lambda s: s.buy_bracket(size=10, exectype=bt.Order.Market, stopprice=10.5, limitprice=20),
    }
    rows = [FLAT, FLAT, (11.0, 11.0, 11.0, 11.0), (11.0, 11.0, 10.0, 10.0)]
    told = act(bars(rows), acts)
    assert told.fills[-1] == ("STOP_LOSS", 3, -10.0, 10.5)
    assert told.pnl[-1] == -5.1  # the second lot, bought at 11.01


def test_what_a_strategy_asks_the_broker(act, bars):
    answers = []

    def ask(strategy):
        answers.append((strategy.broker.getcash(), round(strategy.broker.getvalue(), 9), strategy.position.size))
        answers.append(len(strategy.broker.get_orders_open()))

    act(bars([FLAT] * 3), {1: lambda s: s.buy(size=10), 2: ask})
    assert answers == [(1_000.0, 999.8, 10), 0]


def test_each_strategy_sees_its_own_feeds_and_wakes_for_them_only(run, bars):
    lengths = {}

    class Counting(bt.Strategy):
        def next(self):
            lengths.setdefault(tuple(feed._name for feed in self.datas), []).append(len(self.data))

    market = {"EUR_USD": bars([FLAT] * 4), "GBP_USD": bars([FLAT] * 2, "GBP_USD", hours=[1, 3])}
    shares = tuple(Allocation(Counting, (symbol,), FixedUnits()) for symbol in market)
    run(market, allocations=shares)
    assert lengths == {("EUR_USD",): [1, 2, 3, 4], ("GBP_USD",): [1, 2]}


@pytest.mark.parametrize("fills", list(FillRules))
def test_two_strategies_share_an_account(run, bars, fills):
    market = {"EUR_USD": bars([FLAT] * 4), "GBP_USD": bars([FLAT] * 4, "GBP_USD")}
    shares = tuple(
        Allocation(Acting, (symbol,), FixedUnits(), {"acts": {number: lambda s: s.buy(size=10)}})
        for number, symbol in enumerate(market, start=1)
    )
    told = run(market, allocations=shares, fills=fills, costs=FREE)
    assert [(event.instrument, event.strategy) for event in told.of(Kind.FILL)] == [(0, 0), (1, 1)]


def test_a_failure_names_strategy_bar_and_line(act, bars):
    with pytest.raises(StrategyFailed) as failure:
        act(bars([FLAT] * 4), {3: lambda s: 1 / (s.data.close[0] - 10)})
    text = str(failure.value)
    line = failure.value.__cause__.__traceback__
    assert "Acting" in text
    assert "ZeroDivisionError" in text
    assert "2024-01-02T11:00:00Z" in text
    assert "test_raw_strategies.py:" in text
    assert line is not None


def test_a_failing_indicator_of_backtraders_is_named_too(run, bars):
    class Dividing(bt.Strategy):
        def __init__(self):
            bt.indicators.RSI(self.data, period=2)

    with pytest.raises(StrategyFailed, match="Dividing"):
        run(bars([FLAT] * 6), allocations=(Allocation(Dividing, ("EUR_USD",), FixedUnits()),))


def test_anything_else_is_no_strategy(run, bars):
    class Stranger:
        pass

    with pytest.raises(NotASimulatedStrategy, match="Stranger"):
        run(bars([FLAT]), allocations=(Allocation(Stranger(), ("EUR_USD",), FixedUnits()),))

"""What every venue must do for a session: the fake one and the OANDA adapter on the paper exchange are held to it."""

import asyncio
from decimal import Decimal

import pytest

from fakes.broker import FakeVenue
from fakes.live import quoted
from fakes.market import MONDAY
from mbats.adapters.oanda.access import Access
from mbats.adapters.oanda.pace import TurnPace
from mbats.adapters.oanda.venue import OandaVenue
from mbats.bootstrap.exchange import PaperExchange
from mbats.bootstrap.exchange_market import recorded_market
from mbats.execution.broker import Cancel, Fate, Kind, Protect, Submit, Transaction
from mbats.execution.order import OrderType, Reason, Role
from mbats.live.book import Book
from mbats.live.connection import Connection
from mbats.live.plain import plain, restored
from mbats.live.reconciliation import compare
from mbats.market.local_time import HOUR
from mbats.market.timeframe import Timeframe

D = Decimal
H1 = Timeframe("H1")
START = MONDAY + HOUR
RISING = [1.1, 1.1, 1.102, 1.104, 1.106, 1.108]


@pytest.fixture
def market():
    return {
        "EUR_USD": quoted("EUR_USD", RISING),
        "USD_JPY": quoted("USD_JPY", [150.0, 150.0, 151.0, 152.0, 153.0, 154.0], half=0.01),
        "GBP_USD": quoted("GBP_USD", [1.25, 1.25], start=START + 2 * HOUR),
    }


def buy(client_id, units="1000", symbol="EUR_USD", **more):
    return Submit(client_id, symbol, D(units), **more)


def of(kind, log):
    return [one for one in log if one.kind is kind]


class BrokerContract:
    """Inherit and give a fixture `trade`: it runs a coroutine function on a fresh `Connection` one bar after MONDAY."""

    def test_an_account_begins_with_its_money_and_nothing_else(self, trade):
        async def look(venue):
            return await venue.broker.state(), await venue.broker.transactions(0)

        state, log = trade(look)
        assert (state.balance, state.nav, state.currency, state.hedging) == (D(100_000), D(100_000), "USD", False)
        assert (state.trades, state.orders, state.last_transaction) == ((), (), log[-1].id)
        assert [one.amount for one in of(Kind.TRANSFER, log)] == [D(100_000)]

    def test_an_entry_fills_at_the_ask_and_its_bracket_lives_from_the_fill(self, trade):
        async def enter(venue):
            before = (await venue.broker.state()).last_transaction
            quote = (await venue.feed.quotes(["EUR_USD"]))["EUR_USD"]
            reply = await venue.broker.send(buy("e-1", stop=D("1.09"), target=D("1.2")))
            return quote, reply, await venue.broker.transactions(before), await venue.broker.state()

        quote, reply, log, state = trade(enter)
        assert reply.fate is Fate.DONE
        assert [one.id for one in log] == list(range(log[0].id, log[0].id + 4))
        order, fill, *children = log
        assert (order.kind, order.client_id, order.units, order.order, order.role) == (
            *(Kind.ORDER, "e-1", D(1000), order.id),
            Role.ENTRY,
        )
        assert (fill.kind, fill.client_id, fill.order, fill.price) == (Kind.FILL, "e-1", order.id, quote.ask)
        assert (fill.opened.trade, fill.opened.units, fill.closed) == (fill.id, D(1000), ())
        assert fill.mid == (quote.bid + quote.ask) / 2
        assert {(one.role, one.price, one.trade, one.client_id) for one in children} == {
            (Role.STOP_LOSS, D("1.09"), fill.id, "e-1.stop"),
            (Role.TAKE_PROFIT, D("1.2"), fill.id, "e-1.target"),
        }
        (held,) = state.trades
        assert (held.id, held.client_id, held.units, held.price) == (fill.id, "e-1", D(1000), quote.ask)
        assert (held.stop, held.target, held.trailing) == (D("1.09"), D("1.2"), None)
        assert {order.trade for order in state.orders} == {fill.id}

    def test_distances_count_from_the_fill(self, trade):
        async def enter(venue):
            await venue.broker.send(buy("d-1", stop_distance=D("0.01"), target_distance=D("0.02"), trailing=D("0.03")))
            return (await venue.broker.state()).trades[0]

        held = trade(enter)
        assert (held.stop, held.target) == (held.price - D("0.01"), held.price + D("0.02"))
        assert held.trailing == D("0.03")

    def test_a_client_id_is_no_guard_the_same_order_twice_is_two_trades(self, trade):
        async def enter(venue):
            await venue.broker.send(buy("same"))
            await venue.broker.send(buy("same"))
            return await venue.broker.state()

        assert [one.client_id for one in trade(enter).trades] == ["same", "same"]

    def test_an_opposite_order_closes_the_oldest_trades_and_opens_the_rest(self, trade):
        async def reverse(venue):
            for number, units in enumerate(("300", "500", "-600", "-500"), start=1):
                await venue.broker.send(buy(f"n-{number}", units))
            return await venue.broker.transactions(0), await venue.broker.state()

        log, state = trade(reverse)
        first, second, third, last = of(Kind.FILL, log)
        assert [(one.trade, one.units) for one in third.closed] == [(first.id, D(300)), (second.id, D(300))]
        assert third.opened is None
        assert [(one.trade, one.units) for one in last.closed] == [(second.id, D(200))]
        assert (last.opened.units, [one.units for one in state.trades]) == (D(-300), [D(-300)])
        for fill in (third, last):
            assert fill.pnl == sum(part.pnl for part in fill.closed)
        assert last.balance == state.balance == D(100_000) + third.pnl + last.pnl
        assert third.pnl == sum(
            part.units * (third.price - opened.price)
            for part, opened in zip(third.closed, (first, second), strict=True)
        )

    def test_profit_in_another_currency_is_converted_at_the_rates_of_the_fill(self, trade):
        async def both_ways(venue):
            await venue.broker.send(buy("j-1", "1000", "USD_JPY"))
            for _ in range(2):
                await venue.pace.next(venue.pace.now())
            await venue.broker.send(buy("j-2", "-1000", "USD_JPY", reduce_only=True))
            return of(Kind.FILL, await venue.broker.transactions(0))

        opened, closed = trade(both_ways)
        (part,) = closed.closed
        assert part.pnl_quote == 1000 * (closed.price - opened.price) > 0
        assert 0 < closed.gain_rate < closed.loss_rate
        assert part.pnl == (part.pnl_quote * closed.gain_rate).quantize(D("0.0001"))

    def test_an_order_that_only_reduces_opens_nothing(self, trade):
        async def reduce(venue):
            await venue.broker.send(buy("r-1", "-10", reduce_only=True))
            flat = await venue.broker.state()
            await venue.broker.send(buy("r-2", "10"))
            await venue.broker.send(buy("r-3", "10", reduce_only=True))
            return flat, await venue.broker.state()

        flat, long = trade(reduce)
        assert flat.trades == ()
        assert [one.units for one in long.trades] == [D(10)]

    def test_a_stop_is_replaced_and_the_target_stays(self, trade):
        async def move(venue):
            await venue.broker.send(buy("p-1", stop=D("1.09"), target=D("1.2")))
            trade = (await venue.broker.state()).trades[0]
            before = (await venue.broker.state()).last_transaction
            reply = await venue.broker.send(Protect("p-2", "EUR_USD", trade.id, stop=D("1.095")))
            return trade, reply, await venue.broker.transactions(before), await venue.broker.state()

        trade, reply, log, state = trade(move)
        assert reply.fate is Fate.DONE
        assert (state.trades[0].stop, state.trades[0].target) == (D("1.095"), D("1.2"))
        (cancel,), (order,) = of(Kind.CANCEL, log), of(Kind.ORDER, log)
        assert (cancel.why, cancel.replaces, order.replaces) == (Reason.REPLACED, order.id, cancel.order)
        assert (order.trade, order.price, order.client_id) == (trade.id, D("1.095"), "p-2.stop")

    def test_a_waiting_order_fills_when_its_price_comes_or_is_cancelled(self, trade):
        async def wait(venue):
            await venue.broker.send(buy("w-1", type=OrderType.STOP, price=D("1.103"), stop=D("1.09")))
            await venue.broker.send(buy("w-2", type=OrderType.LIMIT, price=D("1.05")))
            waiting = {one.client_id: one for one in (await venue.broker.state()).orders}
            reply = await venue.broker.send(Cancel("c-1", "EUR_USD", waiting["w-2"].id))
            again = await venue.broker.send(Cancel("c-2", "EUR_USD", waiting["w-2"].id))
            for _ in range(3):
                await venue.pace.next(venue.pace.now())
            return waiting, reply, again, await venue.broker.transactions(0), await venue.broker.state()

        waiting, reply, again, log, state = trade(wait)
        assert (waiting["w-1"].price, waiting["w-1"].units, waiting["w-1"].type) == (
            *(D("1.103"), D(1000)),
            OrderType.STOP,
        )
        assert (reply.fate, reply.transactions[0].why) == (Fate.DONE, Reason.CLIENT_REQUEST)
        assert not of(Kind.CANCEL, again.transactions)
        (fill,) = of(Kind.FILL, log)
        assert (fill.client_id, fill.order, fill.price) == ("w-1", waiting["w-1"].id, D("1.103"))
        assert state.trades[0].stop == D("1.09")

    def test_a_target_is_met_on_the_way_and_takes_the_stop_with_it(self, trade):
        async def hold(venue):
            await venue.broker.send(buy("t-1", stop=D("1.09"), target=D("1.1045")))
            for _ in range(4):
                await venue.pace.next(venue.pace.now())
            return await venue.broker.transactions(0), await venue.broker.state()

        log, state = trade(hold)
        stop = next(one for one in log if one.role is Role.STOP_LOSS)
        target = next(one for one in log if one.role is Role.TAKE_PROFIT)
        _, out = of(Kind.FILL, log)
        assert (out.order, out.price, out.role, out.type) == (
            *(target.id, D("1.1045")),
            *(Role.TAKE_PROFIT, OrderType.LIMIT),
        )
        assert [(one.order, one.why) for one in of(Kind.CANCEL, log)] == [(stop.id, Reason.LINKED_TRADE_CLOSED)]
        assert (state.trades, state.orders) == ((), ())

    def test_a_halted_market_takes_an_order_and_cancels_it(self, trade):
        async def early(venue):
            quotes = await venue.feed.quotes(["EUR_USD"])
            return quotes, await venue.broker.send(buy("h-1", symbol="GBP_USD")), await venue.broker.state()

        quotes, reply, state = trade(early)
        assert quotes["EUR_USD"].tradeable
        assert reply.fate is Fate.DONE
        assert [(one.kind, one.why) for one in reply.transactions][-1] == (Kind.CANCEL, Reason.MARKET_HALTED)
        assert state.trades == ()

    @pytest.mark.parametrize(
        ("bracket", "why"),
        [
            ({"stop": D("1.2")}, Reason.STOP_LOSS_ON_FILL_LOSS),
            ({"target": D("1.0")}, Reason.TAKE_PROFIT_ON_FILL_LOSS),
        ],
    )
    def test_a_bracket_on_the_wrong_side_cancels_at_creation(self, trade, bracket, why):
        reply = trade(lambda venue: venue.broker.send(buy("b-1", **bracket)))
        assert (reply.fate, reply.transactions[-1].kind, reply.transactions[-1].why) == (Fate.DONE, Kind.CANCEL, why)

    def test_an_order_of_no_units_is_refused_and_the_log_says_so(self, trade):
        async def none(venue):
            return await venue.broker.send(buy("z-1", "0")), await venue.broker.transactions(0)

        reply, log = trade(none)
        assert (reply.fate, reply.reason) == (Fate.REFUSED, "UNITS_INVALID")
        (reject,) = of(Kind.REJECT, log)
        assert (reject.client_id, reject.id) == ("z-1", log[-1].id)

    def test_the_books_of_the_log_are_those_of_the_account(self, trade):
        async def deal(venue):
            book = Book("k-", await venue.broker.state())
            await venue.broker.send(buy("k-1", "300", stop=D("1.09")))
            await venue.broker.send(buy("k-2", "-100", reduce_only=True, role=Role.EXIT))
            await venue.broker.send(buy("k-3", "-500", trailing=D("0.05")))
            for one in await venue.broker.transactions(book.last):
                book.apply(restored(Transaction, plain(one)))
                book.apply(one)
            return book, await venue.broker.state()

        book, state = trade(deal)
        assert compare(book, state, ["EUR_USD"]).differences == ()
        assert [one.units for one in book.mine()] == [D(-300)]

    def test_the_feed_shows_complete_bars_alone_and_turns_bring_the_next(self, trade, market):
        async def read(venue):
            found = []
            while True:
                bars = await venue.feed.bars("EUR_USD", H1, MONDAY)
                now = int(venue.pace.now().timestamp()) * 10**9
                assert (bars.known_at <= now).all()
                found.append((len(bars), bars))
                if not await venue.pace.next(venue.pace.now()):
                    return found

        found = trade(read)
        assert [count for count, _ in found][:3] == [1, 2, 3]
        last = found[-1][1]
        assert last.bid.close.tobytes() == market["EUR_USD"].bid.close[: len(last)].tobytes()
        assert last.mid.close.tobytes() == market["EUR_USD"].mid.close[: len(last)].tobytes()


class TestFakeVenue(BrokerContract):
    @pytest.fixture
    def trade(self, market):
        def run(work):
            venue = FakeVenue(market, START)
            return asyncio.run(work(Connection(venue, venue, venue)))

        return run


class TestOandaOnThePaperExchange(BrokerContract):
    @pytest.fixture
    def trade(self, market):
        with PaperExchange(recorded_market(market, START)) as paper:

            async def traded(work):
                access = Access.at("paper", paper.token, paper.account, paper.url)
                async with await OandaVenue.opened(access) as venue:
                    told = (paper.admin_url, paper.admin_token, "contract")
                    async with TurnPace(*told, after=START, timing=venue.client.timing) as pace:
                        await pace.next(pace.now())
                        return await work(Connection(venue.broker, venue.feed, pace))

            yield lambda work: asyncio.run(traded(work))

"""What every venue's account promises to a session; the fake and OANDA's adapter on the paper exchange alike."""

import asyncio
from abc import ABC, abstractmethod
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest

from fakes.broker import FakeVenue
from fakes.live import wandering
from mbats.adapters.ecb.fixings import load
from mbats.adapters.oanda.access import Access
from mbats.adapters.oanda.venue import OandaVenue
from mbats.bootstrap.exchange import PaperExchange
from mbats.bootstrap.exchange_market import recorded_market
from mbats.execution.broker import Cancel, Fate, Kind, Protect, Submit
from mbats.execution.order import OrderType, Reason, Role
from mbats.live.book import Book
from mbats.live.plain import plain, restored
from mbats.live.reconciliation import compare
from mbats.market.reference.generator import generate
from mbats.market.timeframe import Timeframe
from mbats.secmaster.moments import instant

EUR, FAR = "EUR_USD", Decimal("0.05000")


@pytest.fixture(scope="module")
def paper():
    bars = generate(load(), [EUR], Timeframe("H1"), instant("2024-01-08"), instant("2024-01-12"))
    with PaperExchange(recorded_market(bars, instant("2024-01-09T12:00"))) as running:
        yield running


class BrokerContract(ABC):
    """A flat account of a market that trades EUR_USD."""

    @abstractmethod
    def opened(self):
        """An async context of broker and feed, one and the same account each time or a new one."""

    def tried(self, what):
        async def live():
            async with self.opened() as (broker, feed):
                quote = (await feed.quotes([EUR]))[EUR]
                before = (await broker.state()).last_transaction
                told = await what(broker, quote, before)
                held = sum(trade.units for trade in (await broker.state()).trades)
                if held:
                    await broker.send(Submit("clean", EUR, -held, role=Role.EXIT, reduce_only=True))
                return told

        return asyncio.run(live())

    def test_an_entry_comes_with_its_bracket(self):
        async def what(broker, quote, before):
            order = Submit("a-1", EUR, Decimal(1000), stop=quote.bid - FAR, target=quote.ask + FAR)
            reply = await broker.send(order)
            return order, reply, await broker.transactions(before), await broker.state()

        order, reply, log, state = self.tried(what)
        assert reply.fate is Fate.DONE
        assert [one.kind for one in log] == [Kind.ORDER, Kind.FILL, Kind.ORDER, Kind.ORDER]
        assert [one.id for one in log] == list(range(log[0].id, log[0].id + 4))
        made, fill, *children = log
        assert made.client_id == fill.client_id == "a-1"
        assert fill.order == made.order == made.id
        assert fill.opened.trade == fill.id
        assert {(one.trade, one.role) for one in children} == {(fill.id, Role.STOP_LOSS), (fill.id, Role.TAKE_PROFIT)}
        (trade,) = state.trades
        assert (trade.units, trade.stop, trade.target) == (1000, order.stop, order.target)
        assert (trade.client_id, state.last_transaction) == ("a-1", log[-1].id)

    def test_a_client_id_is_no_idempotency_key(self):
        async def what(broker, _, before):
            for _ in range(2):
                await broker.send(Submit("b-1", EUR, Decimal(10)))
            return [one for one in await broker.transactions(before) if one.kind is Kind.ORDER]

        assert [one.client_id for one in self.tried(what)] == ["b-1", "b-1"]

    def test_reduce_only_opens_nothing(self):
        async def what(broker, _, before):
            await broker.send(Submit("c-1", EUR, Decimal(-100), reduce_only=True, role=Role.EXIT))
            await broker.send(Submit("c-2", EUR, Decimal(100)))
            await broker.send(Submit("c-3", EUR, Decimal(-150), reduce_only=True, role=Role.EXIT))
            return await broker.transactions(before), await broker.state()

        log, state = self.tried(what)
        assert not state.trades
        fills = [one for one in log if one.kind is Kind.FILL]
        assert [one.units for one in fills] == [100, -100]
        assert [part.units for part in fills[1].closed] == [100]

    def test_the_oldest_trade_closes_first(self):
        async def what(broker, _, before):
            for number, units in enumerate((100, 50, -120)):
                await broker.send(Submit(f"d-{number}", EUR, Decimal(units)))
            return await broker.transactions(before), await broker.state()

        log, state = self.tried(what)
        first, second, last = [one for one in log if one.kind is Kind.FILL]
        parts = [(part.trade, part.units) for part in last.closed]
        assert parts == [(first.id, 100), (second.id, 20)]
        assert [trade.units for trade in state.trades] == [30]
        assert sum(part.pnl for part in last.closed) == last.pnl

    def test_a_stop_moves_as_a_new_order_in_place_of_the_old(self):
        async def what(broker, quote, before):
            await broker.send(Submit("e-1", EUR, Decimal(100), stop=quote.bid - FAR))
            trade = (await broker.state()).trades[0].id
            await broker.send(Protect("e-2", EUR, trade, stop=quote.bid - FAR / 2))
            return quote, (await broker.transactions(before))[3:], await broker.state()

        quote, log, state = self.tried(what)
        assert state.trades[0].stop == quote.bid - FAR / 2
        ended, made = sorted(log, key=lambda one: one.kind is Kind.ORDER)
        assert (made.replaces, ended.order) == (ended.order, made.replaces)
        assert ended.replaces == made.order

    def test_what_waits_can_be_cancelled(self):
        async def what(broker, quote, before):
            order = Submit("f-1", EUR, Decimal(100), OrderType.LIMIT, price=quote.bid - FAR)
            await broker.send(order)
            (waiting,) = (await broker.state()).orders
            reply = await broker.send(Cancel("f-2", EUR, waiting.id))
            return reply, await broker.transactions(before), await broker.state()

        reply, log, state = self.tried(what)
        assert reply.fate is Fate.DONE
        assert not state.orders
        assert (log[-1].kind, log[-1].why, log[-1].order) == (Kind.CANCEL, Reason.CLIENT_REQUEST, log[0].order)

    def test_a_stop_on_the_wrong_side_cancels_at_creation(self):
        async def what(broker, quote, before):
            reply = await broker.send(Submit("g-1", EUR, Decimal(100), stop=quote.ask + FAR))
            return reply, await broker.transactions(before)

        reply, log = self.tried(what)
        assert reply.fate is Fate.DONE
        assert [(one.kind, one.why) for one in log[1:]] == [(Kind.CANCEL, Reason.STOP_LOSS_ON_FILL_LOSS)]

    def test_no_units_are_refused(self):
        async def what(broker, _, before):
            return await broker.send(Submit("h-1", EUR, Decimal(0))), await broker.transactions(before)

        reply, log = self.tried(what)
        assert reply.fate is Fate.REFUSED
        assert [one.kind for one in log] == [Kind.REJECT]

    def test_the_books_of_the_log_are_those_of_the_account(self):
        async def what(broker, quote, _):
            book = Book("k-", await broker.state())
            await broker.send(Submit("k-1", EUR, Decimal(300), stop=quote.bid - FAR))
            await broker.send(Submit("k-2", EUR, Decimal(-100), reduce_only=True, role=Role.EXIT))
            await broker.send(Submit("k-3", EUR, Decimal(-500), trailing=FAR))
            log = await broker.transactions(book.last)
            for one in log:
                book.apply(restored(type(one), plain(one)))
                book.apply(one)
            return book, await broker.state()

        book, state = self.tried(what)
        assert compare(book, state, [EUR]).differences == ()
        assert [trade.units for trade in book.mine()] == [-300]


class TestFake(BrokerContract):
    @asynccontextmanager
    async def opened(self):
        bars = wandering(EUR, 1, 10)
        venue = FakeVenue({EUR: bars}, int(bars.time[3]))
        yield venue, venue


class TestOandaOnThePaperExchange(BrokerContract):
    @pytest.fixture(autouse=True)
    def _exchange(self, paper):
        self.paper = paper

    @asynccontextmanager
    async def opened(self):
        paper = self.paper
        async with await OandaVenue.opened(Access.at("paper", paper.token, paper.account, paper.url), None) as venue:
            yield venue.broker, venue.feed

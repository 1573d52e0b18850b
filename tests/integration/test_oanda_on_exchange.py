"""The OANDA adapter against the paper exchange, over HTTP and with faults on the way."""

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal

import httpx
import numpy as np
import pytest

from fakes.security_master import FakeSecurityMaster
from mbats.adapters.ecb.fixings import load
from mbats.adapters.oanda import client as limits
from mbats.adapters.oanda.access import Access
from mbats.adapters.oanda.pace import TurnPace, WallPace
from mbats.adapters.oanda.source import OandaSource
from mbats.adapters.oanda.venue import OandaVenue
from mbats.bootstrap import wiring
from mbats.bootstrap.exchange import PaperExchange
from mbats.bootstrap.exchange_market import recorded_market
from mbats.cli import run
from mbats.clock import SystemClock
from mbats.errors.broker import ForbiddenAccount, UnknownVenueInstrument, VenueUnreachable, WrongToken
from mbats.execution.broker import Cancel, Fate, Kind, Protect, Submit
from mbats.execution.order import OrderType, Reason, Role
from mbats.market.reference.generator import generate
from mbats.market.timeframe import Timeframe
from mbats.pipelines.download.run import fetch, plan
from mbats.schedule.downloads import Download
from mbats.secmaster.keys import BarKey
from mbats.secmaster.moments import instant

SYMBOLS = ["EUR_USD", "USD_JPY"]
NOON, SATURDAY = instant("2024-01-09T12:00"), instant("2024-01-13T12:00")
H1 = Timeframe("H1")
D = Decimal


@pytest.fixture(scope="module")
def hours():
    return generate(load(), SYMBOLS, H1, instant("2023-12-01"), instant("2024-01-20"))


@pytest.fixture(scope="module")
def exchange(hours):
    with PaperExchange(recorded_market(hours, NOON)) as paper:
        yield paper


@pytest.fixture
def fresh(hours):
    """An exchange of this test's own, started at a moment."""
    running = []

    def start(moment, bars=hours):
        running.append(PaperExchange(recorded_market(bars, moment)))
        return running[-1].__enter__()

    yield start
    for paper in running:
        paper.__exit__(None, None, None)


def access(paper, **changed):
    return replace(Access.at("paper", paper.token, paper.account, paper.url), **changed)


@asynccontextmanager
async def trading(paper):
    async with await OandaVenue.opened(access(paper)) as venue:
        yield venue


def on(paper, work):
    async def go():
        async with trading(paper) as venue:
            return await work(venue)

    return asyncio.run(go())


def fault(paper, **told):
    headers = {"Authorization": f"Bearer {paper.admin_token}"}
    httpx.post(f"{paper.admin_url}/v1/faults", json=told, headers=headers).raise_for_status()


def buy(client_id, units="1000", **more):
    return Submit(client_id, "EUR_USD", D(units), **more)


def kinds(transactions):
    return [one.kind for one in transactions]


def test_downloaded_bars_are_those_that_were_generated_to_the_bit(fresh):
    minutes = generate(load(), ["EUR_USD"], Timeframe("M1"), instant("2024-01-01"), instant("2024-01-12"))
    master = FakeSecurityMaster()

    async def ingest(venue, timeframe):
        source = OandaSource(venue, synthetic=True)
        tasks = await plan(source, master, [Download("EUR_USD", Timeframe(timeframe), instant("2024-01-01"))])
        return await fetch(source, master, tasks, "mbats data ingest EUR_USD")

    paper = fresh(NOON, minutes)
    (done,) = on(paper, lambda venue: ingest(venue, "M1"))
    made = minutes["EUR_USD"].between(0, NOON)
    assert (done.inserted, done.pages) == (len(made), 3)
    held = master.bars(BarKey("EUR_USD", "paper", "M1"))
    for name in ("time", "known_at"):
        np.testing.assert_array_equal(getattr(held, name), getattr(made, name))
    for side in ("mid", "bid", "ask"):
        for price in ("open", "high", "low", "close"):
            assert getattr(getattr(held, side), price).tobytes() == getattr(getattr(made, side), price).tobytes()
    assert held.synthetic or master.holdings()[0].synthetic
    (again,) = on(paper, lambda venue: ingest(venue, "M1"))
    assert (again.inserted, again.revised, again.unchanged) == (0, 0, 11)
    (days,) = on(paper, lambda venue: ingest(venue, "D"))
    assert days.inserted == len(np.unique(made.known_at[made.known_at <= NOON] // (86_400 * 10**9))) - 2


def test_a_bracket_its_protection_and_its_end(fresh):
    async def trade(venue):
        broker = venue.broker
        opened = await broker.send(buy("mb-1", stop=D("1.05"), target=D("1.2")))
        state = await broker.state()
        (trade,) = state.trades
        assert (trade.client_id, trade.stop, trade.target, trade.units) == ("mb-1", D("1.05"), D("1.2"), D(1000))
        assert (await broker.send(Protect("p-1", "EUR_USD", trade.id, stop=D("1.06")))).fate is Fate.DONE
        (trade,) = (await broker.state()).trades
        assert (trade.stop, trade.target) == (D("1.06"), D("1.2"))
        closed = await broker.send(buy("mb-2", "-1000", reduce_only=True, role=Role.EXIT))
        log = await broker.transactions(0)
        return opened, closed, log, await broker.state()

    opened, closed, log, state = on(fresh(NOON), trade)
    assert kinds(opened.transactions) == kinds(closed.transactions) == [Kind.ORDER, Kind.FILL]
    assert [one.id for one in log] == list(range(1, len(log) + 1))
    assert (state.trades, state.orders, state.last_transaction) == ((), (), log[-1].id)
    (fill,) = [one for one in log if one.kind is Kind.FILL and one.closed]
    (part,) = fill.closed
    assert (part.units, part.client_id or "mb-1", fill.balance) == (D(1000), "mb-1", state.balance)
    assert part.pnl == part.pnl_quote == fill.pnl < 0
    assert [one.role for one in log if one.kind is Kind.ORDER] == [
        *(Role.ENTRY, Role.TAKE_PROFIT, Role.STOP_LOSS),
        *(Role.STOP_LOSS, Role.EXIT),
    ]
    assert next(one.why for one in log if one.kind is Kind.CANCEL) is Reason.REPLACED
    assert {one.why for one in log if one.kind is Kind.CANCEL} == {Reason.REPLACED, Reason.LINKED_TRADE_CLOSED}


def test_a_waiting_order_is_shown_and_cancelled_once(exchange):
    async def trade(venue):
        placed = await venue.broker.send(buy("w-1", type=OrderType.LIMIT, price=D("0.9"), target_distance=D("0.01")))
        number = placed.transactions[0].order
        waiting = {order.id: order for order in (await venue.broker.state()).orders}
        first = await venue.broker.send(Cancel("c-1", "EUR_USD", number))
        return waiting[number], first, await venue.broker.send(Cancel("c-2", "EUR_USD", number))

    waiting, first, second = on(exchange, trade)
    assert (waiting.type, waiting.price, waiting.units, waiting.client_id) == (
        *(OrderType.LIMIT, D("0.9")),
        *(D(1000), "w-1"),
    )
    assert (first.fate, first.transactions[0].why) == (Fate.DONE, Reason.CLIENT_REQUEST)
    assert (second.fate, second.reason) == (Fate.REFUSED, "ORDER_DOESNT_EXIST")
    assert kinds(second.transactions) == [Kind.OTHER], "nothing of the order itself was rejected"


@pytest.mark.parametrize(
    ("order", "fate", "reason"),
    [
        (buy("r-1", "0"), Fate.REFUSED, "UNITS_INVALID"),
        (buy("r-2", "900000000"), Fate.REFUSED, "UNITS_LIMIT_EXCEEDED"),
        (buy("r-3", "90000000"), Fate.DONE, "INSUFFICIENT_MARGIN"),
        (buy("r-4", stop=D("1.3")), Fate.DONE, "STOP_LOSS_ON_FILL_LOSS"),
        (buy("r-5", target=D("1.0")), Fate.DONE, "TAKE_PROFIT_ON_FILL_LOSS"),
        (buy("x" * 129), Fate.REFUSED, "CLIENT_ORDER_ID_INVALID"),
    ],
)
def test_what_a_venue_refuses_is_told_by_its_own_word(exchange, order, fate, reason):
    reply = on(exchange, lambda venue: venue.broker.send(order))
    assert (reply.fate, reply.reason) == (fate, reason)
    assert reply.transactions[-1].kind is (Kind.REJECT if fate is Fate.REFUSED else Kind.CANCEL)


def test_too_precise_a_price_is_refused_by_the_venue_where_nobody_rounds_it(exchange):
    async def unrounded(venue):
        venue.instruments._known = {}
        return await venue.broker.send(buy("precise", type=OrderType.LIMIT, price=D("1.0000001")))

    reply = on(exchange, unrounded)
    assert (reply.fate, reply.reason) == (Fate.REFUSED, "PRICE_PRECISION_EXCEEDED")


def test_a_closed_market_cancels_at_creation(fresh):
    async def trade(venue):
        quotes = await venue.feed.quotes(SYMBOLS)
        return quotes, await venue.broker.send(buy("late"))

    quotes, reply = on(fresh(SATURDAY), trade)
    assert not any(quote.tradeable for quote in quotes.values())
    assert (reply.fate, reply.reason, reply.transactions[-1].why) == (Fate.DONE, "MARKET_HALTED", Reason.MARKET_HALTED)


def test_strangers_are_turned_away(exchange):
    async def ask(told):
        async with await OandaVenue.opened(told) as venue:
            return await venue.broker.state()

    with pytest.raises(WrongToken):
        asyncio.run(ask(access(exchange, token="stale")))
    with pytest.raises(ForbiddenAccount):
        asyncio.run(ask(access(exchange, account="101-001-9999999-001")))
    with pytest.raises(UnknownVenueInstrument):
        on(exchange, lambda venue: venue.feed.bars("EUR_XYZ", H1, 0))
    with pytest.raises(VenueUnreachable):
        asyncio.run(ask(access(exchange, url="http://127.0.0.1:9")))
    only = on(exchange, lambda venue: venue.broker.state())
    assert asyncio.run(ask(access(exchange, account=""))).id == only.id, "the only account needs no name"


@pytest.mark.parametrize(
    ("kind", "fate", "applied"),
    [
        ("drop-before", Fate.UNKNOWN, 0),
        ("drop-after", Fate.UNKNOWN, 1),
        ("garble", Fate.UNKNOWN, 1),
        ("duplicate", Fate.DONE, 2),
    ],
)
def test_when_an_answer_is_lost_the_log_tells_what_became_of_the_order(exchange, kind, fate, applied):
    async def trade(venue):
        before = (await venue.broker.state()).last_transaction
        fault(exchange, kind=kind, method="POST", path="*/orders", times=1)
        reply = await venue.broker.send(buy(f"lost-{kind}", "10"))
        return reply, await venue.broker.transactions(before)

    reply, log = on(exchange, trade)
    assert reply.fate is fate
    assert [one.client_id for one in log if one.kind is Kind.FILL] == [f"lost-{kind}"] * applied


@pytest.mark.parametrize(
    ("status", "when", "fate"),
    [(429, "before", Fate.NOT_SENT), (503, "before", Fate.UNKNOWN), (500, "after", Fate.UNKNOWN)],
)
def test_a_server_in_trouble(exchange, status, when, fate):
    async def trade(venue):
        fault(exchange, kind=f"status-{when}", status=status, method="POST", path="*/orders", times=1)
        return await venue.broker.send(buy(f"trouble-{status}", "10"))

    assert on(exchange, trade).fate is fate


def test_a_question_survives_what_a_network_does(exchange):
    async def ask(venue):
        for kind in ("drop-before", "drop-after"):
            fault(exchange, kind=kind, method="GET", path="*/instruments/EUR_USD/candles", times=1)
        return await venue.feed.bars("EUR_USD", H1, NOON - 10**13)

    assert len(on(exchange, ask)) == 2


def test_news_wake_a_session_and_cut_streams_come_back(exchange, monkeypatch):
    monkeypatch.setattr("mbats.adapters.oanda.streams._SHORTEST_WAIT", 0.05)

    async def live(venue):
        async def order():
            await asyncio.sleep(0.3)
            await venue.broker.send(buy("news", "10"))

        messages = venue.news().messages()
        assert (await anext(messages))["type"] == "CONNECTED"
        sending = asyncio.create_task(order())
        heard = [await anext(messages)]
        while heard[-1]["type"] != "ORDER_FILL":
            heard.append(await anext(messages))
        await sending
        fault(exchange, kind="cut", path="*/transactions/stream", times=1)
        await venue.broker.send(buy("news", "10"))
        while heard[-1]["type"] != "CONNECTED":
            heard.append(await anext(messages))
        return heard

    heard = on(exchange, lambda venue: asyncio.wait_for(live(venue), 30))
    assert {"MARKET_ORDER", "ORDER_FILL", "CONNECTED"} <= {one["type"] for one in heard}


def test_a_stream_that_falls_silent_is_opened_again(exchange, monkeypatch):
    monkeypatch.setattr(limits, "QUIET_SECONDS", 0.3)
    monkeypatch.setattr("mbats.adapters.oanda.streams._SHORTEST_WAIT", 0.05)

    async def live(venue):
        messages = venue.news().messages()
        seen = [await anext(messages) for _ in range(2)]
        return [one["type"] for one in seen]

    assert "CONNECTED" in on(exchange, lambda venue: asyncio.wait_for(live(venue), 30))[1:]


def test_prices_stream(exchange):
    async def listen(venue):
        quotes = venue.prices(SYMBOLS).quotes()
        return [await anext(quotes) for _ in SYMBOLS]

    told = on(exchange, lambda venue: asyncio.wait_for(listen(venue), 30))
    assert {quote.instrument for quote in told} == set(SYMBOLS)
    assert all(quote.ask > quote.bid for quote in told)


def test_turns_bring_each_bar_once_it_is_complete(fresh, hours):
    paper = fresh(NOON)

    async def live(venue):
        start = await venue.time()
        told = (paper.admin_url, paper.admin_token, "desk")
        async with TurnPace(*told, after=start, timing=venue.client.timing) as pace:
            seen = []
            for _ in range(4):
                assert await pace.next(pace.now())
                bars = await venue.feed.bars("EUR_USD", H1, NOON - 4 * H1.nanoseconds)
                seen.append((int(pace.now().timestamp()), int(bars.known_at[-1]) // 10**9))
            return seen

    seen = on(paper, live)
    assert seen == [(NOON // 10**9 + 3_600 * n,) * 2 for n in range(4)]


def test_the_wall_clock_paces_where_nothing_is_stepped(exchange):
    async def live(venue):
        async with WallPace(venue.client, SystemClock()) as pace:
            return await pace.next(pace.now())

    assert on(exchange, live)


def test_a_person_checks_and_downloads_from_the_exchange_that_runs_here(exchange, home, capsys, monkeypatch):
    place = {"url": exchange.url, "token": exchange.token, "account": exchange.account}
    (home / "exchange").mkdir(parents=True)
    (home / "exchange/address.json").write_text(json.dumps(place))
    master = FakeSecurityMaster()
    monkeypatch.setattr(wiring, "security_master", lambda settings: master)
    assert run(["data", "ingest", "EUR_USD", "--vendor", "paper", "--since", "2024-01-01"]) == 0
    assert "EUR_USD H1 (paper, ny17)" in capsys.readouterr()[0]
    assert run(["live", "check", "--venue", "paper"]) == 0
    out, _ = capsys.readouterr()
    assert ("paper: nothing real is at stake" in out, exchange.account in out) == (True, True)

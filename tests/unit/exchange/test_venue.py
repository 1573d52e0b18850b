"""The running venue around the real engine; its time is made by hand."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from fakes.tapes import at, steps, walk
from mbats.clock import SimulatedClock
from mbats.errors.exchange_service import StateNotSaved
from mbats.exchange.exchange import Exchange
from mbats.exchange.opening import NewAccount, open_venue
from mbats.exchange.pacing import Flowing, Pacing, Stepped
from mbats.exchange.reply import Reply
from mbats.exchange.store import Saved
from mbats.exchange.tape import FixedTape
from mbats.exchange.terms import Terms
from mbats.exchange.ticker import RateChange
from mbats.exchange.turns import Turn
from mbats.exchange.venue import Venue
from mbats.market.local_time import HOUR, MINUTE, moment

TEN = at("2024-07-03T10:00")
BARS = steps(
    "EUR_USD",
    "2024-07-03T10:00",
    [(110_000, 110_200, 109_900, 110_100), (110_100, 110_150, 109_800, 109_950), (109_950, 109_960, 109_940, 109_950)],
)
ACCOUNT = "101-001-1000000-001"


class Memory:
    """A store that keeps what it was given, or fails."""

    def __init__(self) -> None:
        self.exchange: dict[str, Any] = {}
        self.transactions: dict[str, list[dict[str, Any]]] = {ACCOUNT: []}
        self.venue: dict[str, Any] = {}
        self.broken = False

    def load(self) -> Saved | None:
        return Saved(self.exchange, self.transactions, self.venue) if self.exchange else None

    def save(
        self,
        exchange: Mapping[str, Any],
        transactions: Sequence[tuple[str, Mapping[str, Any]]],
        venue: Mapping[str, Any],
    ) -> None:
        if self.broken:
            raise sqlite3.OperationalError("database or disk is full")
        self._merge(dict(exchange))
        self.venue = dict(venue)
        for account, transaction in transactions:
            self.transactions[account].append(dict(transaction))

    def touch(self, venue: Mapping[str, Any]) -> None:
        self.venue = dict(venue)

    def close(self) -> None:
        pass

    def _merge(self, new: dict[str, Any]) -> None:
        known = self.exchange.setdefault("accounts", {})
        self.exchange["exchange"] = new["exchange"]
        for account, parts in new["accounts"].items():
            kept = known.setdefault(account, {"orders": {}, "trades": {}})
            kept["book"] = parts["book"]
            kept["orders"].update(parts["orders"])
            kept["trades"].update(parts["trades"])


async def opened(
    pacing: Pacing | None = None,
    store: Memory | None = None,
    start: int = TEN,
    rate_changes: Sequence[RateChange] = (),
) -> Venue:
    return await open_venue(
        FixedTape({"EUR_USD": BARS}),
        [Terms.of(BARS.instrument)],
        pacing or Stepped(),
        [NewAccount(ACCOUNT)],
        start=start,
        store=store,
        rate_changes=rate_changes,
    )


def buy(**more: Any) -> Callable[[Exchange], Reply]:
    order = {"type": "MARKET", "instrument": "EUR_USD", "units": "1000", **more}
    return lambda exchange: exchange.submit(ACCOUNT, order)


def run(story: Callable[[], Awaitable[None]]) -> None:
    async def limited() -> None:
        await asyncio.wait_for(story(), 10)

    asyncio.run(limited())


def balance(venue: Venue) -> Decimal:
    found: Decimal = venue.exchange.summary(ACCOUNT)["balance"]
    return found


def types(venue: Venue) -> list[str]:
    return [transaction["type"] for transaction in venue.exchange.transactions(ACCOUNT)[3:]]


def test_an_order_of_a_turn_fills_at_the_open_and_its_stop_on_the_path() -> None:
    async def story() -> None:
        venue = await opened()
        market = asyncio.create_task(venue.run())
        assert await venue.turns.next("one") == Turn(TEN)
        reply = await venue.act(ACCOUNT, buy(stopLossOnFill={"price": "1.09850"}))
        assert reply.body["orderFillTransaction"]["price"] == Decimal("1.10002")
        assert await venue.turns.next("one", after=TEN) == Turn(TEN + HOUR)
        assert types(venue) == ["MARKET_ORDER", "ORDER_FILL", "STOP_LOSS_ORDER"]
        assert await venue.turns.next("one", after=TEN + HOUR) == Turn(TEN + 2 * HOUR)
        stopped = venue.exchange.transactions(ACCOUNT)[-1]
        assert (stopped["type"], stopped["price"]) == ("ORDER_FILL", Decimal("1.09850"))
        # 11:00 goes up to 11:20 and down to 11:40, from 1.10150 to 1.09800: the stop is passed on the way.
        assert TEN + HOUR + 20 * MINUTE < stopped["time"] < TEN + HOUR + 40 * MINUTE
        assert await venue.turns.next("one", after=TEN + 2 * HOUR) == Turn(TEN + 3 * HOUR)
        assert await venue.turns.next("one", after=TEN + 3 * HOUR) == Turn(TEN + 3 * HOUR, done=True)
        await market
        assert venue.ended

    run(story)


def test_where_no_bar_is_open_nothing_trades() -> None:
    async def story() -> None:
        venue = await opened(start=TEN - HOUR)
        assert venue.exchange.quote("EUR_USD") is None
        await venue.step(TEN + 3 * HOUR)
        last = venue.exchange.quote("EUR_USD")
        assert last is not None
        assert (last.tradeable, last.bid) == (False, Decimal("1.09950"))
        reply = await venue.act(ACCOUNT, buy())
        assert reply.body["orderCancelTransaction"]["reason"] == "MARKET_HALTED"
        late = await opened(start=TEN + 4 * HOUR)
        quote = late.exchange.quote("EUR_USD")
        assert quote is not None
        assert (quote.tradeable, quote.bid, quote.time) == (False, Decimal("1.09950"), TEN + 3 * HOUR - 1)

    run(story)


def test_what_happened_is_saved_before_anybody_is_told() -> None:
    async def story() -> None:
        store, told = Memory(), list[int]()
        venue = await opened(store=store)
        with venue.transactions.subscription() as heard, venue.prices.subscription() as prices:
            reply = await venue.act(ACCOUNT, buy())
            assert reply.status == 201
            for _, transaction in await heard.batch(1):
                told.append(int(transaction["id"]))
            assert told == [4, 5]
            assert [int(one["id"]) for one in store.transactions[ACCOUNT]] == [1, 2, 3, 4, 5]
            await venue.step(TEN + 10 * MINUTE)
            (price,) = await prices.batch(1)
            assert (price.symbol, price.quote.bid) == ("EUR_USD", Decimal("1.09950"))

    run(story)


def test_a_venue_that_cannot_save_stops_and_tells_nobody() -> None:
    async def story() -> None:
        store = Memory()
        venue = await opened(store=store)
        market = asyncio.create_task(venue.run())
        await venue.turns.next("one")
        store.broken = True
        with venue.transactions.subscription() as heard:
            with pytest.raises(StateNotSaved, match="disk is full"):
                await venue.act(ACCOUNT, buy())
            assert await heard.batch(0) == []
        with pytest.raises(StateNotSaved):
            await market
        store.broken = False
        with pytest.raises(StateNotSaved):
            await venue.act(ACCOUNT, buy())
        assert len(store.transactions[ACCOUNT]) == 3

    run(story)


@pytest.mark.parametrize("minutes", [0, 25, 60, 70, 95, 120])
def test_a_killed_venue_goes_on_as_if_it_had_not_been(minutes: int) -> None:
    async def story() -> None:
        stop = {"stopLossOnFill": {"price": "1.09850"}, "trailingStopLossOnFill": {"distance": "0.00270"}}
        whole = await opened()
        await whole.act(ACCOUNT, buy(**stop))
        await whole.step(TEN + 3 * HOUR)

        store = Memory()
        killed = await opened(store=store)
        await killed.act(ACCOUNT, buy(**stop))
        await killed.step(TEN + minutes * MINUTE)
        store.touch({**store.venue, "time": killed.exchange.time})
        again = await opened(store=store)
        assert again.exchange.time == TEN + minutes * MINUTE
        await again.step(TEN + 3 * HOUR)
        assert types(again) == types(whole)
        prices = [one.get("price") for one in again.exchange.transactions(ACCOUNT)]
        assert prices == [one.get("price") for one in whole.exchange.transactions(ACCOUNT)]
        assert balance(again) == balance(whole)

    run(story)


def test_an_operators_halt_outlasts_the_tapes_opening_and_a_restart() -> None:
    async def story() -> None:
        store = Memory()
        venue = await opened(store=store)
        await venue.halt(["EUR_USD"])
        await venue.step(TEN + HOUR)
        halted = venue.exchange.quote("EUR_USD")
        assert halted is not None
        assert (halted.tradeable, halted.bid) == (False, Decimal("1.10000"))
        again = await opened(store=store)
        await again.step(TEN + 2 * HOUR)
        await again.resume(["EUR_USD"])
        quote = again.exchange.quote("EUR_USD")
        assert quote is not None
        assert (quote.tradeable, quote.bid) == (True, Decimal("1.09950"))

    run(story)


def test_an_operators_gap_jumps_over_a_stop() -> None:
    async def story() -> None:
        venue = await opened()
        await venue.act(ACCOUNT, buy(stopLossOnFill={"price": "1.09850"}))
        await venue.shift("EUR_USD", Decimal("-0.00500"))
        fill = venue.exchange.transactions(ACCOUNT)[-1]
        assert fill["price"] == Decimal("1.09500")
        await venue.shift("EUR_USD", Decimal(0))
        quote = venue.exchange.quote("EUR_USD")
        assert quote is not None
        assert quote.bid == Decimal("1.10000")

    run(story)


def test_flowing_time_is_the_clocks_times_its_speed_whenever_somebody_asks() -> None:
    async def story() -> None:
        clock = SimulatedClock(moment(at("2030-01-01")))
        pacing = Flowing(clock, 60)
        venue = await opened(pacing)
        pacing.begin(TEN)
        clock.set(moment(at("2030-01-01")) + timedelta(seconds=1))
        assert venue.time == TEN + MINUTE
        venue.skew = 5
        assert venue.now() == TEN + MINUTE + 5
        quote = venue.exchange.quote("EUR_USD")
        assert quote is not None
        assert quote.bid == Decimal("1.09995")

    run(story)


def test_a_market_of_today_catches_up_with_what_passed() -> None:
    async def story() -> None:
        store = Memory()
        clock = SimulatedClock(moment(TEN))
        venue = await opened(Flowing(clock, present=True), store)
        await venue.act(ACCOUNT, buy(stopLossOnFill={"price": "1.09850"}))
        clock.set(moment(TEN + 4 * HOUR))
        again = await opened(Flowing(clock, present=True), store)
        await again.run()
        assert again.ended
        assert types(again)[-1] == "ORDER_FILL"

    run(story)


def test_a_stepped_week_of_three_instruments_takes_a_moment() -> None:
    async def story() -> None:
        names = ("EUR_USD", "GBP_USD", "AUD_USD")
        market = {name: walk(name, "2024-07-01", "2024-07-08", seed=row) for row, name in enumerate(names)}
        terms = [Terms.of(bars.instrument) for bars in market.values()]
        venue = await open_venue(FixedTape(market), terms, Stepped(), [NewAccount(ACCOUNT)], start=at("2024-07-01"))
        asyncio.get_running_loop().create_task(venue.run())
        after, turns = 0, 0
        while (turn := await venue.turns.next("one", after)) and not turn.done:
            after, turns = turn.time, turns + 1
        assert turns == (4 * 24 + 21 + 1) + (3 + 1)  # Monday to Friday 21:00; Sunday 21:00 to midnight

    run(story)


def test_financing_rates_change_when_they_are_due_and_stay_so_after_a_restart() -> None:
    async def story() -> None:
        store = Memory()
        later = [RateChange(TEN + HOUR * hour, "EUR_USD", Decimal(hour), Decimal(0)) for hour in (2, 1)]
        venue = await opened(store=store, rate_changes=later)
        rates = []
        for minutes in (59, 60, 119, 125):
            await venue.step(TEN + minutes * MINUTE)
            rates.append(venue.exchange.instrument("EUR_USD").long_rate)
        assert rates == [0, 1, 1, 2]
        store.touch({**store.venue, "time": TEN + 90 * MINUTE})
        again = await opened(store=store, rate_changes=later)
        assert again.exchange.instrument("EUR_USD").long_rate == 1
        begun = await opened(start=TEN + 125 * MINUTE, rate_changes=later)
        assert begun.exchange.instrument("EUR_USD").long_rate == 2

    run(story)

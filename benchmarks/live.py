"""A live session over HTTP on twenty instruments: from a bar's close to each order accepted, beside a bare question."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np

from benchmarks.row import Row
from mbats.adapters.ecb.fixings import load
from mbats.adapters.oanda.access import PAPER, Access
from mbats.bootstrap.desks import seated
from mbats.bootstrap.exchange import PaperExchange
from mbats.bootstrap.exchange_market import recorded_market
from mbats.bootstrap.venue import PaperPlace, Reach, pace, venue
from mbats.clock import SystemClock
from mbats.live.connection import Connection
from mbats.live.options import STEPPED
from mbats.live.rehearsal import RehearsalStore
from mbats.live.session import Session
from mbats.live.store import SessionTerms
from mbats.market.reference.generator import generate
from mbats.market.timeframe import Timeframe
from mbats.portfolio.limits import UNLIMITED
from mbats.portfolio.sizing import FixedUnits
from mbats.secmaster.moments import instant
from mbats.simulation.simulator import Allocation
from mbats.strategies.signal import OnOpenPosition, Signals, SignalStrategy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.execution.broker import Broker, Instruction, Reply
    from mbats.live.feed import Pace
    from mbats.market.bars import Bars

SYMBOLS = (
    *("EUR_USD", "GBP_USD", "AUD_USD", "NZD_USD", "USD_JPY", "USD_CHF", "USD_CAD", "EUR_GBP", "EUR_JPY", "EUR_CHF"),
    *("EUR_CAD", "EUR_AUD", "EUR_NZD", "GBP_JPY", "GBP_CHF", "GBP_CAD", "GBP_AUD", "AUD_JPY", "CAD_JPY", "CHF_JPY"),
)
ASKED = 300


class Turning(SignalStrategy):
    """Turns its position at every bar."""

    def decide(self, bars: Bars) -> Signals:
        """Be long after one bar and short after the next."""
        return Signals(
            side=np.where(np.arange(len(bars)) % 2, 1, -1).astype(np.int8),
            stop_distance=np.full(len(bars), 0.02) * bars.close,
            on_open_position=OnOpenPosition.REVERSE,
        )


def rows() -> list[Row]:
    """Trade two days of hours; the session stores in memory: a commit is PostgreSQL's time, and the disk's."""
    bars = generate(load(), SYMBOLS, Timeframe("H1"), instant("2023-10-09"), instant("2023-10-12"))
    with PaperExchange(recorded_market(bars, instant("2023-10-10T10:30"))) as paper:
        place = PaperPlace(paper.url, paper.token, paper.account, paper.admin_url, paper.admin_token, stepped=True)
        access = Access.at(PAPER, paper.token, paper.account, paper.url)
        taken, bare = asyncio.run(_traded(bars, Reach(access, place)))
    # The orders of a close go out one after the other: the n-th has waited for those before.
    median, worst = np.percentile(taken, [50, 99]).tolist()
    against = f"a bare question ({bare * 1e3:.1f} ms)"
    what = f"live: bar close to order accepted, {len(SYMBOLS)} instruments"
    return [Row(f"{what}, {name}", value * 1e3, "ms", against, value / bare) for name, value in _named(median, worst)]


def _named(median: float, worst: float) -> list[tuple[str, float]]:
    return [("median", median), ("p99", worst)]


async def _traded(bars: dict[str, Bars], reach: Reach) -> tuple[Sequence[float], float]:
    shares = [Allocation(Turning(), SYMBOLS, FixedUnits(1_000))]
    terms = SessionTerms(
        id=(session := uuid4()),
        name="bench",
        run=session,
        venue=PAPER,
        url=reach.access.url,
        account=reach.access.account,
        strategies=({"name": "Turning"},),
        instruments=SYMBOLS,
        timeframe="H1",
        anchor=min(int(one.time[0]) for one in bars.values()),
        limits=UNLIMITED.plain(),
        options=STEPPED,
    )
    async with venue(reach) as opened, pace(reach, opened, "bench") as turns:
        watch = _Watch(opened.broker, turns)
        instruments = await opened.instruments.named({symbol: one.instrument for symbol, one in bars.items()})
        store = RehearsalStore(terms, SystemClock().now())
        await Session(terms, seated(shares), Connection(watch, opened.feed, watch), store, instruments).run()
        last = (await opened.broker.state()).last_transaction
        began = time.perf_counter()
        for _ in range(ASKED):
            await opened.broker.transactions(last)
        return watch.taken, (time.perf_counter() - began) / ASKED


class _Watch:
    """Stands before a broker and a pace, and takes the time from each turn to each reply."""

    def __init__(self, broker: Broker, turns: Pace) -> None:
        self._broker, self._turns = broker, turns
        self.state, self.transactions, self.now = broker.state, broker.transactions, turns.now
        self.taken: list[float] = []
        self._began = time.perf_counter()

    async def send(self, instruction: Instruction) -> Reply:
        reply = await self._broker.send(instruction)
        self.taken.append(time.perf_counter() - self._began)
        return reply

    async def next(self, latest: Any) -> bool:
        more = await self._turns.next(latest)
        self._began = time.perf_counter()
        return more

"""A session over the fake venue, put together for tests."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np

from fakes.broker import FakeVenue
from fakes.market import MONDAY, hourly
from fakes.session_store import FakeSessionStore
from mbats.live.connection import Connection
from mbats.live.session import Session
from mbats.live.signal_desk import SignalDesk
from mbats.live.store import SessionTerms
from mbats.live.target_desk import TargetDesk
from mbats.market.bars import Bars, Quotes
from mbats.portfolio.limits import Limits
from mbats.strategies.signal import Entry, OnOpenPosition, Signals, SignalStrategy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.simulation.simulator import Allocation

_NAMES = [name for name in Limits().plain() if name not in {"reset", "zone"}]
OFF = dict.fromkeys([*_NAMES, *(f"account.{name}" for name in _NAMES)], "off")
ID = UUID("1f6c2a3b-0000-4000-8000-000000000001")


def quoted(symbol: str, closes: Sequence[float], half: float = 0.0001, start: int = MONDAY, wick: float = 0.0) -> Bars:
    """Hourly bars with bid and ask on the tick, `half` a spread on either side, `wick` beyond body on both ends."""
    bars = hourly(symbol, closes, start=start)
    digits = -bars.instrument.tick.as_tuple().exponent
    mid = bars.mid
    high, low = np.maximum(mid.open, mid.close) + wick, np.minimum(mid.open, mid.close) - wick
    sides = [
        Quotes(*(np.round(column + shift, digits) for column in (mid.open, high, low, mid.close)))
        for shift in (-half, half)
    ]
    middle = Quotes(*((getattr(sides[0], n) + getattr(sides[1], n)) / 2 for n in ("open", "high", "low", "close")))
    return replace(bars, mid=middle, bid=sides[0], ask=sides[1])


def wandering(symbol: str, seed: int, rows: int, start: float = 1.1, step: float = 0.001, holes: float = 0.0) -> Bars:
    """A random walk of hourly bars, some of them missing, with gaps."""
    rng = np.random.default_rng(seed)
    closes = start * np.exp(np.cumsum(rng.normal(0, step, rows)))
    bars = quoted(symbol, closes, half=start * 0.0001, wick=start * step / 2)
    kept = np.flatnonzero(rng.random(rows) >= holes)
    sides = {name: getattr(bars, name).rows(kept) for name in ("mid", "bid", "ask")}
    return replace(bars, time=bars.time[kept], known_at=bars.known_at[kept], volume=bars.volume[kept], **sides)


def desks_of(allocations: Sequence[Allocation]) -> list[SignalDesk | TargetDesk]:
    """The desks of a backtest's allocations."""
    return [
        (SignalDesk if isinstance(one.strategy, SignalStrategy) else TargetDesk)(
            one.strategy, one.instruments, one.sizing, number
        )
        for number, one in enumerate(allocations)
    ]


def terms_of(venue: FakeVenue, traded: Sequence[str], anchor: int, **facts) -> SessionTerms:
    told = {"strategies": (), "limits": OFF, "options": {"bars_wait": 0}} | facts
    usual = {"venue": "paper", "url": "http://fake", "account": "1", "timeframe": "H1", "anchor": anchor}
    return SessionTerms(id=ID, name="test", run=UUID(int=2), instruments=tuple(traded), **usual, **told)


def session_of(
    venue: FakeVenue, allocations: Sequence[Allocation], store=None, *, alerts=None, desks=desks_of, **facts
) -> Session:
    """A session over `venue`; one that begins where the store's log ends, if it has one."""
    traded = [symbol for one in allocations for symbol in one.instruments]
    instruments = {symbol: venue.market[symbol].instrument for symbol in [*traded, *venue.market]}
    terms = terms_of(venue, traded, int(min(bars.time[0] for bars in venue.market.values())), **facts)
    store = store or FakeSessionStore()
    if terms.id not in store.shelf.states:
        store.create(terms)
    return Session(terms, desks(allocations), Connection(venue, venue, venue), store, instruments, alerts=alerts)


def run(session: Session):
    return asyncio.run(session.run())


class Restless(SignalStrategy):
    """Wants something at almost every bar, so that a short market sees many orders."""

    entry: int = 0
    on_open: str = "reverse"
    stop: float = 0.002
    trailing: float = 0.0

    def decide(self, bars: Bars) -> Signals:
        rows = np.arange(len(bars))
        side = np.where(rows % 3 == 2, 0, np.where(rows % 2 == 0, 1, -1)).astype(np.int8)
        return Signals(
            side=side,
            stop_distance=np.full(len(bars), self.stop),
            target_distance=np.full(len(bars), 2 * self.stop),
            entry=Entry(self.entry),
            entry_price=bars.close - side * self.stop / 4 if self.entry else None,
            expiry_bars=2 if self.entry else 0,
            on_open_position=OnOpenPosition(self.on_open),
            trailing_distance=np.full(len(bars), self.trailing) if self.trailing else None,
            break_even_trigger=np.full(len(bars), self.stop / 2),
        )

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import backtrader as bt

from mbats.execution.order import OrderType, Reason, Role
from mbats.ledger.journal import Event, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.adapters.backtrader.track import PlainTrack, Track
    from mbats.ledger.journal import Journal, JournalWriter

_TYPES = {
    bt.Order.Market: OrderType.MARKET,
    bt.Order.Close: OrderType.MARKET,
    bt.Order.Limit: OrderType.LIMIT,
    bt.Order.Stop: OrderType.STOP,
    bt.Order.StopLimit: OrderType.STOP_LIMIT,
    bt.Order.StopTrail: OrderType.TRAILING_STOP,
    bt.Order.StopTrailLimit: OrderType.TRAILING_STOP,
}


class Recorder:
    """Writes what happens to Backtrader's orders into the journal."""

    def __init__(self, writer: JournalWriter) -> None:
        self._writer = writer
        self._rows = 0
        self._journal: tuple[int, Journal] | None = None
        self._tracks: dict[int, Track | PlainTrack] = {}
        self._numbers: dict[int, int] = {}

    def journal(self) -> Journal:
        """Return what was recorded so far."""
        if self._journal is None or self._journal[0] != self._rows:
            self._journal = self._rows, self._writer.journal()
        return self._journal[1]

    def follow(self, track: Track | PlainTrack) -> None:
        """Record the orders of one more feed."""
        self._tracks[id(track.feed)] = track

    def track(self, feed: Any) -> Any:
        """Return the track of a feed."""
        return self._tracks[id(feed)]

    def number(self, order: Any) -> int:
        """Return the number of an order in the journal; 0 for None."""
        return self._numbers.get(order.ref, 0) if order is not None else 0

    def decided(
        self,
        track: Track,
        units: float,
        bracket: tuple[float, float],
        extras: Mapping[str, float],
        reason: Reason = Reason.NONE,
    ) -> None:
        """Record a decision at the close of the present bar; with a reason, also that it was blocked."""
        stop, target = bracket
        where = (track.instrument, track.strategy)
        close = track.feed.lines.close[0]
        event = Event(track.known, Kind.DECISION, *where, units=units, price=close, stop=stop, target=target)
        self._append(event, extras)
        if reason:
            self._append(event._replace(kind=Kind.BLOCKED, reason=reason))

    def ordered(self, order: Any, held: float, time: int | None = None) -> None:
        """Record a new order, sent at `time` (None: at the close of the present bar); `held` is the position then."""
        self._numbers[order.ref] = len(self._numbers) + 1
        if "role" not in order.info:
            order.info["role"] = role_of(order, held)
        track = self.track(order.data)
        price = math.nan if order.exectype in {bt.Order.Market, bt.Order.Close} else order.created.price
        stop, target = order.info.get("bracket") or (math.nan, math.nan)
        self.event(
            Kind.ORDER,
            order,
            track.known if time is None else time,
            units=order.size,
            price=price,
            stop=stop,
            target=target,
        )

    def filled(self, order: Any, time: int, *, price: float, units: float, pnl: float, **facts: Any) -> float:
        """Record a fill at `time` and return the rate of its currency."""
        track = self.track(order.data)
        rate: float = track.rate(time)
        money = {"currency": track.currency, "rate": rate}
        self.event(Kind.FILL, order, time, price=price, units=units, pnl=pnl, **money, **facts)
        return rate

    def paid(self, order: Any, time: int, amount: float, rate: float) -> None:
        """Record a fee of an order, `amount` below zero when paid; nothing for 0."""
        if amount:
            self.event(Kind.FEE, order, time, amount=amount, rate=rate, currency=self.track(order.data).currency)

    def financed(self, track: Track, time: int, amount: float, rate: float) -> None:
        """Record the financing of a position."""
        where = (track.instrument, track.strategy)
        self._append(Event(time, Kind.FINANCING, *where, currency=track.currency, amount=amount, rate=rate))

    def margin_call(self, track: Track, time: int, units: float) -> None:
        """Record that the venue is about to close a position of `units`."""
        where = (track.instrument, track.strategy)
        self._append(
            Event(time, Kind.MARGIN_CALL, *where, role=Role.CLOSEOUT, reason=Reason.MARGIN_CLOSEOUT, units=units)
        )

    def event(self, kind: Kind, order: Any, time: int, **fields: Any) -> None:
        """Record any event of an order."""
        track = self.track(order.data)
        self._append(
            Event(
                time,
                kind,
                track.instrument,
                order.owner._id,
                self._numbers[order.ref],
                self.number(order.parent),
                order.info["role"],
                _TYPES[order.exectype],
                **fields,
            )
        )

    def _append(self, event: Event, extras: Mapping[str, float] | None = None) -> None:
        self._rows += 1
        self._writer.append(event, extras)


def role_of(order: Any, held: float) -> Role:
    """Return the role of an order whose sender stated none, told by its parent and the position `held`."""
    if order.parent is not None:
        return Role.TAKE_PROFIT if order.exectype == bt.Order.Limit else Role.STOP_LOSS
    if held * order.size >= 0:
        return Role.ENTRY
    return Role.EXIT if abs(order.size) <= abs(held) else Role.REVERSAL

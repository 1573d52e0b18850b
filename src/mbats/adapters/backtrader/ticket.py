from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import backtrader as bt

from mbats.execution.order import OrderType, Reason, Role
from mbats.portfolio.plan import Holding, bracket

if TYPE_CHECKING:
    from mbats.portfolio.intent import Intent

_EXECTYPES = {OrderType.MARKET: bt.Order.Market, OrderType.LIMIT: bt.Order.Limit, OrderType.STOP: bt.Order.Stop}


class Ticket:
    """The orders of one instrument, sent through a bridge by Backtrader's own means.

    An entry goes out as main order, stop, target: the order of `bt.Strategy.buy_bracket`, on which margin checks
    depend.

    Attributes
    ----------
    unguarded
        Whether an entry was filled whose stop and target count from the fill and are still to be sent.
    """

    def __init__(self, strategy: Any, feed: Any) -> None:
        self.feed = feed
        self.position: Any = strategy.broker.getposition(feed)
        self.pending: Any = None
        self.sent_row = 0
        self.holding = Holding()
        self.unguarded = False
        self._strategy = strategy
        self._intent: Intent | None = None
        self._entry: Any = None
        self._children: list[Any] = []
        # Of the open position: a reversal that is refused must not take their place.
        self._held: Intent | None = None
        self._opener: Any = None
        self._guards: list[Any] = []
        self._opened_row = 0

    def side(self) -> int:
        """Return the side of the open position, 0 when flat."""
        size: float = self.position.size
        return (size > 0) - (size < 0)

    def held(self) -> Holding:
        """Return the open position as the plan sees it."""
        side = self.side()
        if not side:
            return Holding()
        return self.holding._replace(side=side, bars=self.feed.row - self._opened_row + 1)

    def enter(self, intent: Intent, extra_units: float = 0.0) -> None:
        """Send an entry with its bracket; `extra_units` close an opposite position on the way."""
        self._intent = intent
        self.sent_row = self.feed.row
        self._children = []
        wanted = self._wanted(intent)
        self.pending = self._entry = self._send(
            intent.side,
            intent.units + extra_units,
            _EXECTYPES[intent.type],
            price=None if math.isnan(intent.price) else intent.price,
            role=intent.role,
            bracket=(intent.stop, intent.target),
            transmit=not wanted,
        )
        for last, (exectype, price, facts) in enumerate(wanted, start=1 - len(wanted)):
            facts |= {"parent": self.pending, "transmit": last == 0}
            self._children.append(self._protect(intent, exectype, price, **facts))

    def close(self, role: Role) -> None:
        """Close the position at market."""
        self._send(-self.side(), abs(self.position.size), bt.Order.Market, role=role)

    def cancel_pending(self, reason: Reason) -> None:
        """Cancel an entry that waits for its price."""
        self.pending.info["reason"] = reason
        self._strategy.cancel(self.pending)
        self.pending = None

    def move_stop(self) -> None:
        """Put the stop to the fill price."""
        self.holding = self.holding._replace(moved=True)

    def guard(self) -> None:
        """Send the stop and target that an unguarded position lacks."""

    def noted(self, order: Any) -> None:
        """Take notice of a change of one of this instrument's orders."""
        if self.pending is None or order.ref != self.pending.ref or order.alive():
            return
        if order.status == bt.Order.Completed:
            self._opened_row = self.feed.row
            self._held, self._opener, self._guards = self._intent, self._entry, self._children
            trigger = self._held.break_even_trigger if self._held else math.nan
            self.holding = Holding(price=order.executed.price, break_even_trigger=trigger)
            self._opened(order)
        self.pending = None

    def _wanted(self, intent: Intent) -> list[tuple[int, float, dict[str, Any]]]:
        raise NotImplementedError

    def _opened(self, order: Any) -> None:
        """Note what counts from the fill of an entry."""

    def _send(self, side: int, units: float, exectype: int, **facts: Any) -> Any:
        send = self._strategy.buy if side > 0 else self._strategy.sell
        return send(data=self.feed, size=units, exectype=exectype, **facts)

    def _protect(self, intent: Intent, exectype: int, price: float, **facts: Any) -> Any:
        role = Role.TAKE_PROFIT if exectype == bt.Order.Limit else Role.STOP_LOSS
        return self._send(-intent.side, intent.units, exectype, price=price, role=role, **facts)


class NativeTicket(Ticket):
    """With Backtrader's own orders and rules."""

    def enter(self, intent: Intent, extra_units: float = 0.0) -> None:
        """Send an entry; protective orders of the position that it reverses are cancelled."""
        self._cancel_children(Reason.REPLACED)
        super().enter(intent, extra_units)

    def close(self, role: Role) -> None:
        """Close at market; Backtrader leaves protective orders alive, so they are cancelled."""
        self._cancel_children(Reason.LINKED_TRADE_CLOSED)
        super().close(role)

    def move_stop(self) -> None:
        """Send a new stop at the fill price; Backtrader cancels the others with the old one, so they are sent anew."""
        super().move_stop()
        reference = self._trails_from()
        self._cancel_children(Reason.REPLACED)
        self._send_pair(self.holding.price, self._held.target if self._held else math.nan, reference)

    def guard(self) -> None:
        """Send stop and target around the fill, one cancelling the other."""
        if self.unguarded and self._held is not None:
            self.unguarded = False
            self._send_pair(self._held.stop, self._held.target, self.holding.price)

    def _trails_from(self) -> float:
        """Return the price from which a new trailing stop stands where the present one does; NaN without one."""
        if self.unguarded:
            return self.holding.price
        for child in self._children:
            if child.exectype == bt.Order.StopTrail and child.alive():
                return float(child.created.price + self.side() * child.trailamount)
        return math.nan

    def _wanted(self, intent: Intent) -> list[tuple[int, float, dict[str, Any]]]:
        return [] if intent.anchored_on_fill else self._orders(intent, intent.stop, intent.target, math.nan)

    def _opened(self, order: Any) -> None:
        intent = self._held
        if intent is None or not intent.anchored_on_fill:
            return
        stop, target = bracket(intent.side, order.executed.price, intent.stop_distance, intent.target_distance)
        self._held = intent._replace(stop=stop, target=target)
        self.unguarded = True

    def _send_pair(self, stop: float, target: float, reference: float = math.nan) -> None:
        intent = self._held
        assert intent is not None
        for exectype, price, facts in self._orders(intent, stop, target, reference):
            first = self._children[0] if self._children else None
            self._children.append(self._protect(intent, exectype, price, oco=first, **facts))

    def _orders(
        self, intent: Intent, stop: float, target: float, reference: float
    ) -> list[tuple[int, float, dict[str, Any]]]:
        orders: list[tuple[int, float, dict[str, Any]]] = [(bt.Order.Stop, stop, {}), (bt.Order.Limit, target, {})]
        if not math.isnan(intent.trailing_distance):
            start = self.feed.lines.close[0] if math.isnan(reference) else reference
            orders.insert(1, (bt.Order.StopTrail, start, {"trailamount": intent.trailing_distance}))
        return [order for order in orders if not math.isnan(order[1])]

    def _cancel_children(self, reason: Reason) -> None:
        alive = [child for child in self._children if child.alive()]
        for child in alive:
            child.info["reason"] = reason
        for child in alive:
            self._strategy.cancel(child)
        self._children = []
        self.unguarded = False


class VenueTicket(Ticket):
    """With the orders of a venue: children live from the fill, distances measured there if so anchored."""

    def move_stop(self) -> None:
        """Move the stop to the fill price; a position without one gets one there."""
        super().move_stop()
        for child in self._guards:
            if child.alive() and child.exectype == bt.Order.Stop:
                self._strategy.broker.tighten(child, self.holding.price)
                return
        if self._held is not None:
            self._protect(self._held, bt.Order.Stop, self.holding.price, parent=self._opener)

    def _wanted(self, intent: Intent) -> list[tuple[int, float, dict[str, Any]]]:
        trail = intent.trailing_distance
        close = self.feed.lines.close[0]
        orders: list[tuple[int, float, dict[str, Any]]] = []
        if not (math.isnan(intent.stop) and math.isnan(trail)):
            bare = math.isnan(intent.stop)
            facts = _distances(intent, intent.stop_distance) | {"trailing": trail, "trails_only": bare}
            orders.append((bt.Order.Stop, close - intent.side * trail if bare else intent.stop, facts))
        if not math.isnan(intent.target):
            orders.append((bt.Order.Limit, intent.target, _distances(intent, intent.target_distance)))
        return orders


def _distances(intent: Intent, distance: float) -> dict[str, Any]:
    return {"distance": distance} if intent.anchored_on_fill else {}

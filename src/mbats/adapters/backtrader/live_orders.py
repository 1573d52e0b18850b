"""What a Backtrader strategy wants at a close, as instructions to a venue; what no venue here can do is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import backtrader as bt
import numpy as np

from mbats.adapters.backtrader.feed import nanoseconds
from mbats.adapters.backtrader.live_hearing import STOP, TARGET, Guard, places
from mbats.adapters.backtrader.resting import trailing_distance
from mbats.errors.live_backtrader import OrderNotLive
from mbats.execution.broker import Cancel, Protect, Submit
from mbats.execution.order import OrderType, Role
from mbats.live.signal_desk import on_tick
from mbats.market.calendar import expected_opens
from mbats.market.local_time import DAY

if TYPE_CHECKING:
    from mbats.adapters.backtrader.live_hearing import Hearing
    from mbats.adapters.backtrader.live_slip import Seat, Slip
    from mbats.execution.broker import Instruction
    from mbats.live.book import Trade

_TYPES = {bt.Order.Market: OrderType.MARKET, bt.Order.Limit: OrderType.LIMIT, bt.Order.Stop: OrderType.STOP}
_DAYS_OFF = 10 * DAY


class Errand(NamedTuple):
    """An instruction and the orders that it is about."""

    instruction: Instruction
    slips: list[Slip]


class Errands:
    """Turns the wishes of one instrument at one close into instructions: cancels first, then stops, then orders."""

    def __init__(self, seat: Seat, hearing: Hearing, strategy: str) -> None:
        self._seat, self._hearing, self._strategy = seat, hearing, strategy
        self._terms = seat.feed.terms
        self._symbol = self._terms.symbol
        self._trades: list[Trade] = hearing.book.mine(self._symbol)
        self.position = sum((trade.units for trade in self._trades), Decimal(0))
        self._then = self.position
        self._guards: dict[Guard, Slip] = {}
        self._submits: list[Errand] = []

    def all(self) -> list[Errand]:
        """Return them, and forget the wishes.

        Raises
        ------
        OrderNotLive
        """
        wanted, self._seat.wanted = self._seat.wanted, []
        for slip in wanted:
            self._sort(slip)
        cancels = [errand for slip in self._cancellable() for errand in self._cancel(slip)]
        return [*cancels, *self._protects(), *self._submits]

    def _sort(self, slip: Slip) -> None:
        order = slip.order
        if order.exectype not in _TYPES or (order.parent is not None and order.exectype == bt.Order.Market):
            what = f"{order.getordername()} orders exist in simulations only"
            self._refuse(order, what, "Send Market, Limit or Stop orders, with a bracket of Stop, Limit or StopTrail")
        if order.parent is not None:
            self._late_child(slip)
        elif self._protective(slip):
            self._guard(slip, self._trades)
        elif order.oco is not None:
            self._refuse(order, "One cancels the other only between stop and target of a position", _OCO)
        else:
            self._submit(slip)

    def _protective(self, slip: Slip) -> bool:
        """Tell whether an order is for the whole of the open position, and no other order changes it."""
        waits = slip.order.exectype != bt.Order.Market
        whole = self.position != 0 and self._then == self.position and _units(slip.order) == -self.position
        return waits and whole and not slip.children

    def _late_child(self, slip: Slip) -> None:
        opened = [trade for trade in self._trades if self._opener(trade) == slip.order.parent.ref]
        if not opened:
            text = "Its parent has no open position"
            self._refuse(slip.order, text, "Send an entry and its children together (`buy_bracket`, `transmit=False`)")
        self._guard(slip, opened)

    def _opener(self, trade: Trade) -> int:
        """Return the reference of the order that opened a trade; 0 for a stranger's."""
        return self._hearing.openers.get(trade.id, 0)

    def _guard(self, slip: Slip, trades: list[Trade]) -> None:
        name = TARGET if slip.order.exectype == bt.Order.Limit else STOP
        for trade in trades:
            place = Guard(trade.id, name)
            holder = self._hearing.guards.get(place)
            if place in self._guards or (holder is not None and holder not in self._seat.unwanted):
                text = f"Trade {trade.id} has a {name} already, and a venue keeps one"
                self._refuse(slip.order, text, "Cancel the old one at the same bar")
            self._guards[place] = slip

    def _submit(self, slip: Slip) -> None:
        order, units = slip.order, _units(slip.order)
        if units % self._terms.lot:
            self._refuse(order, f"{self._symbol} is traded in lots of {self._terms.lot}", "Round the size")
        market = order.exectype == bt.Order.Market
        role = self._role(units) if market else Role.ENTRY
        terms = {} if role is Role.EXIT else self._bracket(slip)
        if not market:
            terms |= {"price": self._level(order.created.price), "valid_until": self._lapse(order)}
        submit = Submit(
            "",
            self._symbol,
            units,
            type=_TYPES[order.exectype],
            role=role,
            reduce_only=role is Role.EXIT,
            **terms,
        )
        self._submits.append(Errand(submit, [slip]))
        if market:
            self._then += units

    def _role(self, units: Decimal) -> Role:
        """Return what a market order does to the position as those before it at this close leave it."""
        if self._then * units >= 0:
            return Role.ENTRY
        if abs(units) <= abs(self._then):
            return Role.EXIT
        return Role.REVERSAL if self._then == self.position else Role.ENTRY

    def _bracket(self, slip: Slip) -> dict[str, Any]:
        terms: dict[str, Any] = {}
        for child in slip.children:
            order = child.order
            if order.exectype not in {bt.Order.Stop, bt.Order.Limit, bt.Order.StopTrail}:
                self._refuse(order, "A bracket holds Stop, Limit and StopTrail", "Send one of these")
            if _units(order) != -_units(slip.order):
                self._refuse(order, "A bracket's children close what its entry opens", "Give them the entry's size")
            if order.exectype == bt.Order.StopTrail:
                terms["trailing"] = self._level(trailing_distance(order))
            for name in set(places(order)) & {STOP, TARGET}:
                if name in terms:
                    self._refuse(order, f"The bracket has a {name} already", "Send one stop and one target")
                terms[name] = self._level(order.created.price)
        return terms

    def _cancellable(self) -> list[Slip]:
        """Return what is to be cancelled and whose number is known; the others are once it is."""
        unwanted = [slip for slip in self._seat.unwanted if slip.order.alive()]
        due = [slip for slip in unwanted if slip.number or slip.parent is not None]
        self._seat.unwanted = [slip for slip in unwanted if slip not in due]
        return due

    def _cancel(self, slip: Slip) -> list[Errand]:
        held = [place for place, holder in self._hearing.guards.items() if holder is slip]
        ends = self.position != 0 and self._then * self.position <= 0
        if not held and slip.parent is not None and slip.parent.order.alive():
            if slip.parent.number == 0 or slip.parent not in self._seat.unwanted:
                self._refuse(slip.order, "Its entry still waits, and the venue holds both as one", _WHOLE)
            return []
        if not held:
            return [Errand(Cancel("", self._symbol, slip.number), [])]
        left = [] if ends else [place for place in held if place not in self._guards]
        for place in left:
            if place.name != TARGET and self._opener_has_stop(place.trade):
                text = f"Trade {place.trade} would stand without its stop"
                self._refuse(
                    slip.order, text, "Send the new stop at the same bar, or close the position", verb="cancel"
                )
        return [Errand(Cancel("", self._symbol, slip.number), [])] if left else []

    def _opener_has_stop(self, trade: int) -> bool:
        return trade in self._hearing.stopped

    def _protects(self) -> list[Errand]:
        errands = []
        for trade in self._trades:
            held = {name: self._guards.get(Guard(trade.id, name)) for name in (STOP, TARGET)}
            slips = {name: slip for name, slip in held.items() if slip is not None}
            if slips:
                prices = {name: self._level(slip.order.created.price) for name, slip in slips.items()}
                errands.append(Errand(Protect("", self._symbol, trade.id, **prices), list(slips.values())))
        self._hearing.awaited |= self._guards
        return errands

    def _lapse(self, order: Any) -> int | None:
        """Return when an order with a last moment lapses: Backtrader keeps it through the bar of that moment."""
        if not order.valid:
            return None
        last = nanoseconds(order.valid)
        terms, start = self._terms, max(last + 1, self._seat.feed.opened)
        timeframe = self._seat.feed.timeframe_of_bars
        opens = expected_opens(
            start, start + _DAYS_OFF, timeframe, asset_class=terms.asset_class, exchange=terms.exchange
        )
        return int(opens[0])

    def _level(self, price: float) -> Decimal:
        return on_tick(price, self._terms)

    def _refuse(self, order: Any, why: str, instead: str, verb: str = "") -> NoReturn:
        opened = np.datetime64(self._seat.feed.opened, "ns").astype("datetime64[s]")
        text = f"{order.ordtypename()} {order.getordername()} of {abs(order.size):g} {self._symbol}"
        told = f"{text} at {order.created.price:g}" if order.exectype != bt.Order.Market else text
        raise OrderNotLive(
            strategy=self._strategy,
            market=f"the bar of {opened}Z of {self._symbol}",
            order=f"{verb} {told}".strip(),
            why=why,
            instead=instead,
        )


def _units(order: Any) -> Decimal:
    return Decimal(repr(float(order.size))).normalize()


_OCO = "Send the exits as children of their entry, or both while the position is open"
_WHOLE = "Cancel the entry and send it anew"

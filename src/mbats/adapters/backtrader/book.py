from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from backtrader.position import Position

from mbats.execution.lots import Lots
from mbats.market.path import waypoints

if TYPE_CHECKING:
    from mbats.adapters.backtrader.resting import Resting
    from mbats.adapters.backtrader.track import Track
    from mbats.execution.sides import Sides
    from mbats.market.bars import Quotes
    from mbats.market.path import Prices


class Done(NamedTuple):
    """What a fill did: signed units, what of them closed and opened, profit in quote currency, entries now gone."""

    units: float
    closed: float
    opened: float
    profit: float
    finished: tuple[int, ...]
    average: float
    position: float
    position_price: float


class Book:
    """One instrument on a venue: its market, the open lots, the orders that wait.

    Attributes
    ----------
    bid, ask
        The market's last price seen, at which the account is valued.
    position
        The lots in Backtrader's words.
    children
        Protective orders by the reference of their entry, which still waits.
    owner
        The strategy that trades here.
    """

    def __init__(self, track: Track, sides: Sides, margin_rate: float) -> None:
        self.track = track
        self.margin_rate = margin_rate
        self.lots = Lots()
        self.position = Position()
        self.waiting: list[Resting] = []
        self.children: dict[int, list[Resting]] = {}
        self.owner: Any = None
        self.row = -1
        self.bid = self.ask = 0.0
        self._bid, self._ask = _views(sides.bid), _views(sides.ask)

    @property
    def mid(self) -> float:
        """Mid of the last price seen."""
        return (self.bid + self.ask) / 2

    @property
    def leaving(self) -> float:
        """The last price at which the position can be closed."""
        return self.bid if self.position.size > 0 else self.ask

    @property
    def behind(self) -> bool:
        """Whether the feed's present bar is a new one."""
        return bool(self.track.feed.row != self.row)

    def advance(self) -> None:
        """Step onto the feed's present bar."""
        self.row = row = self.track.feed.row
        self.bid, self.ask = self._bid[0][row], self._ask[0][row]

    def settle(self) -> None:
        """Take the close of the bar as the last price."""
        self.bid, self.ask = self._bid[3][self.row], self._ask[3][self.row]

    def paths(self) -> tuple[Prices, Prices]:
        """Return the bar's way on the bid and on the ask."""
        row = self.row
        bid, ask = self._bid, self._ask
        way = waypoints(
            (bid[0][row], bid[1][row], bid[2][row], bid[3][row]), (ask[0][row], ask[1][row], ask[2][row], ask[3][row])
        )
        (b0, a0), (b1, a1), (b2, a2), (b3, a3) = way
        return (b0, b1, b2, b3), (a0, a1, a2, a3)

    def fillable(self, order: Any) -> float:
        """Return the signed units that `order` may fill: a protective one, no more than is left of its lot."""
        units: float = order.size
        if order.parent is None:
            return units
        held = self.lots.of(order.parent.ref)
        if held * units >= 0:
            return 0.0
        return units if abs(units) <= abs(held) else -held

    def fill(self, order: Any, price: float) -> Done:
        """Net the remaining units of `order` against the lots, and open one with the rest."""
        units, average = order.executed.remsize, self.position.price
        closing = self.lots.close(units, price, first=order.parent.ref if order.parent is not None else 0)
        opened = units - closing.units
        if opened:
            self.lots.open(opened, price, order.ref)
        size, position_price, _, _ = self.position.update(units, price)
        return Done(units, closing.units, opened, closing.profit, closing.finished, average, size, position_price)

    def forget(self, rests: Resting) -> None:
        """Take an order off the list of those that wait."""
        self.waiting = [other for other in self.waiting if other is not rests]


def _views(quotes: Quotes) -> tuple[memoryview, memoryview, memoryview, memoryview]:
    return quotes.open.data, quotes.high.data, quotes.low.data, quotes.close.data

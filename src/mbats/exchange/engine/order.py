from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mbats.exchange.engine.amounts import ZERO
from mbats.exchange.moment import Moment

if TYPE_CHECKING:
    from decimal import Decimal

    from mbats.exchange.reply import Record

PENDING, FILLED, CANCELLED = "PENDING", "FILLED", "CANCELLED"
MARKET, LIMIT, STOP, IF_TOUCHED = "MARKET", "LIMIT", "STOP", "MARKET_IF_TOUCHED"
TAKE_PROFIT, STOP_LOSS, TRAILING_STOP = "TAKE_PROFIT", "STOP_LOSS", "TRAILING_STOP_LOSS"
ENTRIES = (MARKET, LIMIT, STOP, IF_TOUCHED)
PROTECTIVE = (TAKE_PROFIT, STOP_LOSS, TRAILING_STOP)
_STOPS = (STOP, STOP_LOSS, TRAILING_STOP)
_LIMITS = (LIMIT, TAKE_PROFIT)


@dataclass(slots=True)
class Order:
    """An order, from its creation to its end.

    Attributes
    ----------
    terms
        What was asked, in OANDA's words; its transaction and its record show the same.
    buys
        Which way it trades; a protective order, against its trade.
    rises
        Whether it waits for a price to rise to its level (else to fall to it).
    lapses
        When it expires, nanoseconds UTC; None: never.
    trailing
        Where a trailing stop stands now.
    outcome
        What became of it, in OANDA's words.
    rests
        The market's move during which it is not looked at again: it has taken what liquidity there was.
    """

    id: int
    type: str
    instrument: str
    terms: Record
    created: int
    buys: bool
    rises: bool = False
    trade: int = 0
    lapses: int | None = None
    trailing: Decimal | None = None
    state: str = PENDING
    outcome: Record = field(default_factory=dict)
    rests: int = -1

    @property
    def units(self) -> Decimal:
        """Signed units asked for; 0 of a protective order, which closes what its trade has left."""
        units: Decimal = self.terms.get("units", ZERO)
        return units

    @property
    def level(self) -> Decimal:
        """The price that it waits for."""
        level: Decimal = self.terms["price"] if self.trailing is None else self.trailing
        return level

    @property
    def follows(self) -> bool:
        """Whether it goes the way of the market when met, as stops do (they come first)."""
        return self.rises == self.buys

    @property
    def is_limit(self) -> bool:
        """Whether it asks for its price or better."""
        return self.type in _LIMITS

    @property
    def client_id(self) -> str:
        """The client's id; empty without one."""
        client_id: str = self.terms.get("clientExtensions", {}).get("id", "")
        return client_id

    def label(self) -> Record:
        """Return how other transactions name it."""
        return {"orderID": str(self.id)} | ({"clientOrderID": self.client_id} if self.client_id else {})

    def record(self) -> Record:
        """Return the order in OANDA's words."""
        value = {"trailingStopValue": self.trailing} if self.trailing is not None else {}
        partial = {"partialFill": "DEFAULT_FILL"} if self.type in ENTRIES[1:] else {}
        head = {"id": str(self.id), "createTime": Moment(self.created), "type": self.type}
        return head | self.terms | partial | value | {"state": self.state} | self.outcome


def waits_for_rise(kind: str, buys: bool) -> bool:
    """Tell whether a stop or limit waits for a price to rise: buying stops and selling limits do."""
    return buys if kind in _STOPS else not buys

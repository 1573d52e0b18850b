from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from mbats.exchange.engine.amounts import NOTHING, ZERO
from mbats.exchange.moment import Moment

if TYPE_CHECKING:
    from mbats.exchange.reply import Record


@dataclass(slots=True)
class Trade:
    """What one fill opened, until it is closed.

    Attributes
    ----------
    initial, units
        Signed units when it was opened, and those still open.
    realised, financing
        In account currency, as booked.
    closed_value
        Units closed times the prices at which they were.
    dependants
        Ids of the orders that protect it, by their type.
    """

    id: int
    instrument: str
    price: Decimal
    opened: int
    initial: Decimal
    units: Decimal
    initial_margin: Decimal
    extensions: Record = field(default_factory=dict)
    realised: Decimal = NOTHING
    financing: Decimal = NOTHING
    closed_value: Decimal = ZERO
    closings: list[int] = field(default_factory=list)
    closed: int = 0
    dependants: dict[str, int] = field(default_factory=dict)

    @property
    def long(self) -> bool:
        """Whether it was bought."""
        return self.initial > 0

    @property
    def client_id(self) -> str:
        """The client's id; empty without one."""
        client_id: str = self.extensions.get("id", "")
        return client_id

    def label(self) -> Record:
        """Return how transactions name it."""
        return {"tradeID": str(self.id)} | ({"clientTradeID": self.client_id} if self.client_id else {})

    def reduce(self, units: Decimal, price: Decimal, realised: Decimal, transaction: int, time: int) -> None:
        """Close `units` of it, signed as the trade's."""
        self.units -= units
        self.realised += realised
        self.closed_value += units * price
        self.closings.append(transaction)
        if not self.units:
            self.closed = time

    def record(self) -> Record:
        """Return what is the same at every price, in OANDA's words."""
        return {
            "id": str(self.id),
            "instrument": self.instrument,
            "price": self.price,
            "openTime": Moment(self.opened),
            "initialUnits": self.initial,
            "initialMarginRequired": self.initial_margin,
            "state": "CLOSED" if self.closed else "OPEN",
            "currentUnits": self.units,
            "realizedPL": self.realised,
            "financing": self.financing,
            "dividendAdjustment": Decimal("0.0000"),
        } | self._rest()

    def _rest(self) -> Record:
        rest: Record = {"clientExtensions": dict(self.extensions)} if self.extensions else {}
        if self.closings:
            average = self.closed_value / (self.initial - self.units)
            rest["averageClosePrice"] = average.quantize(self.price)
            rest["closingTransactionIDs"] = [str(number) for number in self.closings]
        return rest | ({"closeTime": Moment(self.closed)} if self.closed else {})

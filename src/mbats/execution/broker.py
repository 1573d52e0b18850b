"""The port to a venue's account, in words that no venue owns; money and prices are Decimal, times nanoseconds UTC.

What a venue did is told by its transactions alone, numbered without gaps. A reply to an instruction only says early
what the transactions say for good.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from mbats.execution.order import OrderType, Reason, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Submit:
    """An order to be sent, with the bracket that lives from its fill on.

    Attributes
    ----------
    client_id
        Ours; on the order and on the trade it opens. No idempotency key: a venue fills the same id twice.
    units
        Signed: above zero buys.
    price
        Of a limit or stop order, on the tick.
    stop, target
        Prices of the bracket; or distances from the fill: `stop_distance`, `target_distance`, and `trailing`.
    reduce_only
        Closes what is open and never opens anything; the only kind that may be sent again.
    valid_until
        When a waiting order lapses, nanoseconds UTC; None: never.
    """

    client_id: str
    instrument: str
    units: Decimal
    type: OrderType = OrderType.MARKET
    role: Role = Role.ENTRY
    price: Decimal | None = None
    stop: Decimal | None = None
    target: Decimal | None = None
    stop_distance: Decimal | None = None
    target_distance: Decimal | None = None
    trailing: Decimal | None = None
    reduce_only: bool = False
    valid_until: int | None = None


@dataclass(frozen=True, slots=True)
class Protect:
    """Replace the stop, the target or both of an open trade; what is None stays as it is."""

    client_id: str
    instrument: str
    trade: int
    stop: Decimal | None = None
    target: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    """Cancel an order that waits."""

    client_id: str
    instrument: str
    order: int


Instruction = Submit | Protect | Cancel


class Fate(StrEnum):
    """What is known of an instruction when its reply came, or did not."""

    DONE = "done"
    REFUSED = "refused"
    NOT_SENT = "not sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the venue answered.

    `NOT_SENT`: it cannot have arrived (connection refused, 429). `UNKNOWN`: it may have (timeout, reset, 5xx, garbled).
    `DONE` means that the venue took notice, not that anything was filled: `transactions` tell, cancels at creation
    included.
    """

    fate: Fate
    transactions: tuple[Transaction, ...] = ()
    reason: str = ""
    message: str = ""


class Kind(StrEnum):
    """What a transaction records."""

    ORDER = "order"
    FILL = "fill"
    CANCEL = "cancel"
    REJECT = "reject"
    FINANCING = "financing"
    TRANSFER = "transfer"
    MARGIN_CALL = "margin call"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class TradePart:
    """What a fill (or a day's financing) did to one trade: units signed like the trade's, money in account currency."""

    trade: int
    units: Decimal
    pnl: Decimal = ZERO
    pnl_quote: Decimal = ZERO
    financing: Decimal = ZERO
    client_id: str = ""


@dataclass(frozen=True, slots=True)
class Transaction:
    """One row of the venue's log.

    Attributes
    ----------
    id
        From the venue, consecutive.
    raw
        The venue's own words, whole; stored as they came.
    client_id
        Of ours; empty on what others did. A fill and a cancel carry that of their order.
    order
        The order created, filled, cancelled or rejected: the id of the transaction that made it.
    replaces
        The order that this new one replaces, or that cancelled this one by replacing it; 0: none.
    trade
        The trade that a protective order belongs to.
    units, price
        ORDER: what was asked (units 0 for a protective order). FILL: what was executed (signed).
    distance
        Of a trailing stop, or of a bracket that counts from the fill.
    opened, closed
        FILL: the trade opened, and those closed or reduced, oldest first. FINANCING: a part for each trade.
    pnl, financing, commission
        Account currency, as booked; `balance` stands after it.
    half_spread_cost
        FILL: what half the spread cost, account currency.
    gain_rate, loss_rate
        FILL: account currency per unit of quote currency for gains and losses, markup included.
    mid
        FILL: mid price of that moment; None where the venue does not tell.
    reason
        The venue's own word for why; `why` is ours for a reject or cancel.
    """

    id: int
    time: int
    kind: Kind
    raw: Mapping[str, Any] = field(repr=False)
    client_id: str = ""
    order: int = 0
    replaces: int = 0
    trade: int = 0
    instrument: str = ""
    type: OrderType = OrderType.MARKET
    role: Role = Role.ENTRY
    units: Decimal = ZERO
    price: Decimal | None = None
    distance: Decimal | None = None
    opened: TradePart | None = None
    closed: tuple[TradePart, ...] = ()
    pnl: Decimal = ZERO
    financing: Decimal = ZERO
    commission: Decimal = ZERO
    half_spread_cost: Decimal = ZERO
    amount: Decimal = ZERO
    balance: Decimal | None = None
    gain_rate: Decimal | None = None
    loss_rate: Decimal | None = None
    mid: Decimal | None = None
    reason: str = ""
    why: Reason = Reason.NONE


@dataclass(frozen=True, slots=True)
class OpenTrade:
    """A trade as the venue shows it: signed units still open, and the prices of what protects it (None: nothing)."""

    id: int
    instrument: str
    units: Decimal
    price: Decimal
    opened_at: int
    client_id: str = ""
    stop: Decimal | None = None
    target: Decimal | None = None
    trailing: Decimal | None = None
    unrealised: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class WaitingOrder:
    """An order that waits at the venue."""

    id: int
    instrument: str
    type: OrderType
    units: Decimal
    price: Decimal | None = None
    client_id: str = ""
    trade: int = 0


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account as of `last_transaction`; money in its `currency`."""

    id: str
    currency: str
    balance: Decimal
    nav: Decimal
    margin_used: Decimal
    margin_available: Decimal
    closeout_percent: Decimal
    last_transaction: int
    hedging: bool
    trades: tuple[OpenTrade, ...] = ()
    orders: tuple[WaitingOrder, ...] = ()


class Broker(Protocol):
    """The port to one account at a venue. Async; every call has a deadline of its own; only reads are ever retried."""

    async def state(self) -> AccountState:
        """Return the account, its open trades and waiting orders, as of one transaction."""
        ...

    async def send(self, instruction: Instruction) -> Reply:
        """Send an instruction once. Never raises for what the network or the venue did: the reply's fate tells.

        Raises
        ------
        mbats.errors.base.MbatsError
            Only what no retry mends before anything was sent: a wrong token, a forbidden account.
        """
        ...

    async def transactions(self, since: int) -> Sequence[Transaction]:
        """Return all transactions after `since`, ascending and without gaps; raises `mbats.errors.broker` errors."""
        ...

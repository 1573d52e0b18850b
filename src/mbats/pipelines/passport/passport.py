"""All that is known of one trade."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mbats.errors.passport import RunWithoutTrades, UnknownTrade
from mbats.execution.order import Role
from mbats.ledger.trade_reference import trade_reference
from mbats.market.local_time import moment
from mbats.pipelines.passport.decided import decisions
from mbats.pipelines.passport.events import events, family

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal

    from mbats.ledger.round_trips import RoundTrips
    from mbats.ledger.run import RunInfo, RunResult
    from mbats.pipelines.passport.decided import Decided
    from mbats.pipelines.passport.events import OrderEvent
    from mbats.pipelines.passport.learned import Learned
    from mbats.pipelines.passport.replay import Replay
    from mbats.pipelines.passport.transactions import VenueTransaction

_NEAR = 3


@dataclass(frozen=True, slots=True)
class Traded:
    """A trade as the ledger has it; money in account currency.

    Attributes
    ----------
    exit
        Role of the order that ended it, or ``open``.
    costs
        Spread, slippage, commission, financing and conversion, above zero when paid: ``gross`` less these is ``net``.
    """

    reference: str
    instrument: str
    strategy: str
    side: str
    units: float
    entry_time: datetime
    entry_price: float
    exit_time: datetime
    exit_price: float
    exit: str
    bars_held: int
    currency: str
    gross: Decimal
    costs: Mapping[str, Decimal]
    net: Decimal


@dataclass(frozen=True, slots=True)
class Passport:
    """Why a trade was made.

    Attributes
    ----------
    info
        Of its run: data snapshot, code commit, costs, fill rules, account.
    strategy
        Its entry in `RunInfo.strategies`: code, parameters, size.
    limits
        Those that a live session kept to.
    decisions
        Behind its orders, the one that opened it first; none where nobody told any.
    events
        Of its orders, and what the account was charged meanwhile.
    transactions
        What the venue's log says of it; only of a live session.
    model
        What it learned from; None: no model had a say.
    replay
        Whether it comes out the same once more; None: nobody asked.
    """

    trade: Traded
    info: RunInfo
    strategy: Mapping[str, Any]
    decisions: tuple[Decided, ...]
    events: tuple[OrderEvent, ...]
    session: str = ""
    limits: Mapping[str, Any] | None = None
    transactions: tuple[VenueTransaction, ...] = ()
    model: Learned | None = None
    replay: Replay | None = None


def passport(result: RunResult, number: int) -> Passport:
    """Return what a run's journal and record tell of the trade that the ledger calls `number`.

    Raises
    ------
    UnknownTrade, RunWithoutTrades
    """
    row = _row(result, number)
    found = family(result.journal, number)
    assert found is not None
    strategy = int(result.trips.strategy[row])
    return Passport(
        trade=traded(result, row),
        info=result.info,
        strategy=result.info.strategies[strategy] if strategy >= 0 else {},
        decisions=decisions(result.journal, found),
        events=events(result.journal, found),
    )


def traded(result: RunResult, row: int) -> Traded:
    """Return one row of a run's round trips."""
    trips = result.trips
    money = trips.exact[row]
    names = ("spread", "slippage", "commission", "financing", "conversion")
    return Traded(
        reference=trade_reference(result.info.id, int(trips.id[row])),
        instrument=trips.instruments[int(trips.instrument[row])],
        strategy=trips.strategies[int(trips.strategy[row])] if trips.strategy[row] >= 0 else "",
        side="long" if trips.side[row] > 0 else "short",
        units=float(trips.units[row]),
        entry_time=moment(int(trips.entry_time[row])),
        entry_price=float(trips.entry_price[row]),
        exit_time=moment(int(trips.exit_time[row])),
        exit_price=float(trips.exit_price[row]),
        exit=_exit(trips, row),
        bars_held=int(trips.bars_held[row]),
        currency=trips.currency,
        gross=money.gross,
        costs={name: getattr(money, name) for name in names},
        net=money.net,
    )


def _exit(trips: RoundTrips, row: int) -> str:
    code = int(trips.exit_reason[row])
    return Role(code).name.lower().replace("_", " ") if code >= 0 else "open"


def _row(result: RunResult, number: int) -> int:
    count, run = len(result.trips), str(result.info.id)[:8]
    if not count:
        raise RunWithoutTrades(run=run)
    if not 1 <= number <= count:
        first = 1 if number < 1 else max(1, count - _NEAR + 1)
        near = ", ".join(f"{run}:{one}" for one in range(first, min(count, first + _NEAR - 1) + 1))
        raise UnknownTrade(run=run, number=number, count=count, near=near)
    return number - 1

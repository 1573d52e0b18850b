from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from mbats.pipelines.explanation.cause import Cause
from mbats.pipelines.explanation.decided import trades, why_none
from mbats.pipelines.explanation.parts import added, parts, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.ledger.run import RunResult
    from mbats.pipelines.explanation.decided import Key, Taken

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ExplainedTrade:
    """A trade of the session, of the backtest, or of both, in account currency.

    Attributes
    ----------
    live, expected
        Net results; None where one world has no such trade.
    parts
        What makes the difference.
    note
        Why a world has no such trade.
    """

    key: Key
    live: Decimal | None
    expected: Decimal | None
    parts: Mapping[Cause, Decimal] = field(default_factory=dict)
    note: str = ""

    @property
    def difference(self) -> Decimal:
        """What the session earned more."""
        return (self.live or _ZERO) - (self.expected or _ZERO)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A session beside the backtest of the same bars.

    Attributes
    ----------
    live, expected
        All that each earned, open trades at liquidation prices; `live` is what the venue booked.
    trades
        In order of their decisions.
    """

    currency: str
    live: Decimal
    expected: Decimal
    trades: tuple[ExplainedTrade, ...]

    @property
    def parts(self) -> Mapping[Cause, Decimal]:
        """The whole difference by cause."""
        return added([trade.parts for trade in self.trades])

    @property
    def unexplained(self) -> Decimal:
        """What no trade's parts account for: zero, or the books are wrong."""
        return self.live - self.expected - sum(self.parts.values(), _ZERO)


def explain(
    live: RunResult, expected: RunResult, booked: Decimal, since: int, planned: RunResult | None = None
) -> Explanation:
    """Attribute the difference between a session and its backtest, trade by trade.

    Parameters
    ----------
    live, expected
        The session, judged; and the backtest over the bars that it saw.
    booked
        What the venue's own log says the session earned, open trades at liquidation prices.
    since
        When the session began to decide, nanoseconds UTC.
    planned
        A run over other bars that is to be explained instead: the difference that they make is the data's part.
    """
    mine, theirs = trades(live, since), trades(expected, since)
    meant = theirs if planned is None else trades(planned, since)
    rows = [
        _explained(key, mine.get(key), theirs.get(key), meant.get(key), live)
        for key in sorted({*mine, *theirs, *meant})
    ]
    hoped = expected if planned is None else planned
    owed = sum((one.money.net for one in meant.values()), hoped.trips.unattributed.net)
    return Explanation(live.trips.currency, booked, owed, tuple(rows))


def _explained(
    key: Key, live: Taken | None, seen: Taken | None, meant: Taken | None, session: RunResult
) -> ExplainedTrade:
    data = _net(seen) - _net(meant) if meant is not seen else _ZERO
    by_data, note = whole(Cause.DATA, data), ""
    if live and seen:
        rest = parts(live, seen)
    elif live:
        rest, note = whole(Cause.SIGNAL, live.money.net), "the backtest decided otherwise"
    elif seen:
        cause, note = why_none(session.journal, key)
        rest = whole(cause, -seen.money.net)
    else:
        rest, note = {}, "only on the other bars"
    return ExplainedTrade(key, _made(live), _made(meant), added([by_data, rest]), note)


def _made(taken: Taken | None) -> Decimal | None:
    return None if taken is None else taken.money.net


def _net(taken: Taken | None) -> Decimal:
    return _made(taken) or _ZERO

"""The ports to a venue's prices and to the passing of time, as a session sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal

    from mbats.market.bars import Bars
    from mbats.market.timeframe import Timeframe


@dataclass(frozen=True, slots=True)
class LiveQuote:
    """The price of now. `tradeable` is False while the venue halts the instrument; `time` is then an old one.

    `gain_rate` and `loss_rate` are account currency per unit of quote currency, None where the venue did not tell.
    """

    instrument: str
    time: int
    bid: Decimal
    ask: Decimal
    tradeable: bool
    gain_rate: Decimal | None = None
    loss_rate: Decimal | None = None


class Feed(Protocol):
    """Closed bars and present prices of one venue."""

    async def bars(self, instrument: str, timeframe: Timeframe, start: int, end: int | None = None) -> Bars:
        """Return the complete bars that open in ``[start, end)``; None: up to the newest complete one."""
        ...

    async def quotes(self, instruments: Sequence[str]) -> Mapping[str, LiveQuote]:
        """Return the present price of each instrument."""
        ...


class Pace(Protocol):
    """Time as a session lives it: the wall clock, or the turns that a stepped exchange deals out."""

    def now(self) -> datetime:
        """Return the venue's present moment, aware, in UTC."""
        ...

    async def next(self, latest: datetime) -> bool:
        """Return when something may have happened (a wake-up, a turn), at `latest` in any case.

        False: there will be no further turn, the replay has ended.
        """
        ...

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.market.instrument import Instrument
    from mbats.market.timeframe import Timeframe
    from mbats.secmaster.bar_table import BarTable


class BarSource(Protocol):
    """The port to a vendor that hands out complete bars with both sides, page by page.

    Every method raises `mbats.errors.base.MbatsError` for what the vendor or the network did.
    """

    @property
    def vendor(self) -> str:
        """Under whose name the bars are stored."""
        ...

    @property
    def synthetic(self) -> bool:
        """Whether the bars are generated, as far as anybody can tell."""
        ...

    @property
    def page_bars(self) -> int:
        """How many bar lengths a page may span."""
        ...

    async def now(self) -> int:
        """Return the vendor's present moment, nanoseconds UTC."""
        ...

    async def instruments(self, symbols: Sequence[str]) -> Mapping[str, Instrument]:
        """Return the instruments of these names; an unknown one is an error."""
        ...

    async def first(self, symbol: str, timeframe: Timeframe, start: int) -> int | None:
        """Return when the first bar at or after `start` opens, None where there is none yet."""
        ...

    async def page(self, symbol: str, timeframe: Timeframe, start: int, end: int | None) -> BarTable:
        """Return the complete bars that open in ``[start, end)``; None: up to the newest, a page's span at most."""
        ...

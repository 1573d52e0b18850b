"""What is wanted of one instrument, and on what it rests; stored before anything of it is sent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from mbats.execution.broker import Instruction
from mbats.execution.order import Reason


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision at the close of a bar, or at a person's or the session's own demand.

    Attributes
    ----------
    key
        Unique in the session: ``INSTRUMENT:bar``, or who demanded it.
    time
        When the bar was known, nanoseconds UTC; `bar` is its opening time, 0 where no bar stands behind it.
    close
        Mid close of that bar.
    position
        Signed units that were held at that close: what the orders were thought for.
    units
        Signed, as wanted before limits; 0 where nothing is sent that changes the position.
    stop, target
        Prices as the strategy said them, before rounding; NaN without.
    orders
        To be sent in this order, still without client ids.
    blocked
        Why nothing is sent although something was wanted.
    lapse
        Why the waiting order that is cancelled has lapsed.
    trigger, expiry_bars
        Break even and patience of the entry, as its signal said.
    moves
        The trade whose stop goes to its fill price.
    adopts
        The trade that becomes ours.
    nav
        Net asset value at that close, account currency.
    extras
        What the strategy shows of itself.
    beside
        Whether its entries are meant beside whatever is open or waits then.
    closed, heard
        Of a desk that is told everything in order: the instruments whose bars closed together, and how many of the
        session's news it knew.
    """

    key: str
    instrument: str
    time: int
    bar: int = 0
    strategy: int = 0
    close: float = math.nan
    position: Decimal = Decimal(0)
    units: float = 0.0
    stop: float = math.nan
    target: float = math.nan
    orders: tuple[Instruction, ...] = ()
    blocked: Reason = Reason.NONE
    lapse: Reason = Reason.NONE
    trigger: float = math.nan
    expiry_bars: int = 0
    moves: int = 0
    adopts: int = 0
    nav: float = math.nan
    extras: Mapping[str, float] = field(default_factory=dict)
    beside: bool = False
    closed: tuple[str, ...] = ()
    heard: int = 0

    @property
    def wants(self) -> bool:
        """Whether it asks for another position, be it in vain."""
        return self.units != 0.0 or self.blocked is not Reason.NONE


def bar_key(instrument: str, bar: int) -> str:
    """Return the key of a decision at the close of a bar, and of the bar itself."""
    return f"{instrument}:{bar}"

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from mbats.strategies.strategy import Strategy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mbats.market.bars import Bars
    from mbats.market.columns import FlagColumn, FloatColumn, IntColumn


class Anchor(StrEnum):
    """The price from which stop and target distances are measured."""

    SIGNAL_CLOSE = "signal_close"
    FILL = "fill"


class OnOpenPosition(StrEnum):
    """What a new signal does while the instrument has a position."""

    IGNORE = "ignore"
    CLOSE = "close"
    REVERSE = "reverse"

    @property
    def code(self) -> int:
        """Its place among the three, for code that compiles."""
        return _WAYS.index(self)


_WAYS = tuple(OnOpenPosition)


class Entry(IntEnum):
    """How a signal enters the market."""

    MARKET = 0
    LIMIT = 1
    STOP = 2


@dataclass(frozen=True, slots=True)
class Signals:
    """What a strategy wants at the close of each bar; arrays of length n, row t made from bars up to t.

    Attributes
    ----------
    side
        +1 buy, -1 sell, 0 nothing; int8.
    stop_distance, target_distance
        Of the protective stop and the target from `anchor`, in price units; NaN or None: none.
    entry, entry_price, expiry_bars
        Kind of entry order, its price (limit and stop) and after how many bars it lapses (0: never; a column: what
        the row says that sends the order).
    exit_long, exit_short
        Close an open position of that side at market.
    max_bars
        Close at market after a position was open for so many bars (0: never; a column: what the row says at which
        that is decided).
    trailing_distance
        Distance of a trailing stop from the best price since the fill; replaces the stop once it is tighter.
    break_even_trigger
        Favourable move of a bar's close from the fill after which the stop goes to the fill price.
    size_hint
        Multiplies the units that sizing computes; None: 1.
    columns
        What the strategy shows of itself (indicators), for reports and as features; any name to an array.
    """

    side: NDArray[np.int8]
    stop_distance: FloatColumn | None = None
    target_distance: FloatColumn | None = None
    anchor: Anchor = Anchor.SIGNAL_CLOSE
    entry: Entry = Entry.MARKET
    entry_price: FloatColumn | None = None
    expiry_bars: int | IntColumn = 0
    on_open_position: OnOpenPosition = OnOpenPosition.IGNORE
    exit_long: FlagColumn | None = None
    exit_short: FlagColumn | None = None
    max_bars: int | IntColumn = 0
    trailing_distance: FloatColumn | None = None
    break_even_trigger: FloatColumn | None = None
    size_hint: FloatColumn | None = None
    columns: Mapping[str, FloatColumn] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.side)


class SignalStrategy(Strategy):
    """A strategy for one instrument at a time: a pure function from bars to signals.

    Parameters are the fields of the class, frozen and typed; `pydantic.Field` gives bounds and a description:

    >>> class Crossing(SignalStrategy):
    ...     fast: int = Field(10, ge=2, le=200, description="bars of the fast average")
    """

    kind: ClassVar[str] = "signal"

    @abstractmethod
    def decide(self, bars: Bars) -> Signals:
        """Return the signals of all `bars`; row t may depend on rows <= t only."""


def nothing(length: int) -> NDArray[np.int8]:
    """Return a column of `length` rows that asks for nothing."""
    return np.zeros(length, dtype=np.int8)

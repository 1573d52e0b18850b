from __future__ import annotations

from dataclasses import dataclass, field

from mbats.errors.rest import AboveMaximum, InvalidValue, TimeAhead
from mbats.exchange.candles.alignment import Alignment
from mbats.exchange.candles.granularity import Granularity
from mbats.market.local_time import NEW_YORK

MOST, USUAL = 5_000, 500
_SIDES = frozenset("MBA")


@dataclass(frozen=True, slots=True)
class CandleQuery:
    """Which candles somebody asks for; the fields and defaults are those of OANDA's parameters.

    Attributes
    ----------
    price
        Any of M, B and A.
    start, end
        ``from`` and ``to``, nanoseconds UTC.
    include_first
        Whether the candle that covers `start` is wanted.
    smooth
        Whether each candle opens where the one before it closed.

    Raises
    ------
    InvalidValue, AboveMaximum
    """

    instrument: str
    granularity: str = "S5"
    price: str = "M"
    count: int | None = None
    start: int | None = None
    end: int | None = None
    include_first: bool = True
    smooth: bool = False
    daily_alignment: int = 17
    alignment_timezone: str = NEW_YORK
    weekly_alignment: str = "Friday"
    length: Granularity = field(init=False)
    alignment: Alignment = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "length", Granularity.named(self.granularity))
        alignment = Alignment(self.daily_alignment, self.alignment_timezone, self.weekly_alignment)
        object.__setattr__(self, "alignment", alignment)
        if not self.price or set(self.price) - _SIDES:
            raise InvalidValue(name="price")
        self._check_count()
        self._check_range()

    @property
    def wanted(self) -> int:
        """How many candles at most."""
        both = self.start is not None and self.end is not None
        return MOST if both else self.count or USUAL

    def check_past(self, now: int) -> None:
        """Raise `TimeAhead` where the range reaches beyond `now`."""
        for name, time in (("from", self.start), ("to", self.end)):
            if time is not None and time > now:
                raise TimeAhead(name=name)

    def _check_count(self) -> None:
        if self.count is None:
            return
        if self.count > MOST:
            raise AboveMaximum(name="count")
        if self.count < 1 or (self.start is not None and self.end is not None):
            raise InvalidValue(name="count")

    def _check_range(self) -> None:
        if self.start is None or self.end is None:
            return
        if self.end < self.start:
            raise InvalidValue(name="to")
        if self.end - self.start > MOST * self.length.nanoseconds:
            raise AboveMaximum(name="count")

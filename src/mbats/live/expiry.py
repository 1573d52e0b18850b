"""When an entry lapses that may wait for so many bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.market.calendar import expected_opens, known_at
from mbats.market.local_time import DAY

if TYPE_CHECKING:
    from mbats.market.bars import Bars

_DAYS_OFF = 10 * DAY


def lapses_at(bars: Bars, count: int) -> int | None:
    """Return when the `count`-th bar after the last is expected to be known, nanoseconds UTC; None for 0: never.

    The venue lets the order lapse by itself, whether or not the session lives then. A bar that is expected and does not
    come counts here, though simulators wait for one bar more.
    """
    if not count:
        return None
    terms, last = bars.instrument, int(bars.known_at[-1])
    span = 3 * count * bars.timeframe.nanoseconds + _DAYS_OFF
    opens = expected_opens(
        last, last + span, bars.timeframe, bars.alignment, asset_class=terms.asset_class, exchange=terms.exchange
    )
    row = opens[count - 1 : count]
    return int(known_at(row, bars.timeframe, bars.alignment, terms.asset_class, terms.exchange)[0])

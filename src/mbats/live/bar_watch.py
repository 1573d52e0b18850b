"""New bars: asked for once they may be closed, stored as they come, decided upon when no other is to be waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.live.decision import bar_key
from mbats.live.history import rows_of
from mbats.live.plain import plain
from mbats.live.store import Entry
from mbats.market.calendar import known_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mbats.live.feed import Feed
    from mbats.live.history import Bar, History
    from mbats.live.log import Log
    from mbats.market.timeframe import Timeframe


class BarWatch:
    """Keeps a session's bars up to date.

    Parameters
    ----------
    traded
        Instruments that are decided upon; the history may hold others, for conversion.
    anchor
        Opening time of the first bar.
    wait
        Nanoseconds after a bar's close until a missing one counts as a hole.
    """

    def __init__(
        self, log: Log, feed: Feed, traded: Sequence[str], timeframe: Timeframe, *, anchor: int, wait: int
    ) -> None:
        self._log, self._feed, self._traded = log, feed, traded
        self._timeframe, self._anchor, self._wait = timeframe, anchor, wait
        self._next: dict[int, int] = {}

    async def poll(self, now: int) -> None:
        """Fetch and store the bars that have closed since."""
        for symbol in self._history.symbols:
            if now >= self._due(symbol):
                last = self._history.last(symbol)
                found = await self._feed.bars(symbol, self._timeframe, self._anchor if last is None else last)
                self._keep(symbol, list(rows_of(found)), last, now)

    def ready(self, now: int) -> Iterator[tuple[int, int, list[str]]]:
        """Return what is to be decided upon: opening time, when known, and whose bars; in order of time."""
        pending = {symbol: self._log.memory.undecided(symbol) for symbol in self._traded}
        for time in sorted({time for times in pending.values() for time in times}):
            known = self._known(time)
            late = [symbol for symbol in self._history.symbols if (self._history.last(symbol) or 0) < time]
            if late and now < known + self._wait:
                return
            yield time, known, [symbol for symbol, times in pending.items() if time in times]

    def next_close(self) -> int | None:
        """Return when the next bar may have closed."""
        return min((self._due(symbol) for symbol in self._history.symbols), default=None)

    @property
    def _history(self) -> History:
        return self._log.memory.history

    def _due(self, symbol: str) -> int:
        """Return the earliest moment at which the bar after the last can be complete."""
        last = self._history.last(symbol)
        if last is None:
            return 0
        if last not in self._next:
            self._next[last] = self._known(self._known(last))
        return self._next[last]

    def _known(self, time: int) -> int:
        return int(known_at(np.array([time]), self._timeframe)[0])

    def _keep(self, symbol: str, bars: Sequence[Bar], last: int | None, now: int) -> None:
        fresh = [bar for bar in bars if last is None or bar.time > last]
        revised = bars and bars[0].time == last and bars[0] != self._stored(symbol, bars[0].time)
        self._log.gather([Entry("bar", bar_key(symbol, bar.time), now, _body(bar)) for bar in fresh])
        if revised:
            note = {"text": f"the venue revised a bar of {symbol}; decisions keep to what they saw", **_body(bars[0])}
            self._log.gather([Entry("note", f"revised:{bar_key(symbol, bars[0].time)}", now, note)])

    def _stored(self, symbol: str, time: int) -> Bar:
        bars = self._history.bars(symbol, time)
        return next(rows_of(bars.rows(len(bars) - 1, len(bars))))


def _body(bar: Bar) -> dict[str, object]:
    return {"mid": plain(bar.mid), "bid": plain(bar.bid), "ask": plain(bar.ask), "volume": bar.volume}

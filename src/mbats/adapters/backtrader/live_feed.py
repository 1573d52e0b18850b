from __future__ import annotations

from typing import TYPE_CHECKING, Any

import backtrader as bt
import numpy as np

from mbats.adapters.backtrader.feed import timeframe_of
from mbats.simulation.kernel.backtrader_time import day_numbers

if TYPE_CHECKING:
    from mbats.adapters.backtrader.live_store import LiveStore
    from mbats.market.instrument import Instrument
    from mbats.market.timeframe import Timeframe

_LINES = ("open", "high", "low", "close", "volume")


class LiveFeed(bt.feed.DataBase):
    """Mid prices of one instrument, bar by bar as the session hands them to the store."""

    params = (("store", None), ("terms", None), ("bars", None))

    def __init__(self) -> None:
        super().__init__()
        self.terms: Instrument = self.p.terms
        self.timeframe_of_bars: Timeframe = self.p.bars
        self._live: LiveStore = self.p.store
        self.opened = self.known = 0

    @classmethod
    def of(cls, store: LiveStore, terms: Instrument, timeframe: Timeframe) -> LiveFeed:
        """Return the feed of an instrument, named by its symbol."""
        unit, compression = timeframe_of(timeframe)
        make: Any = cls
        told = {"store": store, "terms": terms, "bars": timeframe, "name": terms.symbol, "dataname": terms.symbol}
        feed: LiveFeed = make(timeframe=unit, compression=compression, **told)
        return feed

    def islive(self) -> bool:
        """Tell Cerebro that bars come one by one."""
        return True

    def _load(self) -> bool | None:
        """Take this close's bar; None: the instrument has none."""
        close = self._live.present
        if close is None or close.opened == self.opened or self.terms.symbol not in close.bars:
            return None
        self.put_notification(self.LIVE if close.trading else self.DELAYED)
        self.opened, self.known = close.opened, close.known
        self.lines.datetime[0] = day_numbers(np.array([close.opened]))[0]
        self.lines.openinterest[0] = 0.0
        for name, value in zip(_LINES, close.bars[self.terms.symbol], strict=True):
            getattr(self.lines, name)[0] = value
        return True

from __future__ import annotations

from typing import Any

import backtrader as bt


class Breakout(bt.Strategy):
    """Trade the break of a channel on every feed, with a stop and a target of some ATR; sized by the allocation.

    Parameters
    ----------
    channel
        Bars of the highest high and lowest low.
    atr
        Bars of the average true range.
    stop_atr, target_atr
        Distances from the signal's close.
    """

    params = (("channel", 55), ("atr", 20), ("stop_atr", 2.0), ("target_atr", 4.0))

    def __init__(self) -> None:
        self.tools = [
            (
                feed,
                bt.indicators.Highest(feed.high, period=self.p.channel)(-1),
                bt.indicators.Lowest(feed.low, period=self.p.channel)(-1),
                bt.indicators.ATR(feed, period=self.p.atr),
            )
            for feed in self.datas
        ]
        self.entries: dict[str, Any] = {}

    def next(self) -> None:
        """Enter where a close leaves the channel and nothing is open or under way."""
        for feed, highest, lowest, atr in self.tools:
            entry = self.entries.get(feed._name)
            if self.getposition(feed).size or (entry and entry.alive()):
                continue
            if feed.close[0] > highest[0]:
                self.entries[feed._name] = self._enter(feed, self.buy_bracket, atr[0])
            elif feed.close[0] < lowest[0]:
                self.entries[feed._name] = self._enter(feed, self.sell_bracket, -atr[0])

    def _enter(self, feed: Any, send: Any, atr: float) -> Any:
        close = feed.close[0]
        stop, target = close - self.p.stop_atr * atr, close + self.p.target_atr * atr
        return send(data=feed, exectype=bt.Order.Market, stopprice=stop, limitprice=target)[0]

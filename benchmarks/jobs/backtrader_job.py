"""The RSI bracket in plain Backtrader, on our quick feed: ``python -m benchmarks.jobs.backtrader_job FOLDER``."""

from __future__ import annotations

import sys

import backtrader as bt

from benchmarks.backtrader import PlainRsiBracket
from benchmarks.jobs.ours import bars_of
from benchmarks.jobs.turn import arrays
from mbats.adapters.backtrader.feed import BarsFeed


class Counting(PlainRsiBracket):
    """The plain strategy, counting its trades."""

    closed = 0

    def notify_trade(self, trade: bt.Trade) -> None:
        """Count."""
        self.closed += trade.isclosed


def main() -> None:
    """Run once for every line on stdin; nothing in it has to be warm."""
    import json
    import time

    bars = bars_of(arrays(sys.argv[1]))
    print("ready", flush=True)
    for _ in sys.stdin:
        began = time.process_time()
        trades = _trades(bars)
        print(json.dumps({"cpu": time.process_time() - began, "trades": trades}), flush=True)


def _trades(bars: object) -> int:
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker.setcash(1e6)
    cerebro.adddata(BarsFeed.of(bars))
    cerebro.addstrategy(Counting)
    closed: int = cerebro.run()[0].closed
    return closed


if __name__ == "__main__":
    main()

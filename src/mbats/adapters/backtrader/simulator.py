from __future__ import annotations

from typing import TYPE_CHECKING, Any

import backtrader as bt

from mbats.adapters.backtrader.commission import CommissionScheme
from mbats.adapters.backtrader.feed import BarsFeed
from mbats.adapters.backtrader.native_broker import NativeBroker
from mbats.adapters.backtrader.recorder import Recorder
from mbats.adapters.backtrader.signal_bridge import SignalBridge
from mbats.adapters.backtrader.ticket import NativeTicket
from mbats.adapters.backtrader.track import track
from mbats.features.indicators.zero_division import zero_division
from mbats.ledger.journal import JournalWriter

if TYPE_CHECKING:
    from mbats.ledger.journal import Journal
    from mbats.simulation.simulator import Simulation


class BacktraderSimulator:
    """Runs a simulation in Backtrader."""

    def run(self, simulation: Simulation) -> Journal:
        """Simulate by `simulation.fills` and return what happened."""
        market = simulation.market
        account = simulation.account
        currencies = tuple(dict.fromkeys([account.currency, *(bars.instrument.quote for bars in market.values())]))
        names = tuple(share.strategy.name for share in simulation.allocations)
        writer = JournalWriter(tuple(market), names, currencies)
        cash = float(account.cash)
        recorder = Recorder(writer, cash)
        cerebro = bt.Cerebro(stdstats=False)
        broker = NativeBroker(cash=cash, recorder=recorder)
        broker.addcommissioninfo(CommissionScheme(terms=simulation.costs.commission))
        cerebro.setbroker(broker)
        feeds: dict[str, Any] = {symbol: BarsFeed.of(bars) for symbol, bars in market.items()}
        codes = {symbol: code for code, symbol in enumerate(market)}
        tracks = []
        for number, share in enumerate(simulation.allocations):
            for symbol in share.instruments:
                where = (codes[symbol], number, currencies.index(market[symbol].instrument.quote))
                tracks.append(track(feeds[symbol], where, simulation.conversion))
                recorder.follow(tracks[-1])
        for feed in feeds.values():
            cerebro.adddata(feed)
        for share in simulation.allocations:
            with zero_division("raise"):
                signals = {symbol: share.strategy.decide(market[symbol]) for symbol in share.instruments}
            cerebro.addstrategy(
                SignalBridge,
                signals=signals,
                sizing=share.sizing,
                recorder=recorder,
                nav=lambda: broker.nav(tracks),
                ticket=NativeTicket,
            )
        cerebro.run()
        return writer.journal()

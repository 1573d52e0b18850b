from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.adapters.backtrader.feed import nanoseconds, timeframe_name
from mbats.adapters.backtrader.native_journal import NativeJournal
from mbats.adapters.backtrader.recorder import Recorder
from mbats.adapters.backtrader.track import PlainTrack
from mbats.execution.costs import FREE
from mbats.execution.fills import FillRules
from mbats.ledger.journal import JournalWriter
from mbats.ledger.terms import Account
from mbats.market.bars import Bars, Quotes
from mbats.market.conversion import Conversion
from mbats.market.instrument import AssetClass, Instrument
from mbats.market.timeframe import Timeframe
from mbats.simulation.simulator import Simulation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mbats.ledger.run import RunResult


class Witness:
    """What analyzers rest on: the journal as it grows, and the simulation that it tells of.

    Attributes
    ----------
    notary
        In a plain Cerebro, what turns the strategies' notices into the journal; None where our brokers do.
    verdicts
        What the ledger made of each strategy's rows, once somebody asked.
    """

    def __init__(self, recorder: Recorder, tell: Callable[[], Simulation], notary: NativeJournal | None = None) -> None:
        self.recorder = recorder
        self.notary = notary
        self.verdicts: dict[int, RunResult] = {}
        self._tell = tell

    @cached_property
    def simulation(self) -> Simulation:
        """What was simulated; in a plain Cerebro known once the feeds have delivered."""
        return self._tell()


def plain_witness(strategies: Sequence[Any], currency: str) -> Witness:
    """Return a witness of a Cerebro that is not ours: mid prices and Backtrader's broker, times as Backtrader has them.

    All instruments count as quoted in `currency`.
    """
    feeds = {feed._name or f"data{number}": feed for number, feed in enumerate(strategies[0].cerebro.datas)}
    names = tuple(type(strategy).__name__ for strategy in strategies)
    recorder = Recorder(JournalWriter(tuple(feeds), names, (currency,)))
    for code, (symbol, feed) in enumerate(feeds.items()):
        recorder.follow(PlainTrack(feed, _instrument(symbol, currency), code))
    cash = float(strategies[0].broker.startingcash)

    def tell() -> Simulation:
        market = {symbol: _bars(feed, _instrument(symbol, currency)) for symbol, feed in feeds.items()}
        account = Account(currency, Decimal(repr(cash)))
        return Simulation((), market, account, Conversion(currency, {}), FREE, FillRules.BACKTRADER)

    return Witness(recorder, tell, NativeJournal(recorder, cash))


def _instrument(symbol: str, currency: str) -> Instrument:
    step = Decimal("0.0001")
    return Instrument(symbol, AssetClass.EQUITY, symbol, currency, step, step)


def _bars(feed: Any, instrument: Instrument) -> Bars:
    columns = {name: np.array(getattr(feed.lines, name).array) for name in ("open", "high", "low", "close", "volume")}
    time = np.array([nanoseconds(number) for number in feed.lines.datetime.array], dtype=np.int64)
    volume = columns.pop("volume")
    timeframe = Timeframe(timeframe_name(feed._timeframe, feed._compression))
    return Bars(instrument, timeframe, time, time + timeframe.nanoseconds, Quotes(**columns), volume)

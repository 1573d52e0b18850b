from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any
from uuid import UUID

from mbats.adapters.backtrader.analyzers.journal_analyzer import JournalAnalyzer
from mbats.ledger.judgement import judge
from mbats.ledger.run import RunInfo
from mbats.market.local_time import moment

if TYPE_CHECKING:
    from mbats.ledger.run import RunResult

_NOT_STORED = UUID(int=0)


class JudgedAnalyzer(JournalAnalyzer):
    """An analyzer of what the ledger makes of the strategy's journal, as if it had the account for itself."""

    def judged(self) -> RunResult:
        """Return the verdict, made once for all analyzers of a strategy."""
        verdicts = self.witness.verdicts
        if self.code() not in verdicts:
            told = self.witness.simulation
            market = {symbol: bars for symbol, bars in told.market.items() if len(bars)}
            verdicts[self.code()] = judge(
                _info(self), self.journal(), market, told.conversion, told.account, told.costs
            )
        return verdicts[self.code()]


class PositionPerformance(JudgedAnalyzer):
    """Every position from flat to flat: the columns of `mbats.ledger.round_trips.RoundTrips`."""

    def analyse(self) -> dict[str, Any]:
        """Return the columns by name."""
        trips = self.judged().trips
        return {field.name: getattr(trips, field.name) for field in fields(trips)}


class StrategyPerformance(JudgedAnalyzer):
    """How good it was: the figures of `mbats.ledger.performance.Performance`; None is "not to be computed"."""

    def analyse(self) -> dict[str, Any]:
        """Return the figures by name."""
        return dict(self.judged().performance.as_dict())


def _info(analyzer: JournalAnalyzer) -> RunInfo:
    told = analyzer.witness.simulation
    bars = next(iter(told.market.values()))
    start, end = (moment(time) for time in (bars.time[0], bars.known_at[-1]))
    return RunInfo(
        id=_NOT_STORED,
        started_at=start,
        simulator="backtrader",
        fills=told.fills,
        costs={},
        account={},
        strategies=(),
        instruments=tuple(told.market),
        timeframe=str(bars.timeframe),
        start=start,
        end=end,
        snapshot="",
        commit="",
        synthetic=any(table.synthetic for table in told.market.values()),
    )

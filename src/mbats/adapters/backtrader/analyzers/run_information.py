from __future__ import annotations

from dataclasses import asdict
from typing import Any

from mbats.adapters.backtrader.analyzers.journal_analyzer import JournalAnalyzer
from mbats.market.local_time import moment


class RunInformation(JournalAnalyzer):
    """What was run: strategy, parameters, instruments, range, account, fill rules and costs."""

    def analyse(self) -> dict[str, Any]:
        """Return the facts by name; times are aware UTC."""
        simulation = self.witness.simulation
        feeds = [self.symbol(feed) for feed in self.strategy.datas]
        bars = [simulation.market[symbol] for symbol in feeds]
        return {
            "strategy": self.witness.recorder.journal().strategies[self.code()],
            "parameters": self._parameters(),
            "instruments": tuple(feeds),
            "timeframe": str(bars[0].timeframe),
            "bars": sum(len(table) for table in bars),
            "start": moment(min(int(table.time[0]) for table in bars)),
            "end": moment(max(int(table.known_at[-1]) for table in bars)),
            "synthetic": any(table.synthetic for table in bars),
            "account": asdict(simulation.account),
            "fills": str(simulation.fills),
            "costs": asdict(simulation.costs),
        }

    def _parameters(self) -> dict[str, Any]:
        if not self.witness.simulation.allocations:
            return dict(self.strategy.p._getkwargs())
        share = self.witness.simulation.allocations[self.code()]
        stated = dict(share.parameters) or getattr(share.strategy, "parameters", None)
        return dict(self.strategy.p._getkwargs()) if stated is None else stated

"""The whole story on the generated reference market, one method a chapter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mbats.bootstrap import wiring
from mbats.bootstrap.backtesting import BacktestOptions, backtest_from
from mbats.bootstrap.reporting import report_run
from mbats.market.reference.notice import VENDOR
from mbats.market.timeframe import Timeframe
from mbats.pipelines.check import check
from mbats.pipelines.holdings import one_each
from mbats.pipelines.reference_market import import_reference_market
from mbats.secmaster.moments import instant
from mbats.simulation.watch import unwatched

if TYPE_CHECKING:
    from pathlib import Path

    from mbats.pipelines.check import Verdict
    from mbats.pipelines.judged_run import JudgedRun
    from mbats.secmaster.repository import IngestionCount
    from mbats.settings import Settings
    from mbats.simulation.watch import Watch

SYMBOLS = ("EUR_USD", "USD_JPY", "GBP_USD", "EUR_GBP")
TIMEFRAME = Timeframe("H1")
START, END = "2024-01-01", "2026-01-01"
STRATEGY = "RsiBracket"


@dataclass(frozen=True, slots=True)
class Demo:
    """Load, check, backtest, report: two years of hourly bars of four pairs."""

    settings: Settings
    watch: Watch = unwatched

    def load(self) -> list[IngestionCount]:
        """Generate the market and store it; a second time nothing changes."""
        master = wiring.security_master(self.settings)
        return import_reference_market(
            master, wiring.fixings(), SYMBOLS, TIMEFRAME, start=instant(START), end=instant(END)
        )

    def check(self) -> list[Verdict]:
        """Hold the stored bars against the market's calendar."""
        master = wiring.security_master(self.settings)
        return [check(key, master.bars(key)) for key in one_each(master, SYMBOLS, TIMEFRAME.name, VENDOR)]

    def backtest(self) -> JudgedRun:
        """Run the sample strategy on all pairs of one account and store the run."""
        options = BacktestOptions(
            strategies=(STRATEGY,),
            symbols=SYMBOLS,
            timeframe=TIMEFRAME.name,
            start=START,
            end=END,
            vendor=VENDOR,
            risk=0.25,
            leverage=20,
        )
        return backtest_from(options, self.settings, self.watch)

    def report(self, run: JudgedRun) -> Path:
        """Write the run's report."""
        return report_run(str(run.result.info.id), None, self.settings)

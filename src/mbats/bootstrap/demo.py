"""The whole story on the generated reference market, one method a chapter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mbats.bootstrap import wiring
from mbats.bootstrap.backtesting import BacktestOptions, backtest_from, prepared
from mbats.bootstrap.explaining import explain_state
from mbats.bootstrap.paper import PaperTrading, trade_on_paper
from mbats.bootstrap.reporting import report_run
from mbats.market.reference.notice import VENDOR
from mbats.market.timeframe import Timeframe
from mbats.pipelines.check import check
from mbats.pipelines.holdings import one_each
from mbats.pipelines.reference_market import import_reference_market
from mbats.secmaster.moments import instant
from mbats.simulation.watch import unwatched

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mbats.bootstrap.demo_models import ModelDemo
    from mbats.live.store import SessionState
    from mbats.pipelines.check import Verdict
    from mbats.pipelines.explanation.explanation import Explanation
    from mbats.pipelines.judged_run import JudgedRun
    from mbats.secmaster.repository import IngestionCount
    from mbats.settings import Settings
    from mbats.simulation.watch import Watch

SYMBOLS = ("EUR_USD", "USD_JPY", "GBP_USD", "EUR_GBP")
TIMEFRAME = Timeframe("H1")
START, END = "2024-01-01", "2026-01-01"
STRATEGY = "RsiBracket"
PAPER_SYMBOLS = ("EUR_USD", "USD_JPY")
PAPER_WARM_UP, PAPER_START = "2025-10-01", "2025-12-18"


@dataclass(frozen=True, slots=True)
class Demo:
    """Load, check, backtest, report, trade on paper, train models: two years of hourly bars of four pairs."""

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
        return backtest_from(_options(SYMBOLS, START), self.settings, self.watch)

    def report(self, run: JudgedRun) -> Path:
        """Write the run's report."""
        return report_run(str(run.result.info.id), None, self.settings)

    def paper(self) -> tuple[SessionState, Explanation]:
        """Trade the market's last two weeks through a live session, and hold it against the backtest of what it saw."""
        backtest = prepared(_options(PAPER_SYMBOLS, PAPER_WARM_UP), self.settings)
        state = trade_on_paper(PaperTrading(backtest, instant(PAPER_START)), self.settings, self.watch)
        return state, explain_state(state, backtest.allocations, self.settings)

    def models(self) -> ModelDemo:
        """Return the chapters on models, which come with libraries that take seconds to import."""
        from mbats.bootstrap.demo_models import ModelDemo

        return ModelDemo(self.settings, self.watch)


def _options(symbols: Sequence[str], start: str) -> BacktestOptions:
    return BacktestOptions(
        strategies=(STRATEGY,),
        symbols=symbols,
        timeframe=TIMEFRAME.name,
        start=start,
        end=END,
        vendor=VENDOR,
        risk=0.25,
        leverage=20,
    )

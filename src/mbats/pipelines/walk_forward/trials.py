from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.evidence.trial import Trial, TrialResult
from mbats.ledger.judgement import periods_per_year
from mbats.market.local_time import moment
from mbats.pipelines.referee import track_record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mbats.ledger.run import RunInfo
    from mbats.pipelines.backtest import Backtest
    from mbats.pipelines.sweep.cell import CellResult
    from mbats.pipelines.walk_forward.windows import Window


def trials_of(backtest: Backtest, info: RunInfo, window: Window, results: Sequence[CellResult]) -> list[TrialResult]:
    """Return the trials that the cells of one training are, over the bars of its window."""
    bars = {symbol: backtest.data.bars[symbol] for symbol in backtest.symbols}
    parts = [one.rows(rows.start, rows.stop) for one in bars.values() if (rows := window.bars(one)).stop > rows.start]
    start, end = min(int(part.time[0]) for part in parts), max(int(part.known_at[-1]) for part in parts)
    per_year = periods_per_year(bars)
    return [_trial(info, result, moment(start), moment(end), per_year) for result in results]


def _trial(info: RunInfo, result: CellResult, start: datetime, end: datetime, per_year: int) -> TrialResult:
    [strategy] = info.strategies
    trial = Trial(
        strategy=str(strategy["name"]),
        code=str(strategy["code"]),
        parameters=result.cell.parameters,
        snapshot=info.snapshot,
        costs=info.costs,
        instruments=info.instruments,
        start=start,
        end=end,
    )
    if result.error:
        return TrialResult(trial)
    days = len(result.daily_returns)
    return TrialResult(trial, days, track_record({**result.figures, "days": days, "periods_per_year": per_year}))

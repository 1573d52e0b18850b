"""From a stored run back to everything that was known of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from mbats.bootstrap import wiring
from mbats.evidence.bootstrap import sharpe_interval
from mbats.execution.costs import Costs
from mbats.execution.fills import FillRules
from mbats.ledger.run import LIVE
from mbats.ledger.sharpe import over_cash
from mbats.ledger.terms import Account
from mbats.market.conversion import Conversion
from mbats.pipelines.judged_run import judge_run
from mbats.pipelines.market_data import read
from mbats.pipelines.referee import judge_sharpe
from mbats.reports.evidence import Evidence
from mbats.reports.html import write_report
from mbats.secmaster.snapshot import open_snapshot
from mbats.simulation.simulator import Simulation
from mbats.strategies.model_signal import beside

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from mbats.evidence.register import TrialRegister
    from mbats.ledger.run import RunInfo, RunResult
    from mbats.pipelines.judged_run import JudgedRun
    from mbats.reports.stress import StressTest
    from mbats.settings import Settings
    from mbats.simulation.simulator import Allocation


def recall(run: str, settings: Settings) -> JudgedRun:
    """Judge a finished run again from its journal and its snapshot: the same bits as on the day it ran.

    That of a live session is no trial, so it has no evidence of the referee's.

    Parameters
    ----------
    run
        The beginning of its id, or ``latest``.

    Raises
    ------
    mbats.errors.database.UnknownRun, AmbiguousRun
        No run, or several, begin so.
    mbats.errors.data.SnapshotMissing, ObjectDamaged
        The bars it read are gone or were changed.
    """
    store = wiring.run_store(settings)
    info = store.find(run).info
    journal = store.journal(info.id)
    judged = judge_run(info, journal, recalled_simulation(info, settings))
    if info.simulator == LIVE:
        return judged
    return replace(judged, evidence=_evidence(judged.result, wiring.trial_register(settings)))


def recalled_simulation(info: RunInfo, settings: Settings, allocations: Sequence[Allocation] = ()) -> Simulation:
    """Return what a stored run was simulated on and by which rules, read from its snapshot.

    Parameters
    ----------
    allocations
        Its strategies; models among them are handed the other instruments that they read.
    """
    data = read(open_snapshot(wiring.object_store(settings), info.snapshot), _time(info.start), _time(info.end))
    account = TypeAdapter(Account).validate_python(dict(info.account))
    costs = TypeAdapter(Costs).validate_python(dict(info.costs))
    market = {symbol: data.bars[symbol] for symbol in info.instruments}
    conversion = Conversion(account.currency, data.bars)
    financing = data.financing if costs.financing else None
    placed = (replace(one, strategy=beside(one.strategy, data.bars.__getitem__)) for one in allocations)
    return Simulation(tuple(placed), market, account, conversion, costs, FillRules(info.fills), financing)


def report_run(run: str, output: Path | None, settings: Settings, stress: Sequence[StressTest] = ()) -> Path:
    """Write the report of a run and return its path, by default in the folder ``reports`` of MBATS_HOME."""
    judged = recall(run, settings)
    judged = replace(judged, evidence=resampled(judged))
    path = output or settings.home / "reports" / f"{str(judged.result.info.id)[:8]}.html"
    write_report(judged.result, judged.market, path, judged.ambiguity, judged.evidence, stress=stress)
    return path.absolute()


def resampled(judged: JudgedRun) -> Evidence | None:
    """Return the evidence of a run with the interval of its Sharpe ratio by stationary bootstrap."""
    if judged.evidence is None:
        return None
    performance = judged.result.performance
    excess = over_cash(judged.result.equity.daily_returns, performance.cash_rate, performance.periods_per_year)
    return replace(judged.evidence, resampled=sharpe_interval(excess, performance.periods_per_year))


def _evidence(result: RunResult, register: TrialRegister) -> Evidence:
    """Judge by the trials known now, and tell what was known then: what was tried since counts, too."""
    return Evidence(judge_sharpe(result, register), register.kept(result.info.id))


def _time(moment: datetime) -> int:
    return round(moment.timestamp()) * 1_000_000_000

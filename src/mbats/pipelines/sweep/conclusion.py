from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from mbats.pipelines.referee import judge_best
from mbats.pipelines.sweep.trials import record_of
from mbats.reports.evidence import sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.evidence.deflation import Deflation
    from mbats.evidence.register import TrialRegister
    from mbats.pipelines.judged_run import JudgedRun
    from mbats.pipelines.sweep.store import SweepArchive
    from mbats.pipelines.sweep.swept import Swept


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What a finished sweep comes to: the full run of its best cell, and what that is worth among so many."""

    run: JudgedRun
    deflation: Deflation

    @property
    def sentence(self) -> str:
        """The verdict in one sentence."""
        return sentence(self.deflation)

    @property
    def verdict(self) -> Mapping[str, Any]:
        """The verdict as plain values, ready for JSON."""
        return {"sentence": self.sentence, "passes": self.deflation.passes, **asdict(self.deflation)}


def concluded(swept: Swept, run: JudgedRun, archive: SweepArchive, register: TrialRegister) -> Conclusion:
    """Judge the best cell by everything that was tried on its data, in this sweep and outside it."""
    info, basis = swept.info, swept.info.basis
    tried = register.tried(basis.instruments, basis.start, basis.end)
    _, returns = archive.returns(info.id)
    record = record_of(info, swept.ranking.best[0])
    deflation = judge_best(record, info.periods_per_year, tried, swept.ranking.judged, returns.T)
    return Conclusion(run, deflation)

"""Who becomes champion, who goes live, and the way back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mbats.errors.model import AliasMoved
from mbats.errors.promotion import NoCandidates, NoEvidenceForLive, NothingToRollBack, SyntheticNotLive
from mbats.models.gates.bounds import Bounds
from mbats.models.registry import Alias
from mbats.pipelines.promotion.judging import judgements
from mbats.pipelines.promotion.move import Cause, Move, trail
from mbats.pipelines.promotion.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.clock import Clock
    from mbats.evidence.register import TrialRegister
    from mbats.models.registry import ModelRegistry
    from mbats.models.version import Version
    from mbats.pipelines.promotion.assessment import Assessment, Assessor
    from mbats.pipelines.promotion.store import PromotionStore


@dataclass(frozen=True, slots=True)
class Promotion:
    """Judges versions and moves aliases, one process at a time for each model.

    Every move is written down before it is made, and made only if the alias still points where it did.
    """

    registry: ModelRegistry
    store: PromotionStore
    register: TrialRegister
    clock: Clock
    by: str

    def promote(
        self, name: str, candidates: Sequence[Version], assessor: Assessor, bounds: Bounds | None = None
    ) -> Verdict:
        """Judge candidates, of whatever models, against the champion of `name`; the best that passes takes its place.

        Raises
        ------
        mbats.errors.promotion.NoCandidates, NoLaterPeriod, PromotionBusy
        mbats.errors.model.AliasMoved
            Somebody moved the alias by other means meanwhile: no verdict is stored, though each judgement was a trial.
        """
        asked = bounds or Bounds()
        with self.store.hold(name):
            champion = self._champion(name)
            challengers = {one.id: one for one in candidates if champion is None or one.id != champion.id}
            if not challengers:
                raise NoCandidates(name=name, why="the champion itself is all that was named")
            versions = [*challengers.values(), *([champion] if champion else [])]
            assessment = assessor.assess(name, versions, int(asked.bars or 0))
            verdict = self._verdict(name, champion, assessment, asked)
            for version in versions:
                self.store.note(version, verdict.at)
            if verdict.winner:
                self._refuse_moved(name, Alias.CHAMPION, champion.number if champion else None)
            self.store.keep(verdict)
            if verdict.winner:
                self._crown(name, champion, verdict)
            return verdict

    def go_live(self, reference: str) -> Move:
        """Point ``live`` to a version, because a person says so.

        Raises
        ------
        mbats.errors.promotion.NoEvidenceForLive, SyntheticNotLive
            It has never passed on record, or only on generated data.
        """
        version = self.registry.version(reference)
        with self.store.hold(version.name):
            passed = [
                verdict
                for verdict in self.store.verdicts(version.name)
                if any(judged.version == version.id and judged.passed for judged in verdict.judgements)
            ]
            if not passed:
                raise NoEvidenceForLive(reference=version.reference)
            if version.synthetic or all(verdict.synthetic for verdict in passed):
                raise SyntheticNotLive(reference=version.reference)
            before = self.registry.aliases(version.name).get(Alias.LIVE)
            return self._made(self._planned(version.name, Alias.LIVE, before, version.number, Cause.COMMAND))

    def rollback(self, name: str, alias: Alias = Alias.CHAMPION) -> Move:
        """Take an alias back to where it was before it last moved.

        Raises
        ------
        mbats.errors.promotion.NothingToRollBack
        """
        with self.store.hold(name):
            now = self.registry.aliases(name).get(alias)
            been = trail(self.store.moves(name, alias), now)
            if len(been) < 2:
                raise NothingToRollBack(alias=alias, name=name)
            return self._made(self._planned(name, alias, now, been[-2], Cause.ROLLBACK))

    def _champion(self, name: str) -> Version | None:
        if name not in self.registry.names() or Alias.CHAMPION not in self.registry.aliases(name):
            return None
        return self.registry.version(f"{name}@{Alias.CHAMPION}")

    def _verdict(self, name: str, champion: Version | None, assessment: Assessment, bounds: Bounds) -> Verdict:
        at = self.clock.now()
        judged = judgements(assessment, champion, bounds, self.register, at)
        start, end = assessment.period.span
        winner = None
        if judged[0].passed:
            [best] = [one.version for one in assessment.assessed if one.version.id == judged[0].version]
            winner = (best if best.name == name else self.registry.adopt(name, best)).reference
        return Verdict(
            model=name,
            at=at,
            start=start,
            end=end,
            bars=assessment.period.bars,
            snapshot=assessment.snapshot,
            champion=champion.reference if champion else None,
            judgements=judged,
            winner=winner,
            synthetic=assessment.synthetic or any(one.version.synthetic for one in assessment.assessed),
            by=self.by,
        )

    def _crown(self, name: str, champion: Version | None, verdict: Verdict) -> None:
        number = int(str(verdict.winner).rpartition("/")[2])
        planned = self._planned(name, Alias.CHAMPION, champion.number if champion else None, number, Cause.VERDICT)
        self._made(replace(planned, verdict=verdict.id))
        if self.registry.aliases(name).get(Alias.CHALLENGER) == number:
            self._made(replace(planned, alias=Alias.CHALLENGER, before=number, to=None, verdict=verdict.id))

    def _planned(self, name: str, alias: Alias, before: int | None, to: int | None, cause: Cause) -> Move:
        return Move(name, alias, before, to, self.clock.now(), self.by, cause)

    def _made(self, move: Move) -> Move:
        if move.before != move.to:
            self._refuse_moved(move.model, move.alias, move.before)
            self.store.journal(move)
            self.registry.move(move.model, move.alias, move.to, expected=move.before)
        return move

    def _refuse_moved(self, name: str, alias: Alias, expected: int | None) -> None:
        found = self.registry.aliases(name).get(alias)
        if found != expected:
            raise AliasMoved(alias=alias, name=name, found=found or "unset", expected=expected or "unset")

"""The demo's chapters on models: a market in which there is nothing to find, and one in which something was planted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mbats.bootstrap import wiring
from mbats.bootstrap.backtesting import BacktestOptions, backtest_from
from mbats.bootstrap.passport import why
from mbats.bootstrap.promoting import PromotionOptions, promote_from
from mbats.bootstrap.training import TrainingOptions, frozen_for, planned, train_from
from mbats.ledger.trade_reference import trade_reference
from mbats.market import planted
from mbats.market.reference import notice
from mbats.market.timeframe import Timeframe
from mbats.models.artefacts import open_version
from mbats.models.scoring.pin import Pin
from mbats.pipelines.planted_market import import_planted_market
from mbats.pipelines.promotion.later_market import following
from mbats.secmaster.moments import instant
from mbats.simulation.watch import unwatched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.models.version import Version
    from mbats.pipelines.judged_run import JudgedRun
    from mbats.pipelines.passport.passport import Passport
    from mbats.pipelines.promotion.verdict import Judgement, Verdict
    from mbats.settings import Settings
    from mbats.simulation.watch import Watch

START, LEARNT, END = "2024-01-01", "2025-01-01", "2026-01-01"
"""A year to learn from and a year to be judged on."""
_WALK = "walk-forward:train=0.4,step=0.15"
_TREES = ("num_leaves=4", "rounds=40")

HOURS = TrainingOptions(
    name="hours",
    symbols=("EUR_USD", "USD_JPY"),
    vendor=notice.VENDOR,
    start=START,
    end=LEARNT,
    label="sign:12",
    validation=_WALK,
    walk_forward="none",
)
PLANTED = TrainingOptions(
    name="planted",
    symbols=("AUD_USD", "NZD_USD"),
    vendor=planted.VENDOR,
    start=START,
    end=LEARNT,
    features=(f"move_sign:{planted.LAGS}", "log_return:1", "log_return:24", "bar_return"),
    label="forward-return:1",
    validation=_WALK,
    walk_forward="none",
    costs="none",
)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One market, two ways to learn from it, and how they are judged.

    Attributes
    ----------
    gates
        Bounds of the promotion that differ from the usual ones.
    """

    ways: tuple[TrainingOptions, TrainingOptions]
    gates: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What the model is called whose two versions the ways make."""
        return str(self.ways[0].name)


REFERENCE_LESSON = Lesson(
    (replace(HOURS, estimator="logistic"), replace(HOURS, estimator="lightgbm", parameters=_TREES))
)
PLANTED_LESSON = Lesson(
    (replace(PLANTED, estimator="ridge"), replace(PLANTED, estimator="lightgbm", parameters=_TREES)),
    gates=("turnover=off",),
)
"""Before costs, which would eat so weak a signal; the bound of turnover only guards against costs."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What came of a lesson.

    Attributes
    ----------
    versions
        In the order of the lesson's ways.
    run
        Backtest of the champion, or of the best challenger where nobody was promoted, on the later year.
    """

    versions: tuple[Version, ...]
    verdict: Verdict
    run: JudgedRun

    @property
    def best(self) -> Judgement:
        """Of the version that was backtested."""
        return self.verdict.judgements[0]


@dataclass(frozen=True, slots=True)
class ModelDemo:
    """Train, compare, promote or not, backtest on what came later; what was trained before is not trained again."""

    settings: Settings
    watch: Watch = unwatched

    def plant(self) -> None:
        """Generate the market with a signal in it and store it; a second time nothing changes."""
        master, span = wiring.security_master(self.settings), {"start": instant(START), "end": instant(END)}
        import_planted_market(master, PLANTED.symbols, Timeframe(PLANTED.timeframe), **span)

    def learn(self, lesson: Lesson) -> Learnt:
        """Go through a lesson."""
        versions, verdict = self._known(lesson) or self._found(lesson)
        return Learnt(versions, verdict, self._traded(lesson, versions, verdict))

    def why(self, run: JudgedRun) -> Passport:
        """Tell why the last closed trade of a run was made."""
        trips = run.result.trips
        number = max(trips.id[~trips.open].tolist())
        return why(trade_reference(run.result.info.id, number), self.settings)

    def _found(self, lesson: Lesson) -> tuple[tuple[Version, ...], Verdict]:
        versions = tuple(train_from(way, self.settings, self.watch).version for way in lesson.ways)
        options = PromotionOptions(
            candidates=[version.reference for version in versions], gates=lesson.gates, costs=lesson.ways[0].costs
        )
        return versions, promote_from(options, self.settings)

    def _known(self, lesson: Lesson) -> tuple[tuple[Version, ...], Verdict] | None:
        """Return what came of the very same plans on the very same bars before; it needs no MLflow."""
        store, wanted = wiring.object_store(self.settings), [self._identity(way) for way in lesson.ways]
        for verdict in wiring.model_store(self.settings).verdicts(lesson.name):
            pins = [Pin.read(f"{judged.reference}#{judged.version}") for judged in verdict.judgements]
            versions = [open_version(store, pin.id, pin.name, pin.number) for pin in pins]
            found = {(one.manifest["plan"], one.manifest["snapshot"]): one for one in versions}
            if set(found) == set(wanted):
                return tuple(found[one] for one in wanted), verdict
        return None

    def _identity(self, way: TrainingOptions) -> tuple[str, str]:
        plan = planned(way, self.settings)
        return plan.digest, frozen_for(plan.features, plan.symbols, way, self.settings).id

    def _traded(self, lesson: Lesson, versions: Sequence[Version], verdict: Verdict) -> JudgedRun:
        best = verdict.judgements[0]
        [version] = [one for one in versions if one.id == best.version]
        followed = following(version).model_dump(exclude={"model"})
        way = lesson.ways[0]
        options = BacktestOptions(
            strategies=("ModelBracket",),
            symbols=way.symbols,
            start=LEARNT,
            end=END,
            vendor=way.vendor,
            parameters=[
                f"model={Pin(version.name, version.number, version.id)}",
                *(f"{name}={value}" for name, value in followed.items()),
            ],
            risk=0.25,
            leverage=20,
        )
        return backtest_from(options, self.settings, self.watch)

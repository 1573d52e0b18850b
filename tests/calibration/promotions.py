"""Promotions among models of generated markets: what noise brings to champion, and what a known signal does.

One run is one market, planted with a signal or none. Two models learn from its beginning: a ridge regression and a few
boosted stumps, both given seven features, one of which carries what was planted: the sign of the move over twelve bars.
They predict the next bar's return from open to close (the label ``forward-return:1``), whose correlation with that sign
is the planted strength `w` (`mbats.market.planted`), so an information coefficient by that label is an estimate of `w`
for a model that has learnt nothing but the sign. Then both are judged on the later bars by the gates of
`mbats.pipelines.promotion`, as `mbats model promote` judges: before costs, since with costs noise simply loses, and
without the bound of turnover, which only guards against costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from fakes.model_registry import FakeModelRegistry
from fakes.promotion_store import FakePromotionStore
from fakes.trial_register import FakeTrialRegister
from fakes.versions import version
from mbats.adapters.lightgbm.estimator import LightGBM
from mbats.adapters.skops.codec import SkopsCodec
from mbats.clock import SimulatedClock
from mbats.execution.costs import FREE
from mbats.features.definition import feature
from mbats.features.discovery import feature_set
from mbats.features.feature_set import FeatureSet
from mbats.features.view import View
from mbats.labels.forward import ForwardReturn
from mbats.market.local_time import nanoseconds
from mbats.market.planted import planted
from mbats.market.timeframe import Timeframe
from mbats.models.estimators.scikit import ScikitEstimator
from mbats.models.gates.bounds import Bounds
from mbats.models.scoring.given import GivenScores
from mbats.pipelines.promotion.later_market import LaterMarket
from mbats.pipelines.promotion.promotion import Promotion
from mbats.strategies.model_bracket import ModelBracket

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from mbats.market.bars import Bars
    from mbats.pipelines.promotion.verdict import Verdict

SYMBOL = "EUR_USD"
START = datetime(2015, 1, 1, tzinfo=UTC)
TRAINED, LATER = datetime(2015, 9, 1, tzinfo=UTC), datetime(2016, 3, 1, tzinfo=UTC)
"""About 4,100 hours to learn from, and 3,100 to be judged on."""
LABEL = ForwardReturn(1)
BOUNDS = Bounds(turnover=None)
"""Turnover off: it only guards against costs, which are left out."""
STRATEGY = ModelBracket(threshold=0, max_bars=1, stop_atr=10, target_atr=10)
"""In for a bar, and out."""
NOW = datetime(2016, 3, 2, tzinfo=UTC)
WAYS = (
    ScikitEstimator("ridge", "number", SkopsCodec()).with_parameters({}),
    LightGBM("number").with_parameters({"rounds": 30, "num_leaves": 2, "learning_rate": 0.1}),
)


@feature(lookback=lambda period: period + 1, unit="sign", period=(1, 500))
def direction(view: View, period: int = 12):
    """Sign of the move over `period` bars."""
    close = view.bars.close
    moved = np.full(len(close), np.nan)
    moved[period:] = np.sign(close[period:] - close[:-period])
    return moved


@dataclass(frozen=True)
class Outcome:
    """One market, and what its promotion came to: of the champion where there is one, else of the best challenger."""

    signal: float
    promoted: bool
    ic: float
    low: float
    high: float
    failed: tuple[str, ...]

    @property
    def covers(self) -> bool:
        """Whether the coefficient's interval holds what was planted."""
        return self.low <= self.signal <= self.high


def features(folder: Path) -> FeatureSet:
    """Return the seven features."""
    others = feature_set(["log_return:1", "log_return:5", "log_return:24", "bar_return"], folder).features
    return FeatureSet((direction(period=12), direction(period=3), direction(period=48), *others))


def outcome(signal: float, seed: int, folder: Path) -> Outcome:
    """Make a market, train both models, promote, and tell what came of it."""
    bars = planted([SYMBOL], Timeframe("H1"), nanoseconds(START), nanoseconds(LATER), signal=signal, seed=seed)[SYMBOL]
    verdict = promoted(bars, folder, seed)
    best = verdict.judgements[0]
    figures, failed = best.figures, tuple(gate.name for gate in best.failed)
    return Outcome(signal, verdict.winner is not None, figures.ic, figures.ic_low, figures.ic_high, failed)


def outcomes(signal: float, seeds: Iterable[int], folder: Path) -> list[Outcome]:
    """Return the outcomes of many markets."""
    return [outcome(signal, seed, folder) for seed in seeds]


def promoted(bars: Bars, folder: Path, seed: int) -> Verdict:
    """Train on what lies before `TRAINED`, and promote by what comes after."""
    columns = features(folder)
    table, labels = columns.compute(View(bars)), LABEL.label(bars, FREE)
    until = nanoseconds(TRAINED)
    known = np.isfinite(table).all(axis=1)
    learnt = known & (labels.end < until) & np.isfinite(labels.value)
    versions, scorers = [], {}
    for number, way in enumerate(WAYS, 1):
        model = version("planted", number, until, label=dict(LABEL.spec), synthetic=True)
        fitted = way.fit(table[learnt], labels.value[learnt], np.ones(learnt.sum()), columns.columns, seed)
        score = np.full(len(bars), np.nan)
        score[known] = fitted.score(table[known])
        versions.append(model)
        scorers[model.id] = GivenScores({SYMBOL: (bars.time, score)}, "number", model.reference)
    market = LaterMarket(
        snapshot=f"planted {seed}",
        market={SYMBOL: bars},
        scorer=lambda one: scorers[one.id],
        leaks=lambda _: 0,
        strategy=STRATEGY,
        gross=True,
    )
    judge = Promotion(
        FakeModelRegistry(versions), FakePromotionStore(), FakeTrialRegister(), SimulatedClock(NOW), "calibration"
    )
    return judge.promote("planted", versions, market, BOUNDS)

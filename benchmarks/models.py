"""A live prediction: one new bar to a score and a decision, beside MLflow's plain pyfunc on a row that is ready."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from benchmarks.row import Row
from mbats.adapters.lightgbm.estimator import FORMAT, LightGBM
from mbats.features.discovery import feature_set
from mbats.features.view import View
from mbats.market.planted import planted
from mbats.market.timeframe import Timeframe
from mbats.models.scoring.rows import FeatureRows
from mbats.models.scoring.version_scorer import VersionScorer
from mbats.models.version import Fit, Version
from mbats.pipelines.training.tracking import NewModel
from mbats.secmaster.moments import instant
from mbats.strategies.decision import decide_safely
from mbats.strategies.model_bracket import ModelBracket

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbats.market.bars import Bars

FEATURES = (
    *("default", "log_return:2", "log_return:3", "log_return:8", "log_return:12", "log_return:40"),
    *("volatility:10", "volatility:40", "range_place:10", "range_place:40", "sma_distance:10", "sma_distance:40"),
)
TREES = 200
SEEN, NEW = 1_500, 400
"""Bars of a session before the first that is measured, and those that are."""


def rows() -> list[Row]:
    """Let bars come one by one; each is asked of the session's way and of pyfunc in turn."""
    bars = planted(["EUR_USD"], Timeframe("H1"), instant("2024-01-01"), instant("2025-01-01"))["EUR_USD"]
    with TemporaryDirectory() as folder:
        scorer = _scorer(bars, Path(folder))
        pyfunc = _pyfunc(scorer, Path(folder) / "model")
        decided, ready, plain = _taken(scorer, pyfunc, bars)
    columns = len(scorer.columns)
    what = f"model: {columns} features of a new bar, {TREES} trees, score and decision"
    against = f"pyfunc on a ready row ({_at(plain, 50):.2f} ms)"
    return [
        Row(f"{what}, p50", _at(decided, 50), "ms", against, _at(decided, 50) / _at(plain, 50)),
        Row(f"{what}, p99", _at(decided, 99), "ms", f"pyfunc's p99 ({_at(plain, 99):.2f} ms)"),
        Row(f"{what}, p50", _at(decided, 50), "ms", "one millisecond", _at(decided, 50), 1.0),
        Row("model: score of a ready row, p50", _at(ready, 50), "ms", against, _at(ready, 50) / _at(plain, 50), 0.1),
        Row("model: score of a ready row, p99", _at(ready, 99), "ms"),
    ]


def _taken(scorer: VersionScorer, pyfunc: Any, bars: Bars) -> tuple[list[float], list[float], list[float]]:
    strategy = ModelBracket().bound_to(scorer)
    values = scorer.rows.features.compute(View(bars))
    decided, ready, plain = [], [], []
    decide_safely(strategy, bars.rows(0, SEEN))
    for row in range(SEEN, SEEN + NEW):
        seen, alone = bars.rows(0, row + 1), np.ascontiguousarray(values[row : row + 1])
        frame = pd.DataFrame(alone, columns=list(scorer.columns))
        decided.append(_seconds(partial(decide_safely, strategy, seen)))
        ready.append(_seconds(partial(scorer.fitted[-1].score, alone)))
        plain.append(_seconds(partial(pyfunc.predict, frame)))
    return decided, ready, plain


def _scorer(bars: Bars, folder: Path) -> VersionScorer:
    features = feature_set(FEATURES, folder)
    learnt = bars.rows(0, SEEN)
    label = np.where(np.diff(learnt.close, append=learnt.close[-1]) > 0, 1.0, -1.0)
    estimator = LightGBM("class").with_parameters({"rounds": TREES})
    values = features.compute(View(learnt))
    fitted = estimator.fit(values, label, np.ones(SEEN), features.columns, 0)
    last = int(learnt.known_at[-1])
    version = Version("", "bench", 1, (Fit(0, last, last, None, "", FORMAT),), {"kind": "class"})
    return VersionScorer(version, FeatureRows(features, bars.timeframe, {}, {}), [fitted])


def _pyfunc(scorer: VersionScorer, folder: Path) -> Any:
    import mlflow.pyfunc

    from mbats.adapters.mlflow.flavours import save

    content = scorer.fitted[-1].dump()
    example = np.zeros((2, len(scorer.columns)))
    save(NewModel(scorer.version, content, FORMAT, "class", scorer.columns, example, ""), folder)
    return mlflow.pyfunc.load_model(str(folder))


def _seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def _at(seconds: list[float], share: int) -> float:
    return float(np.percentile(seconds, share)) * 1e3

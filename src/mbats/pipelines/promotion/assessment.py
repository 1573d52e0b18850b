"""What candidates did on the later period, before anybody compares or judges them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.evidence.track_record import TrackRecord
    from mbats.market.columns import FloatColumn
    from mbats.models.version import Version
    from mbats.pipelines.promotion.period import Period


def _none() -> FloatColumn:
    return np.empty(0)


@dataclass(frozen=True, slots=True)
class Assessed:
    """One version on the later period; what could not be measured is None.

    Attributes
    ----------
    trading
        How its scores were traded (parameters of the strategy), part of the trial that this is.
    leaks
        Findings of the leak prosecutor.
    statistics
        By the names of `mbats.models.metrics.statistical.evaluate`.
    trades, drawdown, turnover
        Of its scores traded with costs.
    daily_returns
        Of the same account, one a trading day of the period, shape (T,).
    record
        Its Sharpe ratio per day; None where it is undefined.
    """

    version: Version
    trading: Mapping[str, Any] = field(default_factory=dict)
    leaks: int | None = None
    statistics: Mapping[str, float | None] = field(default_factory=dict)
    trades: int | None = None
    drawdown: float | None = None
    turnover: float | None = None
    daily_returns: FloatColumn = field(default_factory=_none)
    record: TrackRecord | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """All candidates on one later period of one market.

    Attributes
    ----------
    snapshot, costs
        Of the data and of the trading, parts of the trials.
    synthetic
        Whether any of the bars was generated.
    """

    period: Period
    snapshot: str
    costs: Mapping[str, Any]
    instruments: tuple[str, ...]
    periods_per_year: int
    synthetic: bool
    assessed: tuple[Assessed, ...]


class Assessor(Protocol):
    """Scores and trades versions on what none of them has seen."""

    def assess(self, name: str, versions: Sequence[Version], needed: int) -> Assessment:
        """Return what each did, in the order given.

        Raises
        ------
        mbats.errors.promotion.NoLaterPeriod
            There are fewer than `needed` such bars.
        """
        ...

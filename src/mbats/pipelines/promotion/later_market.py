"""Candidates scored and traded on what came after all that they have seen."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from mbats.evidence.track_record import TrackRecord
from mbats.execution.costs import OANDA_US
from mbats.features.view import View
from mbats.ledger.sharpe import moments
from mbats.ledger.terms import Account
from mbats.models.scoring.given import GivenScores
from mbats.pipelines.late_scores import late_figures
from mbats.pipelines.model_trading import traded
from mbats.pipelines.promotion.assessment import Assessed, Assessment
from mbats.pipelines.promotion.period import later_period
from mbats.strategies.model_bracket import ModelBracket

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mbats.execution.costs import Costs
    from mbats.execution.financing import FinancingRates
    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn
    from mbats.models.scoring.scorer import Scorer
    from mbats.models.version import Version
    from mbats.pipelines.model_trading import TradedScores
    from mbats.strategies.model_signal import ModelSignal


@dataclass(frozen=True, slots=True)
class LaterMarket:
    """Implements `mbats.pipelines.promotion.assessment.Assessor` over one market.

    Attributes
    ----------
    market
        All bars of the traded instruments since before the candidates' training: features warm up on them.
    others
        Bars of other instruments that features read or that convert money.
    scorer
        Returns what scores bars as a version does.
    leaks
        Returns the findings of the leak prosecutor on a version; None: it was not heard.
    strategy
        What trades the scores; None: `following` each version.
    gross
        Judge returns before costs, for calibration: with costs noise simply loses.
    financing
        Dated rates for trading, and for labels that are trades, as in the training.
    """

    snapshot: str
    market: Mapping[str, Bars]
    scorer: Callable[[Version], Scorer]
    leaks: Callable[[Version], int | None]
    others: Mapping[str, Bars] = field(default_factory=dict)
    series: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    strategy: ModelSignal | None = None
    account: Account = field(default_factory=Account)
    costs: Costs = OANDA_US
    gross: bool = False
    financing: FinancingRates | None = None

    def assess(self, name: str, versions: Sequence[Version], needed: int) -> Assessment:
        """Return what each did on the bars that none of them has seen, in the order given.

        Raises
        ------
        mbats.errors.promotion.NoLaterPeriod
        """
        period = later_period(name, versions, self.market, needed)
        found = [self._assessed(version, period.start) for version in versions]
        return Assessment(
            period=period,
            snapshot=self.snapshot,
            costs=asdict(self.costs) | ({"gross": True} if self.gross else {}),
            instruments=tuple(self.market),
            periods_per_year=found[0][1].periods_per_year,
            synthetic=any(bars.synthetic for bars in self.market.values()),
            assessed=tuple(one for one, _ in found),
        )

    def _assessed(self, version: Version, start: int) -> tuple[Assessed, TradedScores]:
        scorer = self.scorer(version)
        scores = {symbol: scorer.score(self._view(bars)) for symbol, bars in self.market.items()}
        strategy = self.strategy or following(version)
        given = GivenScores(
            {symbol: (bars.time, scores[symbol]) for symbol, bars in self.market.items()},
            kind=scorer.kind,
            reference=version.reference,
        )
        done = traded(
            given,
            self.market,
            start=start,
            strategy=strategy,
            account=self.account,
            costs=self.costs,
            converting=self.others,
            financing=self.financing,
        )
        returns = done.gross_returns if self.gross else done.returns
        assessed = Assessed(
            version=version,
            trading={"strategy": strategy.name, **strategy.model_dump(mode="json", exclude={"model"})},
            leaks=self.leaks(version),
            statistics=late_figures(version, self.market, scores, self.costs, start, financing=self.financing),
            trades=done.trades,
            drawdown=done.max_drawdown,
            turnover=done.turnover,
            daily_returns=returns,
            record=record_of(returns),
        )
        return assessed, done

    def _view(self, bars: Bars) -> View:
        return View(bars, {**self.others, **self.market}, self.series)


def following(version: Version) -> ModelBracket:
    """Return the strategy by which a version is traded where nobody states another.

    A bracket that is left after as many bars as the label looks ahead; a regressor is followed whatever it says, a
    classifier from two percent beside one half on.
    """
    bars = int(version.manifest["label"].get("bars", 0))
    threshold = ModelBracket().threshold if version.manifest["kind"] == "class" else 0.0
    return ModelBracket(threshold=threshold, max_bars=bars)


def record_of(returns: FloatColumn) -> TrackRecord | None:
    """Return the Sharpe ratio of daily returns and what it rests on; None where it is undefined."""
    shape = moments(returns)
    if shape is None:
        return None
    return TrackRecord(shape.mean / shape.deviation, len(returns), shape.skewness, shape.kurtosis)

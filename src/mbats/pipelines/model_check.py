from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mbats.features.view import View
from mbats.models.datasets.building import build
from mbats.models.prosecution.line import prosecute_line
from mbats.models.prosecution.prosecutor import prosecute, prosecute_market

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from mbats.execution.costs import Costs
    from mbats.features.feature_set import FeatureSet
    from mbats.labels.label import Label
    from mbats.market.bars import Bars
    from mbats.models.dataset import Dataset
    from mbats.models.prosecution.finding import Finding
    from mbats.models.prosecution.procedure import Procedure
    from mbats.models.validation.split import Splitter
    from mbats.models.version import Fit


@dataclass(frozen=True, slots=True, kw_only=True)
class Accused:
    """What is to be checked.

    Attributes
    ----------
    market
        Bars of `symbols` and of what features read beside them.
    dataset
        Made of these features and labels already; None: it is built of `market`.
    procedure
        How a model is trained in a fold; None where there is none to check.
    fits
        Of a registered version: when each may decide is checked.
    """

    name: str
    origin: str
    symbols: Sequence[str]
    market: Mapping[str, Bars]
    series: Mapping[str, Mapping[str, NDArray[Any]]]
    features: FeatureSet
    label: Label
    costs: Costs
    splitter: Splitter
    dataset: Dataset | None = None
    procedure: Procedure | None = None
    fits: tuple[Fit, ...] = ()
    seed: int = 0
    notes: tuple[str, ...] = ()
    """What else there is to know, in sentences."""


@dataclass(frozen=True, slots=True)
class ModelCheck:
    """What the prosecutor found, and what it looked at."""

    name: str
    origin: str
    symbols: tuple[str, ...]
    synthetic: bool
    columns: tuple[str, ...]
    rows: int
    folds: int
    trained: bool
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def check_model(accused: Accused) -> ModelCheck:
    """Hear the prosecutor on features, label, dataset, folds and, where there is one, the training.

    Raises
    ------
    mbats.errors.base.MbatsError
        Something cannot be computed at all; the message says what.
    """
    market, symbols = accused.market, tuple(accused.symbols)
    others = {symbol: {name: bars for name, bars in market.items() if name != symbol} for symbol in symbols}
    views = [View(market[symbol], others[symbol], accused.series) for symbol in symbols]
    findings = prosecute_market(accused.features, accused.label, views, accused.costs)
    dataset = accused.dataset or _built(accused)
    findings += prosecute(dataset, accused.splitter, accused.procedure, seed=accused.seed)
    findings += prosecute_line(accused.fits)
    return ModelCheck(
        name=accused.name,
        origin=accused.origin,
        symbols=symbols,
        synthetic=any(market[symbol].synthetic for symbol in symbols),
        columns=accused.features.columns,
        rows=len(dataset),
        folds=len(accused.splitter.split(dataset.start, dataset.end)),
        trained=accused.procedure is not None,
        findings=tuple(findings),
        notes=accused.notes,
    )


def _built(accused: Accused) -> Dataset:
    return build(
        "",
        accused.market,
        accused.features,
        accused.label,
        accused.costs,
        symbols=accused.symbols,
        series=accused.series,
    )

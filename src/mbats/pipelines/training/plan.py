from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from json import dumps
from typing import TYPE_CHECKING, Any

from mbats.models.datasets.building import build

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mbats.execution.costs import Costs
    from mbats.execution.financing import FinancingRates
    from mbats.features.feature_set import FeatureSet
    from mbats.labels.label import Label
    from mbats.ledger.terms import Account
    from mbats.market.bars import Bars
    from mbats.models.dataset import Dataset
    from mbats.models.estimators.searchable import SearchableEstimator
    from mbats.models.validation.split import Splitter


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What made a model beside its data: the environment that makes the same one again."""

    commit: str
    lock: str
    python: str
    packages: Mapping[str, str]
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """All that decides what is learnt from a snapshot.

    Attributes
    ----------
    start, end
        Rows are bars that open in ``[start, end)``, nanoseconds UTC; None: all there are.
    walk_forward
        Splits whose trainings make the line of fits; None: only the last fit, on all rows.
    candidates
        Sets of hyper-parameters to search; 0: the estimator's own are taken.
    account
        On which the out-of-fold scores are traded.
    controls
        Train on noise and on permuted labels as well.
    """

    name: str
    symbols: tuple[str, ...]
    features: FeatureSet
    label: Label
    estimator: SearchableEstimator
    validation: Splitter
    walk_forward: Splitter | None
    costs: Costs
    account: Account
    provenance: Provenance
    start: int | None = None
    end: int | None = None
    candidates: int = 0
    seed: int = 0
    controls: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def dataset(
        self,
        snapshot: str,
        market: Mapping[str, Bars],
        series: Mapping[str, Mapping[str, NDArray[Any]]],
        financing: FinancingRates | None,
        commit: str,
    ) -> Dataset:
        """Build what is learnt from a snapshot's market; the commit that builds it is part of its id."""
        return build(
            snapshot,
            market,
            self.features,
            self.label,
            self.costs,
            symbols=self.symbols,
            start=self.start,
            end=self.end,
            commit=commit,
            series=series,
            financing=financing,
        )

    def described(self) -> dict[str, Any]:
        """Return what decides the training, as JSON takes it; neither time nor place is in it."""
        return {
            "name": self.name,
            "symbols": list(self.symbols),
            "start": self.start,
            "end": self.end,
            "features": self.features.spec,
            "label": dict(self.label.spec),
            "estimator": self.estimator.name,
            "parameters": dict(self.estimator.parameters),
            "validation": dict(self.validation.spec),
            "walk_forward": dict(self.walk_forward.spec) if self.walk_forward else None,
            "costs": asdict(self.costs),
            "account": {**asdict(self.account), "cash": str(self.account.cash)},
            "candidates": self.candidates,
            "seed": self.seed,
        }

    @property
    def digest(self) -> str:
        """SHA-256 of what is described."""
        return sha256(dumps(self.described(), sort_keys=True, default=str).encode()).hexdigest()

"""The bars on which registered versions are looked at again: those of their training, and what has come since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mbats.bootstrap import wiring
from mbats.bootstrap.model_binding import ModelShelf
from mbats.bootstrap.reproducing import plan_of
from mbats.bootstrap.research import Selection, opened
from mbats.bootstrap.training import series_of
from mbats.errors.promotion import CandidatesDiffer
from mbats.features.reads import series_in, symbols_in
from mbats.features.view import View
from mbats.market.timeframe import Alignment
from mbats.models.datasets.keeping import open_dataset
from mbats.models.datasets.labelling import label_from
from mbats.models.scoring.pin import Pin
from mbats.models.validation.discovery import splitter_from
from mbats.pipelines.market_data import read
from mbats.secmaster.snapshot import open_snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.execution.costs import Costs
    from mbats.execution.financing import FinancingRates
    from mbats.market.bars import Bars
    from mbats.models.prosecution.finding import Finding
    from mbats.models.scoring.version_scorer import VersionScorer
    from mbats.models.version import Version
    from mbats.settings import Settings


@dataclass(frozen=True, slots=True)
class ModelMarket:
    """All that versions read, and what converts money, from one snapshot.

    Attributes
    ----------
    market
        Bars of the instruments that the versions were trained on.
    others
        Bars of other instruments that features read or that convert money.
    """

    snapshot: str
    market: Mapping[str, Bars]
    others: Mapping[str, Bars]
    series: Mapping[str, Mapping[str, Any]]
    settings: Settings
    financing: FinancingRates | None = None

    def scorer(self, version: Version) -> VersionScorer:
        """Return what scores bars by a version."""
        return scorer_of(version, self.settings)

    def findings(self, version: Version, costs: Costs) -> list[Finding]:
        """Hear the leak prosecutor on a version: features and label on these bars, rows, folds and controls.

        The controls of its training are on record; where it had none, they are made up for.
        """
        from mbats.models.prosecution.controls import Control, findings_of
        from mbats.models.prosecution.line import prosecute_line
        from mbats.models.prosecution.procedure import procedure_of
        from mbats.models.prosecution.prosecutor import prosecute, prosecute_market

        manifest = version.manifest
        views = [View(bars, {**self.others, **self.market}, self.series) for bars in self.market.values()]
        features, label = self.scorer(version).rows.features, label_from(manifest["label"])
        dataset = open_dataset(wiring.object_store(self.settings), manifest["dataset"])
        controlled = [Control(**told) for told in manifest["metrics"].get("controls", ())]
        procedure = None if controlled else procedure_of(plan_of(version, self.settings).estimator, manifest["seed"])
        return [
            *prosecute_market(features, label, views, costs),
            *prosecute(dataset, splitter_from(manifest["validation"]), procedure, seed=manifest["seed"]),
            *findings_of(controlled),
            *prosecute_line(version.fits),
        ]


def model_market(
    versions: Sequence[Version], settings: Settings, currency: str = "USD", snapshot: str | None = None
) -> ModelMarket:
    """Freeze what the master has by now of the market that `versions` were trained on, or open a `snapshot`.

    Raises
    ------
    CandidatesDiffer
        They were trained on different instruments or timeframes.
    mbats.errors.base.MbatsError
        Bars or series are not there; a version cannot be loaded.
    """
    first = versions[0]
    for other in versions[1:]:
        _refuse_different(first, other)
    features = [scorer_of(version, settings).rows.features for version in versions]
    reads = dict.fromkeys(name for one in features for name in one.reads)
    symbols = list(first.manifest["symbols"])
    wanted = list(dict.fromkeys([*symbols, *symbols_in(reads)]))
    frozen = opened(settings, wanted, currency, _selection(first, settings, snapshot, tuple(series_in(reads))))
    data = read(frozen)
    market = data.bars
    return ModelMarket(
        snapshot=frozen.id,
        market={symbol: market[symbol] for symbol in symbols},
        others={symbol: bars for symbol, bars in market.items() if symbol not in symbols},
        series={name: columns for one in features for name, columns in series_of(frozen, one).items()},
        settings=settings,
        financing=data.financing,
    )


def scorer_of(version: Version, settings: Settings) -> VersionScorer:
    """Return what scores bars by a version; it needs the object store alone."""
    return ModelShelf.of(settings).scorer(str(Pin(version.name, version.number, version.id)))


def _selection(version: Version, settings: Settings, snapshot: str | None, series: tuple[str, ...]) -> Selection:
    known = open_snapshot(wiring.object_store(settings), version.manifest["snapshot"]).manifest["bars"]
    [bars] = [part for part in known if part["instrument"]["symbol"] == version.manifest["symbols"][0]]
    alignment = Alignment(bars["alignment"])
    timeframe = version.manifest["timeframe"]
    return Selection(timeframe, vendor=bars["vendor"], snapshot=snapshot, alignment=alignment, series=series)


def _refuse_different(first: Version, other: Version) -> None:
    for key, what in (("symbols", "instruments"), ("timeframe", "timeframes")):
        one, two = first.manifest[key], other.manifest[key]
        if sorted(one) != sorted(two):
            facts = {"first": first.reference, "second": other.reference}
            raise CandidatesDiffer(what=what, one=_told(one), other=_told(two), **facts)


def _told(value: Any) -> str:
    return value if isinstance(value, str) else ", ".join(value)

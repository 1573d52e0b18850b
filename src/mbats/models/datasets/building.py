from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.errors.dataset import FeatureWithoutValues, LabelBeyondData, NoDatasetRows, OneClassOnly
from mbats.features.view import View
from mbats.labels.discovery import text_of
from mbats.labels.uniqueness import weights
from mbats.models.datasets.keeping import identified
from mbats.models.datasets.table import Table, chosen, joined
from mbats.secmaster import parquet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from mbats.execution.costs import Costs
    from mbats.execution.financing import FinancingRates
    from mbats.features.feature_set import FeatureSet
    from mbats.labels.label import Label
    from mbats.market.bars import Bars
    from mbats.market.columns import FlagColumn
    from mbats.models.dataset import Dataset

_FORMAT = 1
_LAST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows of one instrument, and what became of its other bars in the range."""

    table: Table
    bars: int
    unlabelled: int
    featureless: int


@dataclass(frozen=True, slots=True)
class _Join:
    """What is joined, of which instruments."""

    market: Mapping[str, Bars]
    series: Mapping[str, Mapping[str, NDArray[Any]]]
    features: FeatureSet
    label: Label
    costs: Costs
    financing: FinancingRates | None
    start: int | None

    def part(self, place: int, symbol: str) -> _Part:
        """Return the rows of the instrument at a `place`."""
        bars = self.market[symbol]
        others = {name: other for name, other in self.market.items() if name != symbol}
        first = 0 if self.start is None else int(np.searchsorted(bars.time, self.start, side="left"))
        values = self.features.compute(View(bars, others, self.series))[first:]
        labels = self.label.label(bars, self.costs, self.financing)
        labelled, featured = ~np.isnan(labels.value[first:]), _any_value(values)
        rows = first + np.flatnonzero(labelled & featured)
        begin, finish = labels.start[rows], labels.end[rows]
        table = Table(
            np.full(len(rows), place, dtype=np.int64),
            bars.time[rows],
            begin,
            finish,
            chosen(values, rows - first),
            labels.value[rows],
            labels.outcome[rows],
            weights(begin, finish, bars.known_at),
        )
        return _Part(table, len(values), int((~labelled).sum()), int((labelled & ~featured).sum()))


def build(
    snapshot_id: str,
    market: Mapping[str, Bars],
    features: FeatureSet,
    label: Label,
    costs: Costs,
    *,
    symbols: Sequence[str],
    start: int | None = None,
    end: int | None = None,
    commit: str = "",
    series: Mapping[str, Mapping[str, NDArray[Any]]] | None = None,
    financing: FinancingRates | None = None,
) -> Dataset:
    """Join features, labels and weights of `symbols` by what was known at each decision.

    Parameters
    ----------
    market
        The snapshot's bars; instruments beside `symbols` are there for features to read.
    start, end
        Rows are bars that open in ``[start, end)``, nanoseconds UTC. No bar from `end` on is looked at by anything,
        labels included; bars before `start` warm features up.
    series
        Point-in-time series of the snapshot, by name.
    financing
        Dated rates for labels that are trades; None: not modelled.

    Raises
    ------
    LabelBeyondData, NoDatasetRows
        Nothing is left; the message says why.
    OneClassOnly, FeatureWithoutValues
    """
    seen = {symbol: bars.rows(0, _count(bars, end)) for symbol, bars in market.items()}
    join = _Join(seen, series or {}, features, label, costs, financing, start)
    parts = [join.part(place, symbol) for place, symbol in enumerate(symbols)]
    _check_rows(parts, symbols, label)
    table = joined([part.table for part in parts])
    _check_content(table, features.columns, label)
    first = seen[symbols[0]]
    manifest = {
        "format": _FORMAT,
        "snapshot": snapshot_id,
        "symbols": list(symbols),
        "timeframe": first.timeframe.name,
        "start": start,
        "end": end,
        "range": [int(table.start[0]), int(table.end.max())],
        "anchor": {symbol: int(seen[symbol].time[0]) for symbol in symbols if len(seen[symbol])},
        "features": features.spec,
        "fingerprint": features.fingerprint,
        "columns": list(features.columns),
        "dtypes": [table.features.dtype.name] * len(features.columns),
        "label": dict(label.spec),
        "kind": label.kind,
        "costs": asdict(costs),
        "financing": list(financing.sources) if financing and costs.financing else [],
        "weights": "average uniqueness among the labels of an instrument",
        "commit": commit,
        "synthetic": any(bars.synthetic for bars in seen.values()),
        "bars": sum(part.bars for part in parts),
        "dropped": {
            "unlabelled": sum(part.unlabelled for part in parts),
            "featureless": sum(part.featureless for part in parts),
        },
        "rows": len(table),
        "created_by": parquet.writer(),
    }
    return identified(manifest, table)


def _count(bars: Bars, end: int | None) -> int:
    return len(bars) if end is None else int(np.searchsorted(bars.time, end, side="left"))


def _any_value(features: NDArray[Any]) -> FlagColumn:
    """Tell which rows have any feature; a set without features has none missing."""
    missing = np.ones(len(features), dtype=np.bool_)
    for column in features.T:
        missing &= np.isnan(column)
    return ~missing


def _check_rows(parts: Sequence[_Part], symbols: Sequence[str], label: Label) -> None:
    if any(len(part.table) for part in parts):
        return
    names, bars = ", ".join(symbols), sum(part.bars for part in parts)
    unlabelled, longest = sum(part.unlabelled for part in parts), max(part.bars for part in parts)
    if 0 < unlabelled == bars and longest <= label.spec["bars"] + 1:
        raise LabelBeyondData(symbols=names, label=text_of(label.spec), bars=label.spec["bars"], rows=longest)
    featureless = sum(part.featureless for part in parts)
    raise NoDatasetRows(bars=bars, symbols=names, unlabelled=unlabelled, featureless=featureless)


def _check_content(table: Table, columns: Sequence[str], label: Label) -> None:
    if label.kind == "class" and (table.label == table.label[0]).all():
        raise OneClassOnly(rows=len(table), value=table.label[0], label=text_of(label.spec))
    empty = [name for name, column in zip(columns, table.features.T, strict=True) if np.isnan(column).all()]
    if empty:
        raise FeatureWithoutValues(columns=", ".join(empty), rows=len(table))

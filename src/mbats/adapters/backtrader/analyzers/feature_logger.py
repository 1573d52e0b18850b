from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from backtrader.lineseries import LineSeriesStub

from mbats.adapters.backtrader.analyzers.journal_analyzer import JournalAnalyzer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbats.market.columns import FloatColumn

_PRICES = ("open", "high", "low", "close", "volume")


class FeatureLogger(JournalAnalyzer):
    """Prices and every indicator line of a run as a dataset: what a model can learn from.

    The result maps symbols to columns of one length: `time` and `known_at` (nanoseconds UTC), prices, each line of the
    strategy's indicators as ``Indicator.line`` (the second of a kind as ``Indicator_2.line``), and the columns that a
    signal strategy shows of itself.

    Parameters
    ----------
    folder
        Where to write one Parquet file a symbol; None: nowhere.
    """

    params: Any = (("folder", None),)

    def analyse(self) -> dict[str, Any]:
        """Return the columns by symbol."""
        datasets = {self.symbol(feed): self._columns(feed) for feed in self.strategy.datas}
        if self.p.folder is not None:
            write(datasets, Path(self.p.folder))
        return datasets

    def _columns(self, feed: Any) -> dict[str, Any]:
        bars = self.witness.simulation.market[self.symbol(feed)]
        columns: dict[str, Any] = {"time": bars.time, "known_at": bars.known_at}
        columns |= {name: bars.volume if name == "volume" else getattr(bars, name) for name in _PRICES}
        signals = getattr(self.strategy.p, "signals", None) or {}
        if feed._name in signals:
            columns |= signals[feed._name].columns
        return columns | dict(self._lines(feed, len(bars)))

    def _lines(self, feed: Any, length: int) -> Iterator[tuple[str, FloatColumn]]:
        counts: dict[str, int] = {}
        for indicator in self.strategy.getindicators_lines():
            kind = type(indicator).__name__
            if _feed_of(indicator, self.strategy.datas) is not feed:
                continue
            counts[kind] = counts.get(kind, 0) + 1
            name = kind if counts[kind] == 1 else f"{kind}_{counts[kind]}"
            for line, alias in zip(indicator.lines, indicator.lines.getlinealiases(), strict=False):
                values = np.full(length, np.nan)
                logged = np.array(line.array)[:length]
                values[: len(logged)] = logged
                yield f"{name}.{alias}", values


def logging_into(folder: Path) -> type[FeatureLogger]:
    """Return a feature logger that writes into `folder`."""

    class IntoFolder(FeatureLogger):
        params: Any = (("folder", folder),)

    return IntoFolder


def write(datasets: dict[str, dict[str, Any]], folder: Path) -> list[Path]:
    """Write one Parquet file a symbol into `folder` and return their paths."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for symbol, columns in datasets.items():
        times = {name: pa.array(columns[name], pa.timestamp("ns", "UTC")) for name in ("time", "known_at")}
        paths.append(folder / f"{symbol}.parquet")
        pq.write_table(pa.table(columns | times), paths[-1], compression="zstd")
    return paths


def _feed_of(indicator: Any, feeds: list[Any]) -> Any:
    """Return the feed whose bars an indicator follows, through whatever it is computed from."""
    clock = indicator
    while clock is not None:
        if isinstance(clock, LineSeriesStub):
            clock = clock.lines[0]
        for feed in feeds:
            if clock is feed or any(clock is line for line in feed.lines):
                return feed
        above = getattr(clock, "_clock", None)
        # Not `or`: the truth of a line is that of its present value.
        clock = getattr(getattr(clock, "_owner", None), "_clock", None) if above is None else above
    return None

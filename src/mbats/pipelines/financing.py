"""Dated financing rates between the series that keep them and the rates that a simulation charges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.errors.data import SeriesColumnMissing
from mbats.execution.financing import DatedRates
from mbats.secmaster import series
from mbats.secmaster.corporate_actions import series_name

if TYPE_CHECKING:
    from collections.abc import Container

    import pyarrow as pa

_RATES = ("long_rate", "short_rate")


def financing_series(symbol: str, vendor: str = "") -> str:
    """Return the name of the series with an instrument's financing rates, or with one vendor's own."""
    return series_name(f"{symbol}_{vendor}" if vendor else symbol, "financing")


def financing_of(symbol: str, vendor: str, known: Container[str]) -> str | None:
    """Return the series whose rates go with bars of `vendor`: its own, else those that no vendor owns, else None.

    Rates that were assumed for the generated market are its own, and so are never charged on anybody else's bars.
    """
    names = financing_series(symbol, vendor), financing_series(symbol)
    return next((name for name in names if name in known), None)


def rates_from(name: str, table: pa.Table) -> DatedRates:
    """Return the rates of a series with columns time, known_at, long_rate, short_rate and perhaps source.

    A rate counts from the moment it was known, `known_at`: a simulation may not charge by one published later.
    """
    columns = series.columns(table)
    for rate in _RATES:
        if rate not in columns:
            why, found = "yearly fractions, below zero when the holder pays", ", ".join(columns)
            raise SeriesColumnMissing(file=name, column=rate, why=why, found=found, option="its header")
    known, first = np.unique(columns["known_at"], return_index=True)
    long_rate, short_rate = (columns[rate][first].astype(np.float64) for rate in _RATES)
    source = str(columns["source"][0]) if "source" in columns and len(known) else "imported"
    return DatedRates(known, long_rate, short_rate, source)


def table_of(rates: DatedRates) -> pa.Table:
    """Return rates as a series, known from the moment they are valid."""
    return series.table(
        {
            "time": rates.time,
            "known_at": rates.time,
            "long_rate": rates.long_rate,
            "short_rate": rates.short_rate,
            "source": [rates.source] * len(rates.time),
        }
    )

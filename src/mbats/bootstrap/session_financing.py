"""Financing rates as a session's terms remember them: what a backtest of the session charges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.execution.financing import DatedRates, FinancingRates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.live.store import SessionTerms


def financing_told(rates: FinancingRates) -> dict[str, dict[str, Any]]:
    """Return rates as plain values."""
    return {
        symbol: {
            "time": one.time.tolist(),
            "long": one.long_rate.tolist(),
            "short": one.short_rate.tolist(),
            "source": one.source,
            "days": None if one.days_of_week is None else {str(day): n for day, n in one.days_of_week.items()},
        }
        for symbol, one in rates.by_symbol.items()
    }


def financing_of(terms: SessionTerms) -> FinancingRates | None:
    """Return the rates that a session was told; None: none are known."""
    told: Mapping[str, Mapping[str, Any]] = terms.options.get("financing") or {}
    return FinancingRates({symbol: _rates(facts) for symbol, facts in told.items()}) if told else None


def _rates(facts: Mapping[str, Any]) -> DatedRates:
    days = None if facts["days"] is None else {int(day): n for day, n in facts["days"].items()}
    return DatedRates(
        np.array(facts["time"], dtype=np.int64),
        np.array(facts["long"]),
        np.array(facts["short"]),
        facts["source"],
        days,
    )

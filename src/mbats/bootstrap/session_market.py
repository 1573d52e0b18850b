"""The instruments of a session, as its terms remember them: those traded, then the pairs that convert their money."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mbats.market.catalogue import known_instruments
from mbats.market.instrument import AssetClass, Instrument

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.live.store import SessionTerms

_FIGURES = ("pip", "tick", "lot", "margin_rate")


def market_told(instruments: Mapping[str, Instrument]) -> dict[str, dict[str, str]]:
    """Return instruments as plain values."""
    return {
        symbol: {"base": one.base, "quote": one.quote, **{name: str(getattr(one, name)) for name in _FIGURES}}
        for symbol, one in instruments.items()
    }


def market_of(terms: SessionTerms) -> dict[str, Instrument]:
    """Return the instruments of a session, in the order in which simulators treat them."""
    told: Mapping[str, Mapping[str, str]] = terms.options["market"]
    return {symbol: _instrument(symbol, facts) for symbol, facts in told.items()}


def _instrument(symbol: str, facts: Mapping[str, str]) -> Instrument:
    known = known_instruments().get(symbol)
    figures: dict[str, Any] = {name: Decimal(facts[name]) for name in _FIGURES}
    if known is not None:
        figures |= {"asset_class": known.asset_class, "exchange": known.exchange, "venue_symbols": known.venue_symbols}
    return Instrument(symbol, base=facts["base"], quote=facts["quote"], **({"asset_class": AssetClass.FX} | figures))

"""What cases trade: pairs and shares, with lots and margin rates that a catalogue has no example of."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from mbats.market.catalogue import fx_pair
from mbats.market.instrument import AssetClass, Instrument

PAIRS = {
    "EUR_USD": 1.1,
    "GBP_USD": 1.3,
    "NZD_USD": 0.6,
    "EUR_GBP": 0.85,
    "USD_JPY": 150.0,
    "GBP_JPY": 190.0,
    "AUD_NZD": 1.08,
    "USD_CHF": 0.9,
}
SHARES = {"ACME": 180.0, "RHEIN": 42.0, "FUJI": 2_900.0}
LEVELS = PAIRS | SHARES
WORTH = {"USD": 1.0, "EUR": 1.1, "GBP": 1.3, "NZD": 0.6, "CHF": 1.1, "JPY": 1 / 150}
"""Dollars for one of a currency, roughly."""

_LISTED = {"ACME": ("USD", "0.01", "XNYS"), "RHEIN": ("EUR", "0.005", "XETR"), "FUJI": ("JPY", "0.5", "XTKS")}


def instrument_of(rng, symbol: str) -> Instrument:
    """Return the terms of `symbol`."""
    instrument = _share(symbol) if symbol in SHARES else fx_pair(symbol)
    return replace(
        instrument,
        lot=Decimal(str(rng.choice(["1", "1", "1", "0.1", "100"]))),
        margin_rate=rng.choice([instrument.margin_rate, Decimal("0.01"), Decimal("0.5")]),
    )


def _share(symbol):
    quote, tick, exchange = _LISTED[symbol]
    return Instrument(
        symbol=symbol,
        asset_class=AssetClass.EQUITY,
        base=symbol,
        quote=quote,
        pip=Decimal("0.01"),
        tick=Decimal(tick),
        margin_rate=Decimal("0.25"),
        exchange=exchange,
    )

"""What a venue offers, and with which precision it takes orders."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.adapters.oanda.wire import decimal, plain
from mbats.errors.broker import MalformedAnswer, UnknownVenueInstrument
from mbats.execution.financing import DatedRates, FinancingRates
from mbats.market.catalogue import known_instruments
from mbats.market.instrument import AssetClass, Instrument

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mbats.adapters.oanda.client import Client


_DAYS = {
    name: day for day, name in enumerate(("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"))
}


class Instruments:
    """An account's instruments, asked for once."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: dict[str, Instrument] | None = None
        self._financing: dict[str, Mapping[str, Any]] = {}

    async def all(self) -> Mapping[str, Instrument]:
        """Return every instrument of the account by symbol."""
        if self._known is None:
            path = f"{self._client.access.account_path}/instruments"
            rows = (await self._client.get(path)).get("instruments")
            try:
                self._known = {str(row["name"]): _instrument(row) for row in rows or ()}
                self._financing = {str(row["name"]): row["financing"] for row in rows or () if row.get("financing")}
            except (KeyError, TypeError, AttributeError, ArithmeticError) as error:
                raise MalformedAnswer(url=self._client.access.url, path=path, why=f"an instrument: {error!r}") from None
        return self._known

    async def named(self, symbols: Iterable[str]) -> dict[str, Instrument]:
        """Return the instruments of these names.

        Raises
        ------
        UnknownVenueInstrument
            The account does not offer some of them.
        """
        wanted = list(dict.fromkeys(symbols))
        known = await self.all() if wanted else {}
        if unknown := [symbol for symbol in wanted if symbol not in known]:
            access = self._client.access
            raise UnknownVenueInstrument(url=access.url, symbols=", ".join(unknown), account=access.account)
        return {symbol: known[symbol] for symbol in wanted}

    async def financing(self, symbols: Iterable[str], since: int) -> FinancingRates:
        """Return the yearly rates that the venue states today, as if they held since a moment (nanoseconds UTC)."""
        await self.all()
        stated = {symbol: self._financing[symbol] for symbol in symbols if symbol in self._financing}
        return FinancingRates({symbol: _rates(row, since) for symbol, row in stated.items()})


def _rates(row: Mapping[str, Any], since: int) -> DatedRates:
    days = {_DAYS[one["dayOfWeek"]]: int(one["daysCharged"]) for one in row.get("financingDaysOfWeek") or ()}
    long_rate, short_rate = (np.array([float(decimal(row[name]))]) for name in ("longRate", "shortRate"))
    return DatedRates(np.array([since], dtype=np.int64), long_rate, short_rate, "the venue's instruments", days or None)


def _instrument(row: Mapping[str, Any]) -> Instrument:
    """Return the venue's figures upon what the catalogue knows; any instrument trades in FX hours until told better."""
    symbol = str(row["name"])
    base, _, quote = symbol.partition("_")
    unknown = Instrument(symbol, AssetClass.FX, base, quote, Decimal(1), Decimal(1), venue_symbols={"oanda": symbol})
    return replace(
        known_instruments().get(symbol, unknown),
        pip=_power(int(row["pipLocation"])),
        tick=_power(-int(row["displayPrecision"])),
        lot=_power(-int(row["tradeUnitsPrecision"])),
        margin_rate=decimal(row["marginRate"]),
    )


def _power(exponent: int) -> Decimal:
    return Decimal(plain(Decimal(1).scaleb(exponent)))

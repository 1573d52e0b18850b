"""Which of the master's sets of bars are meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.errors.data import HoldingUnclear, NoBars

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.market.timeframe import Alignment
    from mbats.secmaster.keys import BarKey
    from mbats.secmaster.repository import SecurityMaster


def matching(
    master: SecurityMaster,
    symbols: Sequence[str] = (),
    timeframe: str | None = None,
    vendor: str | None = None,
    alignment: Alignment | None = None,
) -> list[BarKey]:
    """Return the keys that fit what is said; what is not said, any key fits.

    Raises
    ------
    NoBars
        A named symbol has none, or nothing is there at all.
    """
    every = [holding.key for holding in master.holdings()]
    keys = _fitting(every, symbols, timeframe, vendor, alignment)
    absent = [symbol for symbol in symbols if not any(key.symbol == symbol for key in keys)]
    if absent or not keys:
        where = (f" of vendor {vendor}" if vendor else "") + (f" with alignment {alignment}" if alignment else "")
        raise NoBars(
            symbol=", ".join(absent) or "any symbol",
            timeframe=timeframe or "of any timeframe",
            where=where,
            known="; ".join(map(str, every)) or "none at all",
        )
    return keys


def available(
    master: SecurityMaster, timeframe: str, vendor: str | None = None, alignment: Alignment | None = None
) -> list[str]:
    """Return the symbols of which there are such bars, none if there are none."""
    every = [holding.key for holding in master.holdings()]
    return list(dict.fromkeys(key.symbol for key in _fitting(every, (), timeframe, vendor, alignment)))


def one_each(
    master: SecurityMaster,
    symbols: Sequence[str],
    timeframe: str,
    vendor: str | None = None,
    alignment: Alignment | None = None,
) -> list[BarKey]:
    """Return exactly one key for each symbol, in the order of `symbols`.

    Raises
    ------
    NoBars, HoldingUnclear
        A symbol has none, or several.
    """
    keys = matching(master, symbols, timeframe, vendor, alignment)
    chosen = []
    for symbol in dict.fromkeys(symbols):
        own = [key for key in keys if key.symbol == symbol]
        if len(own) > 1:
            raise HoldingUnclear(symbol=symbol, timeframe=timeframe, known="; ".join(map(str, own)))
        chosen += own
    return chosen


def _fitting(
    keys: Sequence[BarKey],
    symbols: Sequence[str],
    timeframe: str | None,
    vendor: str | None,
    alignment: Alignment | None,
) -> list[BarKey]:
    return [
        key
        for key in keys
        if (not symbols or key.symbol in symbols)
        and timeframe in {None, key.timeframe}
        and vendor in {None, key.vendor}
        and alignment in {None, key.alignment}
    ]

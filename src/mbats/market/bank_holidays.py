from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from mbats.errors.market import UnknownBankHolidays

if TYPE_CHECKING:
    from datetime import date

    from holidays import HolidayBase


class _Centre(NamedTuple):
    """Where a currency is paid, as the `holidays` library names it: a country or a financial calendar."""

    code: str
    subdivision: str | None = None
    categories: tuple[str, ...] = ("public",)


# Settlement systems where the library has them (Fedwire, TARGET, SIX), else the country's public holidays.
_FINANCIAL = {"USD": "XFED", "EUR": "XECB", "CHF": "XSWX"}
_CENTRES = {
    "AUD": _Centre("AU", "NSW"),
    "CAD": _Centre("CA", None, ("public", "government")),
    "CNH": _Centre("HK"),
    "CZK": _Centre("CZ"),
    "DKK": _Centre("DK"),
    "GBP": _Centre("GB", "ENG"),
    "HKD": _Centre("HK"),
    "HUF": _Centre("HU"),
    "INR": _Centre("IN"),
    "JPY": _Centre("JP", None, ("public", "bank")),
    "MXN": _Centre("MX"),
    "NOK": _Centre("NO"),
    "NZD": _Centre("NZ"),
    "PHP": _Centre("PH"),
    "PLN": _Centre("PL"),
    "RUB": _Centre("RU"),
    "SEK": _Centre("SE", None, ("public", "de_facto")),
    "SGD": _Centre("SG"),
    "THB": _Centre("TH"),
    "TRY": _Centre("TR"),
    "ZAR": _Centre("ZA"),
}


def is_business_day(currency: str, day: date) -> bool:
    """Tell whether banks pay `currency` on `day`: no weekend, no bank holiday.

    Raises
    ------
    UnknownBankHolidays
        When there is no calendar for the currency.
    """
    return day.weekday() < 5 and day not in _holidays(currency)


@cache
def _holidays(currency: str) -> HolidayBase:
    import holidays

    if currency in _FINANCIAL:
        return holidays.financial_holidays(_FINANCIAL[currency])
    if currency not in _CENTRES:
        raise UnknownBankHolidays(currency=currency, known=", ".join(sorted({*_FINANCIAL, *_CENTRES})))
    centre = _CENTRES[currency]
    return holidays.country_holidays(centre.code, subdiv=centre.subdivision, categories=centre.categories)

"""Value dates and financing days worked out by hand.

Rule: I. J. Clark, *Foreign Exchange Option Pricing* (Wiley 2011), chapter 1, settlement rules; financing for
``valuedate(d + 1) - valuedate(d)`` days as OANDA and other retail brokers charge it. Holidays: Federal Reserve
holiday schedule, TARGET closing days (ECB), Bank of England bank holidays, Cabinet Office of Japan, Payments Canada.
"""

from datetime import date, timedelta

import pytest

from mbats.errors.market import UnknownBankHolidays
from mbats.market.value_date import financing_days, value_date


def charges(pair: str, monday: date, days: int) -> list[int]:
    weekdays = [monday + timedelta(days=day) for day in range(days) if (monday + timedelta(days=day)).weekday() < 5]
    return [financing_days(*pair.split("_"), day) for day in weekdays]


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        ("EUR_USD", [1, 1, 3, 1, 1]),  # Wednesday's spot is Friday, Thursday's is Monday
        ("USD_JPY", [1, 1, 3, 1, 1]),
        ("EUR_GBP", [1, 1, 3, 1, 1]),
        ("USD_CAD", [1, 1, 1, 3, 1]),  # one-day spot: Thursday's is Friday, Friday's is Monday
        ("USD_TRY", [1, 1, 1, 3, 1]),
        ("EUR_CAD", [1, 1, 3, 1, 1]),  # only against USD is it one day
    ],
)
def test_a_week_without_holidays(pair: str, expected: list[int]) -> None:
    assert charges(pair, date(2024, 3, 4), 7) == expected


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        # Thursday 23 November 2023: Thanksgiving, and Labour Thanksgiving Day in Japan.
        # EUR_USD spots from Monday 20 on: 22, 24 (23 is no value date), 24 (23 may lie between), 27, 28, 29
        ("EUR_USD", [2, 0, 3, 1, 1]),
        # USD_JPY: 22, 24, 27 (23 may not lie between: Tokyo is closed), 27, 28, 29
        ("USD_JPY", [2, 3, 0, 1, 1]),
        # USD_CAD: 21, 22, 24, 24, 27, 28
        ("USD_CAD", [1, 2, 0, 3, 1]),
        # a cross is not paid while New York is closed
        ("EUR_GBP", [2, 0, 3, 1, 1]),
    ],
)
def test_thanksgiving(pair: str, expected: list[int]) -> None:
    assert charges(pair, date(2023, 11, 20), 7) == expected


def test_easter_in_euro() -> None:
    """TARGET is closed on Good Friday 29 March and Easter Monday 1 April 2024; New York's banks are open on both.

    Spots from Monday 25 March: 27, 28, 2 April, 3, 3, 3, 4, 5, 8.
    """
    assert charges("EUR_USD", date(2024, 3, 25), 11) == [1, 5, 1, 0, 0, 1, 1, 3, 1]


def test_independence_day() -> None:
    """Tuesday 4 July 2023. Spots from Monday 26 June: 28, 29, 30, 3 July, 5, 5, 6, 7, 10."""
    assert charges("EUR_USD", date(2023, 6, 26), 11) == [1, 1, 3, 2, 0, 1, 1, 3, 1]


def test_a_sunday_holiday_of_the_federal_reserve_moves_to_monday_and_a_saturday_one_nowhere() -> None:
    """4 July 2021 was a Sunday, kept on Monday 5; 4 July 2020 a Saturday: Friday 3 July 2020 is a value date."""
    assert value_date("EUR", "USD", date(2021, 7, 1)) == date(2021, 7, 6)
    assert value_date("EUR", "USD", date(2020, 7, 1)) == date(2020, 7, 3)


@pytest.mark.parametrize("pair", ["EUR_USD", "USD_JPY", "USD_CAD", "EUR_GBP", "AUD_NZD", "USD_TRY", "CHF_JPY"])
def test_charges_add_up_to_the_days_between_value_dates(pair: str) -> None:
    base, quote = pair.split("_")
    first, last = date(2015, 1, 5), date(2025, 1, 6)
    total = sum(charges(pair, first, (last - first).days))
    assert total == (value_date(base, quote, last) - value_date(base, quote, first)).days


def test_a_currency_without_a_calendar_is_named() -> None:
    with pytest.raises(UnknownBankHolidays, match="XAU"):
        value_date("XAU", "USD", date(2024, 3, 4))

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from mbats.market.bank_holidays import is_business_day

if TYPE_CHECKING:
    from collections.abc import Iterable

# Pairs whose spot is one day away; all others take two.
_ONE_DAY = frozenset(map(frozenset, [("USD", "CAD"), ("USD", "TRY"), ("USD", "PHP"), ("USD", "RUB")]))


@lru_cache(maxsize=1 << 16)
def value_date(base: str, quote: str, trading_day: date) -> date:
    """Return the day on which a spot trade of `trading_day` is paid.

    Usual market practice (I. J. Clark, *Foreign Exchange Option Pricing*, Wiley 2011, chapter 1, settlement rules):
    two good days after the trade, one for USD against CAD, TRY, PHP and RUB. The days on the way must be good in the
    currencies other than USD, so a US holiday may be the day in between; the value date itself must be good in both
    currencies and in New York, for crosses too.

    Parameters
    ----------
    trading_day
        Date on which the FX day ends, 17:00 New York; a weekday.
    """
    both, local = {base, quote, "USD"}, {base, quote} - {"USD"}
    between = trading_day if frozenset((base, quote)) in _ONE_DAY else _following(trading_day, local)
    return _following(between, both)


def financing_days(base: str, quote: str, trading_day: date) -> int:
    """Return for how many days a position held over 17:00 New York of `trading_day` is financed.

    ``value_date(next trading day) - value_date(trading_day)``: usually 3 on Wednesday (Thursday for one-day pairs) and
    1 on other days; 0, 2 and more around holidays. Over any stretch of trading days the charges add up to the days
    between the value dates of its ends. A venue's own figures win over this rule.
    """
    following = trading_day + timedelta(days=3 if trading_day.weekday() == 4 else 1)
    return (value_date(base, quote, following) - value_date(base, quote, trading_day)).days


def _following(day: date, currencies: Iterable[str]) -> date:
    day += timedelta(days=1)
    while not all(is_business_day(currency, day) for currency in currencies):
        day += timedelta(days=1)
    return day

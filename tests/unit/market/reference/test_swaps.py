from datetime import UTC, datetime

import pytest

from mbats.errors.market import CurrencyWithoutFixings
from mbats.market.local_time import nanoseconds
from mbats.market.reference.swaps import swap_rates

START, END = (nanoseconds(datetime(year, 3, 1, tzinfo=UTC)) for year in (2006, 2008))


def test_the_higher_yielding_currency_pays_its_holder_less_the_markup() -> None:
    rates = swap_rates("AUD_JPY", START, END)
    assert len(rates.time) == len(rates.long_rate) == len(rates.short_rate) == 3
    assert rates.time[0] == nanoseconds(datetime(2006, 1, 1, tzinfo=UTC)) <= START
    assert rates.long_rate[0] == pytest.approx(0.0575 - 0.0025 - 0.01)
    assert rates.short_rate[0] == pytest.approx(0.0025 - 0.0575 - 0.01)
    assert (rates.long_rate + rates.short_rate) == pytest.approx(-0.02)
    assert rates.source == "assumed"


def test_the_last_year_s_rates_go_on() -> None:
    later = nanoseconds(datetime(2031, 1, 1, tzinfo=UTC))
    assert len(swap_rates("EUR_USD", later, later + 1).time) == 1


def test_no_rate_is_assumed_for_a_currency_outside_the_market() -> None:
    with pytest.raises(CurrencyWithoutFixings, match="USD_TRY"):
        swap_rates("USD_TRY", START, END)

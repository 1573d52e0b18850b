import numpy as np
import pytest

from fakes.market import MONDAY, hourly
from mbats.errors.market import MissingRate, RateNotYetKnown
from mbats.market.conversion import Conversion, required
from mbats.market.local_time import HOUR


def test_home_is_worth_itself_at_any_time() -> None:
    assert Conversion("USD", {}).rate("USD", 0) == 1.0
    assert Conversion("USD", {}).column("USD", np.array([0, 1])).tolist() == [1.0, 1.0]


def test_a_pair_serves_in_both_directions() -> None:
    bars = {"EUR_USD": hourly("EUR_USD", [1.25])}
    assert Conversion("USD", bars).rate("EUR", MONDAY + HOUR) == 1.25
    assert Conversion("EUR", bars).rate("USD", MONDAY + HOUR) == 0.8


def test_profit_in_yen_is_divided_by_the_yen_s_rate() -> None:
    conversion = Conversion("USD", {"USD_JPY": hourly("USD_JPY", [160.0])})
    assert 1_600.0 * conversion.rate("JPY", MONDAY + HOUR) == 10.0


def test_a_cross_goes_over_one_currency_in_between() -> None:
    bars = {"USD_JPY": hourly("USD_JPY", [160.0]), "EUR_USD": hourly("EUR_USD", [1.25])}
    assert Conversion("EUR", bars).rate("JPY", MONDAY + HOUR) == pytest.approx(1 / 200)
    assert Conversion("JPY", bars).rate("EUR", MONDAY + HOUR) == pytest.approx(200)


def test_the_direct_pair_wins_over_a_detour() -> None:
    bars = {
        "EUR_JPY": hourly("EUR_JPY", [201.0]),
        "USD_JPY": hourly("USD_JPY", [160.0]),
        "EUR_USD": hourly("EUR_USD", [1.25]),
    }
    assert Conversion("JPY", bars).rate("EUR", MONDAY + HOUR) == 201.0


def test_a_close_counts_from_the_moment_it_is_known() -> None:
    conversion = Conversion("USD", {"EUR_USD": hourly("EUR_USD", [1.1, 1.2, 1.3], first_open=1.0)})
    assert conversion.rate("EUR", MONDAY + HOUR - 1) == 1.0  # no bar complete: the first open
    assert conversion.rate("EUR", MONDAY + HOUR) == 1.1
    assert conversion.rate("EUR", MONDAY + 2 * HOUR - 1) == 1.1
    assert conversion.rate("EUR", MONDAY + 2 * HOUR) == 1.2
    assert conversion.rate("EUR", MONDAY + 1_000 * HOUR) == 1.3
    assert conversion.rate("EUR", MONDAY) == 1.0  # asking backwards is allowed


def test_before_the_first_bar_there_is_no_rate() -> None:
    conversion = Conversion("USD", {"EUR_USD": hourly("EUR_USD", [1.1])})
    with pytest.raises(RateNotYetKnown, match="first bar of EUR_USD opens at 2024-01-07 23:00"):
        conversion.rate("EUR", MONDAY - 1)
    with pytest.raises(RateNotYetKnown):
        conversion.column("EUR", np.array([MONDAY - 1, MONDAY]))


def test_a_missing_rate_names_the_pairs_that_would_help() -> None:
    conversion = Conversion("USD", {"EUR_GBP": hourly("EUR_GBP", [0.85])})
    with pytest.raises(MissingRate) as caught:
        conversion.rate("JPY", MONDAY)
    assert "USD_JPY, or EUR_JPY with EUR_USD" in str(caught.value)
    assert "mbats data import" in str(caught.value)
    with pytest.raises(MissingRate):
        conversion.missing(["USD", "JPY"])
    Conversion("EUR", {"EUR_GBP": hourly("EUR_GBP", [0.85])}).missing(["GBP", "EUR"])


def test_what_is_required_of_what_is_available() -> None:
    available = ["EUR_USD", "USD_JPY", "EUR_GBP", "AAPL"]
    assert required("USD", ["USD", "JPY"], available) == ("USD_JPY",)
    assert required("USD", ["GBP"], available) == ("EUR_GBP", "EUR_USD")
    assert required("USD", [], []) == ()
    with pytest.raises(MissingRate, match="NZD_USD"):
        required("USD", ["NZD"], available)


def test_an_instrument_without_a_bar_converts_nothing() -> None:
    with pytest.raises(MissingRate):
        Conversion("USD", {"EUR_USD": hourly("EUR_USD", [1.1]).rows(0, 0)}).rate("EUR", MONDAY)

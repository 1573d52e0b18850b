from dataclasses import replace

import numpy as np

from fakes.market import MONDAY, hourly
from mbats.execution.costs import FREE, OANDA_US
from mbats.execution.financing import DatedRates, FinancingRates
from mbats.market.catalogue import equity
from mbats.pipelines.financing import financing_of, financing_series
from mbats.pipelines.not_modelled import not_modelled

DAY = 86_400 * 10**9
MARKET = {symbol: hourly(symbol, [1.1, 1.2, 1.3]) for symbol in ("EUR_USD", "GBP_USD")}


def rates(start: int) -> DatedRates:
    return DatedRates(np.array([start]), np.array([-0.02]), np.array([0.01]), "venue")


def test_every_instrument_without_rates_is_named():
    assert not_modelled(MARKET, OANDA_US, None) == (
        "Financing is not modelled for EUR_USD, GBP_USD: there are no dated rates.",
    )
    partly = FinancingRates({"EUR_USD": rates(MONDAY - DAY)})
    assert not_modelled(MARKET, OANDA_US, partly) == (
        "Financing is not modelled for GBP_USD: there are no dated rates.",
    )


def test_regression_rates_that_begin_after_the_run_are_told():
    late = FinancingRates({symbol: rates(MONDAY + 30 * DAY) for symbol in MARKET})
    said = not_modelled(MARKET, OANDA_US, late)
    assert said == tuple(f"Financing of {symbol} is not modelled before 2024-02-06." for symbol in MARKET)


def test_nothing_is_said_of_what_was_not_asked_for_or_is_there():
    assert not_modelled(MARKET, FREE, None) == ()
    assert not_modelled(MARKET, OANDA_US, FinancingRates({symbol: rates(MONDAY) for symbol in MARKET})) == ()


def test_dividends_of_shares_are_told():
    shares = {"AAPL": replace(MARKET["EUR_USD"], instrument=equity("AAPL"))}
    assert not_modelled(shares, FREE, None) == ("Dividends of AAPL are not modelled.",)


def test_regression_assumed_rates_of_the_generated_market_are_not_charged_on_real_bars():
    known = [financing_series("EUR_USD", "reference"), "corporate_actions_AAPL"]
    assert financing_of("EUR_USD", "reference", known) == financing_series("EUR_USD", "reference")
    assert financing_of("EUR_USD", "oanda", known) is None
    assert financing_of("EUR_USD", "oanda", [*known, "financing_EUR_USD"]) == "financing_EUR_USD"

"""What a position will be charged, by hand."""

from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest

from fakes.market import MONDAY, hourly
from mbats.execution.financing import DatedRates, FinancingRates
from mbats.market.local_time import HOUR
from mbats.pipelines.day_letter import financing_due

MARKET = {"EUR_USD": hourly("EUR_USD", [1.10, 1.10]), "USD_JPY": hourly("USD_JPY", [150.0, 150.0])}
YEARLY = DatedRates(np.array([0]), np.array([-0.0365]), np.array([0.0073]), "by hand")


def due(units, at=MONDAY + 2 * HOUR, rates=None):
    rates = FinancingRates({"EUR_USD": YEARLY, "USD_JPY": YEARLY}) if rates is None else rates
    return financing_due(units, MARKET, rates, "USD", at)


def test_a_position_is_charged_at_the_next_close_at_the_rate_of_its_side():
    euro, yen = due({"EUR_USD": Decimal(10_000), "USD_JPY": Decimal(-10_000)})
    assert euro.time == yen.time
    assert datetime.fromtimestamp(euro.time / 1e9, UTC).hour in {21, 22}
    assert euro.amount == pytest.approx(-10_000 * 1.10 * 0.0001)
    assert yen.amount == pytest.approx(10_000 * 0.00002)


def test_what_no_rate_is_known_of_is_not_guessed():
    [euro] = due({"EUR_USD": Decimal(10_000)}, rates=FinancingRates())
    assert euro.amount is None

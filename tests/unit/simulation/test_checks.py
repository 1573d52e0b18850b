"""What no simulator begins, whoever it is."""

from dataclasses import replace

import numpy as np
import pytest

from fakes.market import hourly
from mbats.errors.market import UnknownBankHolidays
from mbats.execution.costs import Costs, Spread, SpreadSource
from mbats.execution.fills import FillRules
from mbats.execution.financing import DatedRates, FinancingRates
from mbats.ledger.terms import Account
from mbats.market.conversion import Conversion
from mbats.portfolio.sizing import FixedUnits
from mbats.simulation.checks import check
from mbats.simulation.simulator import Allocation, Simulation

RATES = DatedRates(np.array([0]), np.array([-0.02]), np.array([0.01]), "a broker")


def financed(rates, **terms):
    """Return a simulation of a share in a currency whose bank holidays nobody knows."""
    bars = hourly("EUR_USD", [1.1, 1.2])
    bars = replace(bars, instrument=replace(bars.instrument, symbol="ACME", base="ACME"))
    asked = {"costs": Costs("fixed", Spread(SpreadSource.FIXED, 1.0)), "fills": FillRules.VENUE} | terms
    return Simulation(
        (Allocation(type("Any", (), {}), ("ACME",), FixedUnits()),),
        {"ACME": bars},
        Account(),
        Conversion("USD", {}),
        financing=FinancingRates({"ACME": rates}),
        **asked,
    )


def test_financing_days_that_nobody_can_count_are_refused_before_anything_is_held():
    with pytest.raises(UnknownBankHolidays, match=r"(?s)ACME.*venue's own financing days"):
        check(financed(RATES))


def test_a_venues_own_days_need_no_bank_holidays():
    check(financed(replace(RATES, days_of_week={0: 1, 2: 3})))


def test_days_that_nothing_is_charged_for_are_not_asked_for():
    check(financed(RATES, fills=FillRules.BACKTRADER))
    check(financed(RATES, costs=Costs("free", Spread(SpreadSource.NONE), financing=False)))

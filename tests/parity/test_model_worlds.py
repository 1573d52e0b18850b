"""One registered version in three worlds: kernel, Backtrader and a session over HTTP decide alike, bit for bit.

The version's walk-forward fits change hands inside the range, and the session sees bars as floats out of JSON.
"""

from dataclasses import replace

import numpy as np
import pytest

from fixtures.models import FEATURES, Workshop, planted_hours
from mbats.adapters.backtrader.simulator import BacktraderSimulator
from mbats.ledger.journal import Kind
from mbats.live.journal import journal
from mbats.market.local_time import DAY
from mbats.portfolio.sizing import FixedUnits
from mbats.secmaster.moments import instant
from mbats.simulation.kernel.simulator import KernelSimulator
from mbats.simulation.simulator import Allocation
from mbats.strategies.decision import decide_safely
from mbats.strategies.model_bracket import ModelBracket
from mbats.strategies.model_signal import beside
from parity.live_case import Case, over_http, simulated, simulated_fills

SIMULATORS = (KernelSimulator(), BacktraderSimulator())
BEGIN = instant("2024-01-01")
START = BEGIN + 63 * DAY
ENDS = [BEGIN + 56 * DAY, BEGIN + 65 * DAY, BEGIN + 67 * DAY]
DECIDED = ("time", "instrument", "units", "price", "stop", "target", "reason")


def case_of(workshop: Workshop, symbols, texts, estimator, read=()):
    market = planted_hours((*symbols, *read), days=71)
    version = workshop.version(market, ENDS, features=texts, estimator=estimator)
    strategy = ModelBracket(threshold=0.04, stop_atr=1.5, max_bars=12).bound_to(workshop.scorer(version))
    return version, Case(market, [Allocation(strategy, tuple(symbols), FixedUnits(10_000))], START)


def decisions(told):
    """What was decided, in one order for instruments of one moment."""
    rows = told.rows(Kind.DECISION)
    columns = {name: getattr(told, name)[rows] for name in DECIDED}
    columns |= told.extras
    order = np.lexsort((columns["instrument"], columns["time"]))
    return {name: column[order] for name, column in columns.items()}


@pytest.mark.parametrize(
    ("symbols", "texts", "estimator", "read"),
    [
        (("EUR_USD", "USD_JPY"), (*FEATURES, "fading:14"), "lightgbm", ()),
        (("EUR_USD",), FEATURES, "logistic", ()),
        (("EUR_USD",), (*FEATURES, "other_return:GBP_USD"), "lightgbm", ("GBP_USD",)),
    ],
)
def test_one_version_decides_alike_in_three_worlds(workshop, symbols, texts, estimator, read):
    version, case = case_of(workshop, symbols, texts, estimator, read)
    traded = over_http(case)
    placed = [replace(one, strategy=beside(one.strategy, case.bars.__getitem__)) for one in case.shares]
    journals = [simulated(replace(case, shares=placed), simulator) for simulator in SIMULATORS]
    session = journal(traded.record.terms, traded.record.entries, traded.record.instruments)
    live = decisions(session)
    assert len(live["time"]) > 20
    for told in journals:
        assert simulated_fills(case, told) == traded.fills(case)
        found = decisions(told)
        assert {*found} == {*live}
        for name, column in live.items():
            np.testing.assert_array_equal(found[name][: len(column)], column, err_msg=name)
    used = {row for time in live["time"] for row, fit in enumerate(version.fits) if _in_use(fit, time)}
    assert used == {0, 1, 2}


@pytest.mark.parametrize("estimator", ["lightgbm", "logistic"])
def test_a_session_scores_at_each_close_what_a_backtest_scores_at_once(workshop, estimator):
    """Also the bars that lead to nothing, which leave no decision behind."""
    _, case = case_of(workshop, ("EUR_USD",), (*FEATURES, "fading:14"), estimator)
    [share], bars = case.shares, case.bars["EUR_USD"]
    whole = decide_safely(share.strategy, bars)
    fresh = share.strategy.bound_to(workshop.scorer(share.strategy.scorer.version))
    for stop in range(len(bars) - 60, len(bars) + 1):
        seen = decide_safely(fresh, bars.rows(0, stop))
        np.testing.assert_array_equal(seen.columns["score"], whole.columns["score"][:stop])
        np.testing.assert_array_equal(seen.side, whole.side[:stop])
        np.testing.assert_array_equal(seen.stop_distance, whole.stop_distance[:stop])


def _in_use(fit, time):
    return fit.usable_from < time and (fit.usable_until is None or time <= fit.usable_until)

"""Scores of which is known what they are worth: the sign of a planted signal, noise, and foresight."""

import numpy as np
import pytest

from mbats.errors.scoring import NothingScored
from mbats.execution.costs import OANDA_US
from mbats.execution.financing import DatedRates, FinancingRates
from mbats.ledger.daily import daily_figures
from mbats.ledger.day_ends import DayEnds
from mbats.ledger.terms import Account
from mbats.market.conversion import Conversion
from mbats.market.planted import planted
from mbats.market.timeframe import Timeframe
from mbats.models.scoring.given import GivenScores
from mbats.pipelines.model_trading import traded
from mbats.portfolio.sizing import PercentRisk
from mbats.secmaster.moments import instant
from mbats.simulation.kernel.kernel import Kernel
from mbats.simulation.simulator import Allocation
from mbats.strategies.model_bracket import ModelBracket

START, END = instant("2024-01-01"), instant("2024-06-01")


@pytest.fixture(scope="module")
def market():
    return planted(["EUR_USD", "USD_JPY"], Timeframe("H1"), START, END, signal=0.25)


def drift(bars):
    scores = np.full(len(bars), np.nan)
    scores[12:] = 0.5 + 0.1 * np.sign(bars.close[12:] - bars.close[:-12])
    return bars.time, scores


def test_a_known_signal_earns_and_costs_take_their_part(market):
    found = traded(GivenScores({symbol: drift(bars) for symbol, bars in market.items()}), market)
    assert found.gross_sharpe > found.sharpe > 3
    assert found.gross_profit > found.net_profit > 0
    assert found.days == len(found.returns) == len(found.gross_returns)
    assert found.trades > 100
    assert found.turnover > 100
    assert set(found.figures()) == {
        "net_profit", "gross_profit", "sharpe", "gross_sharpe", "days", "periods_per_year",
        "trades", "turnover", "max_drawdown", "skewness", "kurtosis",
    }  # fmt: skip


def test_the_opposite_of_a_signal_loses(market):
    opposite = {symbol: (bars.time, 1.0 - drift(bars)[1]) for symbol, bars in market.items()}
    assert traded(GivenScores(opposite), market).gross_sharpe < -3


def test_it_is_the_kernel_on_the_scored_bars(market):
    bars = market["EUR_USD"]
    scorer = GivenScores({"EUR_USD": drift(bars)})
    found = traded(scorer, {"EUR_USD": bars})
    window, conversion = {"EUR_USD": bars.rows(12, len(bars))}, Conversion("USD", {"EUR_USD": bars})
    share = Allocation(_Whole(history=bars).bound_to(scorer), ("EUR_USD",), PercentRisk(0.25))
    journal = Kernel(window, Account(), conversion, OANDA_US).run([share])
    daily = daily_figures(journal, DayEnds.of(window, conversion, Account(), OANDA_US))
    np.testing.assert_array_equal(found.returns, daily.returns)
    assert found.net_profit == daily.figures["net_profit"]


def test_nights_are_charged_by_the_dated_rates(market):
    bars = market["EUR_USD"]
    scorer = GivenScores({"EUR_USD": drift(bars)})
    dear = FinancingRates({"EUR_USD": DatedRates(bars.time[:1], np.array([-0.5]), np.array([-0.5]), "made up")})
    free, charged = (traded(scorer, {"EUR_USD": bars}, financing=rates) for rates in (None, dear))
    assert charged.net_profit < free.net_profit
    assert (charged.gross_profit, charged.trades) == (free.gross_profit, free.trades)


class _Whole(ModelBracket):
    """Decides on all bars and hands over the last ones."""

    history: object

    def decide(self, bars):
        whole = super().decide(self.history)
        first = len(self.history) - len(bars)
        columns = {name: getattr(whole, name)[first:] for name in ("side", "stop_distance", "target_distance")}
        return type(whole)(**columns)


def test_a_period_of_its_own(market):
    scorer = GivenScores({symbol: drift(bars) for symbol, bars in market.items()})
    whole, part = traded(scorer, market), traded(scorer, market, start=instant("2024-05-01"))
    assert part.days < whole.days / 3


def test_nothing_scored_is_said(market):
    with pytest.raises(NothingScored, match="says nothing"):
        traded(GivenScores({}), market)
    with pytest.raises(NothingScored):
        traded(GivenScores({}), market, start=END)

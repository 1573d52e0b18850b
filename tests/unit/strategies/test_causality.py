import numpy as np
import pytest

from mbats.errors.strategy import StrategyFailed, TooFewBars
from mbats.features.indicators.moving_average import sma
from mbats.market.panel import align
from mbats.strategies.causality import check_causality
from mbats.strategies.samples.momentum_panel import MomentumPanel
from mbats.strategies.samples.rsi_bracket import RsiBracket
from mbats.strategies.samples.rsi_stochastic_bracket import RsiStochasticBracket
from mbats.strategies.signal import Signals, SignalStrategy
from mbats.strategies.target import Targets, TargetStrategy


class Shows(SignalStrategy):
    """Shows an honest column beside one that `look` makes; decides nothing."""

    def decide(self, bars):
        columns = {"honest": sma(bars.close, 5), "suspect": self.look(bars)}
        return Signals(np.zeros(len(bars), dtype=np.int8), columns=columns)

    def look(self, bars):
        raise NotImplementedError


class ForwardReturn(Shows):
    def look(self, bars):
        return np.append(bars.close[1:] / bars.close[:-1] - 1.0, np.nan)


class PastReturn(Shows):
    def look(self, bars):
        return np.append(np.nan, bars.close[1:] / bars.close[:-1] - 1.0)


class CentredAverage(Shows):
    def look(self, bars):
        return np.convolve(bars.close, np.ones(5) / 5, mode="same")


class WholeSampleZScore(Shows):
    def look(self, bars):
        return (bars.close - bars.close.mean()) / bars.close.std()


class FilledBackwards(Shows):
    def look(self, bars):
        sparse = np.where(np.arange(len(bars)) % 10 == 9, bars.close, np.nan)
        rows = np.arange(len(bars)) // 10 * 10 + 9
        return sparse[np.minimum(rows, len(bars) - 1)]


class CountsTheFuture(Shows):
    def look(self, bars):
        return np.arange(len(bars), 0, -1, dtype=float)


class Spread(Shows):
    """Looks at tomorrow's volume, not at a price."""

    def look(self, bars):
        return np.append(bars.volume[1:], 0.0)


@pytest.mark.parametrize("strategy", [RsiBracket(), RsiStochasticBracket(), PastReturn()])
def test_honest_strategies_are_proven(bars, strategy):
    result = check_causality(strategy, bars)
    assert result.proven
    assert len(result.cuts) >= 6


@pytest.mark.parametrize(
    "cheat", [ForwardReturn, CentredAverage, WholeSampleZScore, FilledBackwards, CountsTheFuture, Spread]
)
def test_regression_a_column_that_looks_ahead_is_named_and_its_honest_neighbour_is_not(bars, cheat):
    result = check_causality(cheat(), bars)
    assert {leak.column for leak in result.leaks} == {"columns.suspect"}
    leak = result.leaks[0]
    assert leak.row <= leak.cut
    assert leak.time == bars.time[leak.row]


def test_regression_a_forward_return_that_is_the_past_return_is_told_from_a_real_one(bars):
    assert check_causality(PastReturn(), bars).proven
    assert not check_causality(ForwardReturn(), bars).proven


class PeeksOnce(SignalStrategy):
    """Decides by tomorrow's close on a single bar: only a cut at the decision itself can see it."""

    def decide(self, bars):
        side = np.zeros(len(bars), dtype=np.int8)
        if len(bars) > 238:
            side[237] = 1 if bars.close[238] > bars.close[237] else -1
        return Signals(side)


def test_looking_ahead_on_one_decision_alone_is_found(bars):
    leaks = check_causality(PeeksOnce(), bars).leaks
    assert [(leak.column, leak.row) for leak in leaks] == [("side", 237)]


class PeeksAtTheExit(SignalStrategy):
    def decide(self, bars):
        return Signals(np.zeros(len(bars), dtype=np.int8), exit_long=np.append(bars.close[1:] < bars.close[:-1], False))


def test_every_field_of_a_decision_is_compared(bars):
    assert {leak.column for leak in check_causality(PeeksAtTheExit(), bars).leaks} == {"exit_long"}


class Remembers(SignalStrategy):
    def decide(self, bars):
        _calls.append(1)
        return Signals(np.zeros(len(bars), dtype=np.int8), columns={"calls": np.full(len(bars), float(len(_calls)))})


_calls: list[int] = []


class Chance(SignalStrategy):
    def decide(self, bars):
        return Signals(np.random.default_rng().integers(-1, 2, len(bars)))


@pytest.mark.parametrize("strategy", [Remembers(), Chance()])
def test_two_calls_that_differ_are_found(bars, strategy):
    assert not check_causality(strategy, bars).proven


class Insists(SignalStrategy):
    def decide(self, bars):
        if np.isnan(bars.close).any():
            raise ValueError("no NaN, please")
        return Signals(np.zeros(len(bars), dtype=np.int8))


def test_a_strategy_may_refuse_bars_without_prices_and_the_check_says_so(bars):
    result = check_causality(Insists(), bars)
    assert result.proven
    assert result.notes == ("could not be tried with a future that is missing: ValueError: no NaN, please",)


class NeedsTheWholeSample(SignalStrategy):
    def decide(self, bars):
        if len(bars) < 400:
            raise ValueError("too short")
        return Signals(np.zeros(len(bars), dtype=np.int8))


def test_a_strategy_that_cannot_decide_on_the_beginning_alone_fails(bars):
    with pytest.raises(StrategyFailed, match="too short"):
        check_causality(NeedsTheWholeSample(), bars)


class BestOfTomorrow(TargetStrategy):
    def decide(self, panel):
        tomorrow = np.vstack([panel.close[1:], panel.close[-1:]])
        risk = np.sign(tomorrow - panel.close)
        risk[:, 1] = 0.0
        return Targets(risk)


def test_a_panel_names_the_instrument_whose_target_looks_ahead(make_bars):
    panel = align({"EUR_USD": make_bars("EUR_USD"), "GBP_USD": make_bars("GBP_USD", seed=2)})
    assert {leak.column for leak in check_causality(BestOfTomorrow(), panel).leaks} == {"risk EUR_USD"}
    assert check_causality(MomentumPanel(lookback=20, volatility_period=10, rebalance=5), panel).proven


def test_too_few_bars_prove_nothing(make_bars):
    with pytest.raises(TooFewBars, match="EUR_USD H1, 20 bars"):
        check_causality(RsiBracket(), make_bars(rows=20))

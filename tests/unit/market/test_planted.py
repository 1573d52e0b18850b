import numpy as np
import pytest

from fakes.tapes import at
from mbats.errors.market import CurrencyNotPlanted, SignalTooStrong
from mbats.market.bars import Bars
from mbats.market.planted import LAGS, planted
from mbats.market.timeframe import Timeframe

H1 = Timeframe("H1")


def coefficient(bars: Bars) -> float:
    """Return the correlation of a bar's return with the sign of the move over the twelve bars before."""
    closes, returns = np.log(bars.close), np.log(bars.close / bars.open)
    past = closes[LAGS:-1] - closes[: -LAGS - 1]
    return float(np.corrcoef(np.sign(past), returns[LAGS + 1 :])[0, 1])


@pytest.mark.parametrize("signal", [0.0, 0.05, -0.2])
def test_the_signal_is_as_strong_as_it_is_said_to_be(signal: float) -> None:
    market = planted(["EUR_USD", "USD_JPY"], H1, at("2005-01-03"), at("2025-01-01"), signal=signal)
    for bars in market.values():
        four_errors = 4 / np.sqrt(len(bars))
        assert abs(coefficient(bars) - signal) < four_errors < 0.012


def test_nothing_else_is_in_it() -> None:
    bars = planted(["EUR_USD"], H1, at("2005-01-03"), at("2025-01-01"), signal=0.0)["EUR_USD"]
    returns = np.log(bars.close / bars.open)
    lagged = [np.corrcoef(returns[lag:], returns[:-lag])[0, 1] for lag in range(1, 51)]
    assert np.abs(lagged).max() < 4 / np.sqrt(len(bars))


def test_a_longer_market_begins_with_the_shorter_one() -> None:
    short, long = (
        planted(["EUR_GBP"], H1, at("2024-01-01"), at(end))["EUR_GBP"] for end in ("2024-02-01", "2024-06-01")
    )
    assert short.bid is not None
    assert long.bid is not None
    assert short.bid.low.tobytes() == long.bid.low[: len(short)].tobytes()
    assert planted(["EUR_GBP"], H1, at("2024-01-01"), at("2024-02-01"), seed=1)["EUR_GBP"].close[5] != short.close[5]


def test_its_bars_are_bars_and_no_loop_of_pairs_pays() -> None:
    market = planted(["EUR_USD", "EUR_GBP", "GBP_USD"], H1, at("2024-01-01"), at("2024-06-01"))
    for bars in market.values():
        assert bars.bid is not None
        assert bars.ask is not None
        assert bars.synthetic
        for side in (bars.bid, bars.ask):
            assert (side.high >= np.maximum(side.open, side.close)).all()
            assert (side.low <= np.minimum(side.open, side.close)).all()
        assert (bars.ask.low > bars.bid.low).all()
    one, cross, other = (market[name] for name in ("EUR_USD", "EUR_GBP", "GBP_USD"))
    assert one.ask is not None
    assert cross.bid is not None
    assert other.bid is not None
    assert (cross.bid.close * other.bid.close <= one.ask.close).all()


def test_what_cannot_be_planted_is_refused() -> None:
    with pytest.raises(CurrencyNotPlanted, match="TRY"):
        planted(["USD_TRY"], H1, 0, 1)
    with pytest.raises(SignalTooStrong):
        planted(["EUR_USD"], H1, 0, 1, signal=1.0)

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import Field, model_validator

from mbats.features.indicators.rsi import rsi
from mbats.features.indicators.stochastic import stochastic
from mbats.features.indicators.thresholds import multiple, outside
from mbats.features.indicators.true_range import atr
from mbats.strategies.signal import Signals, SignalStrategy

if TYPE_CHECKING:
    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn


class RsiBracket(SignalStrategy):
    """Fade the RSI inside a bracket: buy when it is low, sell when it is high, leave by a stop or a target of some ATR.

    Market entries while flat; the Stochastic is computed and shown, but does not decide. A bar on which any indicator
    has no value decides nothing.
    """

    rsi_period: int = Field(30, ge=2, le=500, description="bars of the RSI")
    rsi_low: float = Field(40.0, ge=0, le=100, description="buy below this RSI")
    rsi_high: float = Field(60.0, ge=0, le=100, description="sell above this RSI")
    stochastic_period: int = Field(20, ge=2, le=500, description="bars of the Stochastic's range")
    stochastic_k: int = Field(3, ge=1, le=50, description="bars that smooth %K")
    stochastic_d: int = Field(3, ge=1, le=50, description="bars that smooth %D")
    atr_period: int = Field(5, ge=1, le=500, description="bars of the ATR")
    stop_atr: float = Field(1.0, gt=0, le=20, description="distance of the stop in ATR")
    target_atr: float = Field(2.0, gt=0, le=50, description="distance of the target in ATR")

    @model_validator(mode="after")
    def _thresholds_in_order(self) -> Self:
        if self.rsi_low >= self.rsi_high:
            raise ValueError(f"rsi_low ({self.rsi_low}) must be below rsi_high ({self.rsi_high})")
        return self

    def decide(self, bars: Bars) -> Signals:
        """Return a bracket order for every bar whose RSI is beyond a threshold."""
        columns = self._indicators(bars)
        strength, *others = columns.values()
        return Signals(
            side=outside(strength, self.rsi_low, self.rsi_high, *others),
            stop_distance=multiple(columns["atr"], self.stop_atr),
            target_distance=multiple(columns["atr"], self.target_atr),
            columns=columns,
        )

    def _indicators(self, bars: Bars) -> dict[str, FloatColumn]:
        high, low, close = bars.high, bars.low, bars.close
        k, d = stochastic(
            high, low, close, self.stochastic_period, smooth_k=self.stochastic_k, smooth_d=self.stochastic_d
        )
        return {
            "rsi": rsi(close, self.rsi_period),
            "stoch_k": k,
            "stoch_d": d,
            "atr": atr(high, low, close, self.atr_period),
        }

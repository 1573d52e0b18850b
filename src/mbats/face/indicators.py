"""Indicators for strategies; each has NaN before its first value, and row t reads rows up to t."""

from mbats.features.indicators.extremes import highest, lowest
from mbats.features.indicators.moving_average import sma, smma
from mbats.features.indicators.rsi import rsi
from mbats.features.indicators.stochastic import stochastic
from mbats.features.indicators.true_range import atr, true_range

__all__ = ["atr", "highest", "lowest", "rsi", "sma", "smma", "stochastic", "true_range"]

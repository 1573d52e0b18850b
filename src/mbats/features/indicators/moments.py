"""Moments of rolling windows, each window summed by itself in one order: the same bits from any starting row.

A block of rows is summed side by side, so the machine adds several windows at a time; differences are taken from each
window's newest value, so nothing is lost where values are large and differ little.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mbats.compiled import compiled
from mbats.features.indicators.sharing import shared

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn

_BLOCK = 512


class Moments(NamedTuple):
    """Mean of each window, and the sums of the second to fourth powers of what differs from it; each of shape (n,)."""

    mean: FloatColumn
    second: FloatColumn
    third: FloatColumn
    fourth: FloatColumn


class Products(NamedTuple):
    """Sums over each window: squares of what differs from the mean in the one and in the other, and their product."""

    one: FloatColumn
    other: FloatColumn
    both: FloatColumn


@shared
def squares(values: FloatColumn, period: int) -> FloatColumn:
    """Return the sum of squared differences from the mean of the last `period` values.

    Shape (n,); NaN while the window is not full or holds a NaN.
    """
    return _squares(values, period)


@shared
def moments(values: FloatColumn, period: int) -> Moments:
    """Return what variance, skewness and kurtosis of the last `period` values are made of; NaN as in `squares`."""
    return Moments(*_moments(values, period))


@shared
def products(one: FloatColumn, other: FloatColumn, period: int) -> Products:
    """Return what correlation and regression of the last `period` pairs are made of; NaN as in `squares`."""
    return Products(*_products(one, other, period))


@shared
def mean_deviation(values: FloatColumn, mean: FloatColumn, period: int) -> FloatColumn:
    """Return the mean absolute difference of the last `period` values from `mean`; shape (n,), NaN as in `squares`."""
    return _mean_deviation(values, mean, period)


@shared
def weighted_sum(values: FloatColumn, weights: FloatColumn) -> FloatColumn:
    """Return the sum of the last ``len(weights)`` values, each times its weight, the newest first; shape (n,)."""
    return _weighted_sum(values, weights)


@compiled
def _squares(values: FloatColumn, period: int) -> FloatColumn:
    result = np.full(len(values), np.nan)
    for begin in range(period - 1, len(values), _BLOCK):
        newest = values[begin : begin + _BLOCK]
        size = len(newest)
        first, second = np.zeros(size), np.zeros(size)
        for lag in range(1, period):
            window = values[begin - lag : begin - lag + size]
            for row in range(size):
                difference = window[row] - newest[row]
                first[row] += difference
                second[row] += difference * difference
        for row in range(size):
            # Rounding may fall below 0, if only by a hair; a maximum would take a missing value for 0.
            result[begin + row] = abs(second[row] - first[row] * first[row] / period)
    return result


@compiled
def _moments(values: FloatColumn, period: int) -> tuple[FloatColumn, FloatColumn, FloatColumn, FloatColumn]:
    result = np.full((4, len(values)), np.nan)
    for begin in range(period - 1, len(values), _BLOCK):
        newest = values[begin : begin + _BLOCK]
        size = len(newest)
        sums = np.zeros((4, size))
        for lag in range(1, period):
            window = values[begin - lag : begin - lag + size]
            for row in range(size):
                difference = window[row] - newest[row]
                square = difference * difference
                sums[0, row] += difference
                sums[1, row] += square
                sums[2, row] += square * difference
                sums[3, row] += square * square
        for row in range(size):
            mean, second = sums[0, row] / period, sums[1, row]
            third, fourth = sums[2, row], sums[3, row]
            result[0, begin + row] = newest[row] + mean
            result[1, begin + row] = second - period * mean**2
            result[2, begin + row] = third - 3.0 * mean * second + 2.0 * period * mean**3
            result[3, begin + row] = fourth - 4.0 * mean * third + 6.0 * mean**2 * second - 3.0 * period * mean**4
    return result[0], result[1], result[2], result[3]


@compiled
def _products(one: FloatColumn, other: FloatColumn, period: int) -> tuple[FloatColumn, FloatColumn, FloatColumn]:
    result = np.full((3, len(one)), np.nan)
    for begin in range(period - 1, len(one), _BLOCK):
        newest, beside = one[begin : begin + _BLOCK], other[begin : begin + _BLOCK]
        size = len(newest)
        sums = np.zeros((5, size))
        for lag in range(1, period):
            window, around = one[begin - lag : begin - lag + size], other[begin - lag : begin - lag + size]
            for row in range(size):
                left, right = window[row] - newest[row], around[row] - beside[row]
                sums[0, row] += left
                sums[1, row] += right
                sums[2, row] += left * left
                sums[3, row] += right * right
                sums[4, row] += left * right
        for row in range(size):
            left, right = sums[0, row], sums[1, row]
            result[0, begin + row] = sums[2, row] - left * left / period
            result[1, begin + row] = sums[3, row] - right * right / period
            result[2, begin + row] = sums[4, row] - left * right / period
    return result[0], result[1], result[2]


@compiled
def _mean_deviation(values: FloatColumn, mean: FloatColumn, period: int) -> FloatColumn:
    result = np.full(len(values), np.nan)
    for begin in range(period - 1, len(values), _BLOCK):
        centre = mean[begin : begin + _BLOCK]
        size = len(centre)
        total = np.zeros(size)
        for lag in range(period):
            window = values[begin - lag : begin - lag + size]
            for row in range(size):
                total[row] += abs(window[row] - centre[row])
        result[begin : begin + size] = total / period
    return result


@compiled
def _weighted_sum(values: FloatColumn, weights: FloatColumn) -> FloatColumn:
    period = len(weights)
    result = np.full(len(values), np.nan)
    for begin in range(period - 1, len(values), _BLOCK):
        size = min(_BLOCK, len(values) - begin)
        total = np.zeros(size)
        for lag in range(period):
            window, weight = values[begin - lag : begin - lag + size], weights[lag]
            for row in range(size):
                total[row] += window[row] * weight
        result[begin : begin + size] = total
    return result

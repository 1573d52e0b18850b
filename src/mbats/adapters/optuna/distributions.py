"""A space's axes in Optuna's words, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

from mbats.pipelines.sweep.axis import Choices, Interval, Steps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.pipelines.sweep.axis import Axis
    from mbats.pipelines.sweep.space import Space

_DIGITS = 9


def distributions(space: Space) -> dict[str, BaseDistribution]:
    """Return what to draw for each axis."""
    return {axis.name: _distribution(axis) for axis in space.axes}


def values(space: Space, draw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the axes that Optuna's draw means: steps exactly, other real numbers to nine digits."""
    return {axis.name: _value(axis, draw[axis.name]) for axis in space.axes}


def drawn(space: Space, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the draw that means these values of the axes."""
    return {axis.name: _plain(axis, chosen[axis.name]) for axis in space.axes}


def _distribution(axis: Axis) -> BaseDistribution:
    if isinstance(axis, Steps):
        return _stepped(axis)
    if isinstance(axis, Interval):
        if axis.integer:
            return IntDistribution(int(axis.low), int(axis.high), log=axis.log)
        return FloatDistribution(axis.low, axis.high, log=axis.log)
    return CategoricalDistribution(axis.described()["values"])


def _stepped(axis: Steps) -> BaseDistribution:
    first, last = axis.value(0), axis.value(axis.count - 1)
    if axis.integer:
        return IntDistribution(int(first), int(last), step=int(axis.step))
    return FloatDistribution(first, last, step=float(axis.step))


def _value(axis: Axis, draw: Any) -> Any:
    if isinstance(axis, Steps):
        return axis.value(round((draw - float(axis.first)) / float(axis.step)))
    if isinstance(axis, Interval):
        return int(draw) if axis.integer else min(max(float(f"{draw:.{_DIGITS}g}"), axis.low), axis.high)
    return axis.value(axis.described()["values"].index(draw))


def _plain(axis: Axis, value: Any) -> Any:
    if isinstance(axis, Choices):
        plain = axis.described()["values"]
        return value if value in plain else str(value)
    return value

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from mbats.errors.strategy import InvalidParameter
from mbats.errors.sweep import AxisTwice, NothingToSearch, NoValidCell, StepMissing, TooManyCells
from mbats.pipelines.sweep.axis import Interval
from mbats.pipelines.sweep.cell import Cell
from mbats.strategies.parameters import configure_class, parameter_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mbats.pipelines.sweep.axis import Axis

_EXACT_BELOW = 10**15
_PATIENCE = 1_000_000
"""Refused combinations in a row after which a space counts as empty."""


class Space:
    """Every combination of the values of some axes, numbered from 0, the last axis turning fastest.

    A combination is made when it is asked for by number (mixed radix), so a space may be larger than any memory.

    Parameters
    ----------
    cls, fixed
        The strategy, and the parameters that stay as they are.

    Raises
    ------
    NothingToSearch, AxisTwice
    """

    def __init__(self, cls: type[Any], fixed: Mapping[str, Any], axes: Sequence[Axis]) -> None:
        if not axes:
            raise NothingToSearch(strategy=cls.__name__, known=", ".join(parameter_names(cls)) or "none")
        seen = {name: f"{name}={value}" for name, value in fixed.items()}
        for axis in axes:
            told = _told(axis)
            if axis.name in seen:
                raise AxisTwice(name=axis.name, first=seen[axis.name], second=told)
            seen[axis.name] = told
        self.cls, self.fixed = cls, dict(fixed)
        self.axes = tuple(axes)
        self._problem = ""

    @property
    def size(self) -> int:
        """How many combinations there are, valid or not."""
        return prod(axis.count for axis in self.axes)

    def bounded(self, limit: int) -> Space:
        """Return this space if a grid of it has an end and is no larger than `limit`.

        Raises
        ------
        StepMissing, TooManyCells
        """
        for axis in self.axes:
            if isinstance(axis, Interval):
                raise StepMissing(name=axis.name, low=axis.low, high=axis.high)
        if self.size > limit:
            cells = f"{self.size:,}" if self.size < _EXACT_BELOW else f"some 10^{len(str(self.size)) - 1}"
            raise TooManyCells(cells=cells, limit=limit)
        return self

    def first(self) -> Cell:
        """Return the first combination that the strategy takes.

        Raises
        ------
        NoValidCell
        """
        cells = (cell for number in range(min(self.size, _PATIENCE)) if (cell := self.cell(number)))
        if found := next(cells, None):
            return found
        raise NoValidCell(cells=self.size, strategy=self.cls.__name__, problem=self._problem)

    def cell(self, number: int) -> Cell | None:
        """Return combination `number`, or None where the strategy refuses it."""
        parameters = self.parameters(self.values(number))
        return None if parameters is None else Cell(number, parameters)

    def values(self, number: int) -> dict[str, Any]:
        """Return the values of combination `number` by axis."""
        return {axis.name: axis.value(digit) for axis, digit in zip(self.axes, self._digits(number), strict=True)}

    def parameters(self, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return all parameters with `values` of the axes, ready for JSON; None where the strategy refuses them."""
        try:
            configured = configure_class(self.cls, {**self.fixed, **values})
        except InvalidParameter as refusal:
            self._problem = str(refusal.facts["problems"])
            return None
        return configured.parameters

    def described(self) -> list[dict[str, Any]]:
        """Return the axes as plain values, ready for JSON."""
        return [dict(axis.described()) for axis in self.axes]

    def _digits(self, number: int) -> Iterator[int]:
        digits = []
        for axis in reversed(self.axes):
            number, digit = divmod(number, axis.count)
            digits.append(digit)
        return reversed(digits)


def _told(axis: Axis) -> str:
    """Write an axis as one types it."""
    facts = axis.described()
    if "values" in facts:
        return f"{axis.name}={','.join(map(str, facts['values']))}"
    return f"{axis.name}={':'.join(str(facts[part]) for part in ('low', 'high', 'step') if part in facts)}"

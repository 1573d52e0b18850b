from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from mbats.errors.feature import FeatureMisdefined, InvalidFeatureParameter, UnknownFeatureParameter
from mbats.features.code import digest
from mbats.features.feature import Feature
from mbats.features.state import State

if TYPE_CHECKING:
    from mbats.features.view import View
    from mbats.market.columns import FloatColumn

Extent: TypeAlias = int | Callable[..., int]
"""A number, or a function of some of the parameters."""
Bounds: TypeAlias = tuple[Any, ...]
Memory: TypeAlias = Mapping[str, tuple[float, ...]]
_WIDEST = (1, 100_000)


@dataclass(frozen=True, slots=True)
class Definition:
    """A feature before its parameters are chosen; call it with them to get the `Feature`.

    Attributes
    ----------
    function
        Of a view and the parameters; a recursive one takes, after the view, what it remembers (None at its anchor).
    defaults
        Parameters in order; one whose default is None is a text that has to be given.
    bounds
        Smallest and largest number, or all allowed texts, by parameter.
    lookback
        See `Feature.lookback`; a function of parameters where they decide.
    reach
        See `Feature.reach`.
    reads
        See `Feature.reads`; ``{symbol}`` stands for the value of that parameter.
    continuing
        Whether `function` returns, beside its column, what it remembers.
    """

    name: str
    function: Callable[..., Any]
    defaults: Mapping[str, Any]
    bounds: Mapping[str, Bounds] = field(default_factory=dict)
    lookback: Extent | None = None
    reach: Extent = 0
    unit: str = ""
    reads: tuple[str, ...] = ()
    continuing: bool = False

    @property
    def description(self) -> str:
        """The first sentence of the function's docstring."""
        return " ".join((inspect.getdoc(self.function) or "").partition("\n\n")[0].split())

    @property
    def example(self) -> str:
        """Text that names it with its usual parameters."""
        usual = ",".join(str(name.upper() if value is None else value) for name, value in self.defaults.items())
        return f"{self.name}:{usual}" if usual else self.name

    def __call__(self, **parameters: Any) -> Feature:
        """Return the feature with these parameters, and its own defaults for the others.

        Raises
        ------
        UnknownFeatureParameter, InvalidFeatureParameter
        """
        for name in parameters.keys() - self.defaults.keys():
            known = ", ".join(self.defaults) or "none"
            raise UnknownFeatureParameter(feature=self.name, parameter=name, known=known, example=self.example)
        values = {name: self._checked(name, parameters.get(name, usual)) for name, usual in self.defaults.items()}
        advance = partial(_advanced, self.function, values) if self.continuing else None
        return Feature(
            name=self.name,
            compute=partial(_first, advance) if advance else partial(self.function, **values),
            lookback=None if self.lookback is None else _extent(self.lookback, values),
            parameters=values,
            unit=self.unit,
            description=self.description,
            code=digest(self.function),
            advance=advance,
            reads=tuple(text.format_map(values) for text in self.reads),
            reach=_extent(self.reach, values),
        )

    def _checked(self, name: str, value: Any) -> Any:
        kind = type(self.defaults[name]) if self.defaults[name] is not None else str
        try:
            number = kind(value) if isinstance(value, str) or kind is float else value
        except ValueError:
            number = None
        if type(number) is not kind or not self._within(name, number):
            due, example = self._due(name, kind), self.example
            raise InvalidFeatureParameter(feature=self.name, parameter=name, value=value, due=due, example=example)
        return number

    def _within(self, name: str, value: Any) -> bool:
        if isinstance(value, str):
            return bool(value) and (name not in self.bounds or value in self.bounds[name])
        smallest, largest = self.bounds.get(name, _WIDEST)
        return bool(smallest <= value <= largest) and math.isfinite(value)

    def _due(self, name: str, kind: type) -> str:
        if kind is str:
            return "one of " + ", ".join(self.bounds[name]) if name in self.bounds else "given"
        smallest, largest = self.bounds.get(name, _WIDEST)
        return f"a {'whole ' if kind is int else ''}number from {smallest} to {largest}"


def feature(
    *,
    lookback: Extent | None,
    unit: str = "",
    reads: tuple[str, ...] = (),
    reach: Extent = 0,
    **bounds: Bounds,
) -> Callable[[Callable[..., FloatColumn]], Definition]:
    """Make a definition of a pure function of a view; its other parameters need defaults, or are texts to be given.

    Parameters
    ----------
    lookback
        Number of bars that a value is made of at most; None: recursive without a state, for research alone.
    **bounds
        Smallest and largest value of a parameter, or all its allowed texts; else 1 to 100,000.

    Examples
    --------
    >>> @feature(lookback=lambda period: period + 1, unit="share", period=(1, 500))
    ... def simple_return(view, period: int = 1):
    ...     close = view.bars.close
    ...     return np.append(np.full(period, np.nan), close[period:] / close[:-period] - 1.0)[: len(close)]
    >>> simple_return(period=5).column
    'simple_return_5'
    """

    def defined(function: Callable[..., FloatColumn]) -> Definition:
        defaults = defaults_of(function, given=1)
        return Definition(function.__name__, function, defaults, bounds, lookback, reach, unit, reads)

    return defined


def recursive(*, unit: str = "", **bounds: Bounds) -> Callable[[Callable[..., tuple[FloatColumn, Memory]]], Definition]:
    """Make a definition of a function that remembers: of a view, what it remembers and its parameters.

    It gets the bars after those that it remembers (None: from the anchor) and returns their values and what to
    remember from then on: tuples of plain floats by name.
    """

    def defined(function: Callable[..., tuple[FloatColumn, Memory]]) -> Definition:
        return Definition(
            function.__name__, function, defaults_of(function, given=2), bounds, unit=unit, continuing=True
        )

    return defined


def defaults_of(function: Callable[..., Any], given: int) -> dict[str, Any]:
    """Return a function's parameters after those that are `given`, with their defaults, None where there is none.

    Raises
    ------
    FeatureMisdefined
        A default is neither a number nor a text.
    """
    parameters = list(inspect.signature(function).parameters.values())[given:]
    defaults = {it.name: None if it.default is inspect.Parameter.empty else it.default for it in parameters}
    for name, value in defaults.items():
        if value is not None and type(value) not in {int, float, str}:
            problem = f"the default of {name} is {value!r}, and neither a number nor a text"
            raise FeatureMisdefined(feature=function.__name__, problem=problem)
    return defaults


def _extent(extent: Extent, values: Mapping[str, Any]) -> int:
    if isinstance(extent, int):
        return extent
    return extent(**{name: values[name] for name in inspect.signature(extent).parameters})


def _advanced(
    function: Callable[..., tuple[FloatColumn, Memory]], values: Mapping[str, Any], view: View, state: State | None
) -> tuple[FloatColumn, State]:
    column, memory = function(view, None if state is None else state.values, **values)
    return column, State(int(view.bars.time[-1]), memory)


def _first(advance: Callable[[View, State | None], tuple[FloatColumn, State]], view: View) -> FloatColumn:
    return advance(view, None)[0] if len(view.bars) else np.empty(0)

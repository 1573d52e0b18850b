"""Axes as a person writes them: ``name=10:40:5``, ``name=0.5,1,1.5``, ``name=0.5:3.0``, ``name=0.1:10:log``."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation, localcontext
from typing import TYPE_CHECKING, Any

from mbats.errors.sweep import AxisSyntax, AxisTwice, AxisValueTwice
from mbats.pipelines.sweep.axis import Choices, Interval, Steps
from mbats.strategies.parameters import ParameterReader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.pipelines.sweep.axis import Axis

_LOG = "log"
_LONGEST_NUMBER = 24
_LARGEST_EXPONENT = 20
_DIGITS = 100
_SHOWN = 60


def axis(cls: type[Any], text: str) -> Axis:
    """Return the axis that `text` says, its values checked against the parameter's type and bounds.

    Raises
    ------
    AxisSyntax, AxisValueTwice
    mbats.errors.strategy.UnknownParameter, InvalidParameter
    """
    name, equals, values = (part.strip() for part in text.partition("="))
    if not equals or not name:
        raise _wrong(text, "a name, `=` and values are due")
    return _Reading(cls, name, text).axis(values)


def axis_of(cls: type[Any], name: str, values: str | range | Sequence[Any]) -> Axis:
    """Return the axis of values as a notebook gives them: a range, a sequence, or text as in `axis`."""
    if isinstance(values, str):
        return axis(cls, f"{name}={values}")
    reading = _Reading(cls, name, f"{name}={values!r}")
    if not isinstance(values, Iterable):
        raise _wrong(f"{name}={values!r}", "one value is no search; give a list, or fix it as a parameter")
    if isinstance(values, range) and len(values):
        upward = values if values.step > 0 else values[::-1]
        return reading.steps(Decimal(upward[0]), Decimal(upward[-1]), Decimal(upward.step))
    return reading.choices([str(value) for value in values])


def fixed_values(cls: type[Any], texts: Iterable[str]) -> dict[str, Any]:
    """Return the parameters that stay as they are, from texts such as ``rsi_period=20``.

    Raises
    ------
    AxisSyntax, AxisTwice
    mbats.errors.strategy.UnknownParameter, InvalidParameter
    """
    values: dict[str, Any] = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        name = name.removeprefix(f"{cls.__name__}.")
        if not equals or not name:
            raise _wrong(text, "a name, `=` and a value are due")
        if name in values:
            raise AxisTwice(name=name, first=f"{name}={values[name]}", second=text)
        values[name] = ParameterReader(cls, name)(value)
    return values


class _Reading:
    def __init__(self, cls: type[Any], name: str, text: str) -> None:
        self._read = ParameterReader(cls, name)
        self._name, self._text = name, text

    def axis(self, values: str) -> Axis:
        parts = [part.strip() for part in values.split(":")]
        match parts:
            case [_]:
                return self.choices([value.strip() for value in values.split(",")])
            case [low, high]:
                return self._between(low, high, log=False)
            case [low, high, last] if last == _LOG:
                return self._between(low, high, log=True)
            case [low, high, step]:
                return self.steps(*map(self._number, (low, high, step)))
        raise _wrong(self._text, "it has more than two colons")

    def choices(self, texts: Sequence[str]) -> Choices:
        if not texts or not all(texts):
            raise _wrong(self._text, "a value is missing")
        if max(map(len, texts)) > _SHOWN:
            raise _wrong(self._text, f"a value of {max(map(len, texts))} characters is none")
        values = tuple(self._read(text) for text in texts)
        seen: list[Any] = []
        for value in values:
            if value in seen:
                raise AxisValueTwice(name=self._name, value=value)
            seen.append(value)
        return Choices(self._name, values)

    def steps(self, low: Decimal, high: Decimal, step: Decimal) -> Steps:
        if step <= 0:
            raise _wrong(self._text, "a step is above zero")
        self._ordered(low, high)
        with localcontext() as exact:
            exact.prec = _DIGITS
            count = int((high - low) // step) + 1
            for number in sorted({0, min(1, count - 1), count - 1}):
                self._read(_digits(low + number * step))
        return Steps(self._name, low, step, count, self._read.integer)

    def _between(self, low_text: str, high_text: str, *, log: bool) -> Axis:
        low, high = self._number(low_text), self._number(high_text)
        self._ordered(low, high)
        if self._read.integer and not log:
            return self.steps(low, high, Decimal(1))
        if log and low <= 0:
            raise _wrong(self._text, "a logarithmic range begins above zero")
        ends = self._read(_digits(low)), self._read(_digits(high))
        return Interval(self._name, *ends, log=log, integer=self._read.integer)

    def _ordered(self, low: Decimal, high: Decimal) -> None:
        if low > high:
            raise _wrong(self._text, f"it runs down from {low} to {high}; the lower end stands first")

    def _number(self, text: str) -> Decimal:
        if len(text) > _LONGEST_NUMBER:
            raise _wrong(self._text, f"a number of {len(text)} characters is longer than any price or period")
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise _wrong(self._text, f"{text!r} is no number" if text else "a number is missing") from None
        if not number.is_finite() or abs(number.adjusted()) > _LARGEST_EXPONENT:
            raise _wrong(self._text, f"{text} is beyond all measure")
        return number


def _digits(number: Decimal) -> str:
    """Write a number without an exponent, a whole one without decimal places."""
    return f"{number.quantize(Decimal(1)):f}" if number == number.to_integral_value() else f"{number:f}"


def _wrong(text: str, why: str) -> AxisSyntax:
    return AxisSyntax(text=text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...", why=why)

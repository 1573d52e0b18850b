from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbats.market.columns import FloatColumn

_behaviour: ContextVar[Literal["nan", "raise"]] = ContextVar("zero_division", default="nan")


@contextmanager
def zero_division(behaviour: Literal["nan", "raise"]) -> Iterator[None]:
    """Choose what indicators do on a bar where they would divide by zero, in the manner of ``numpy.errstate``.

    Parameters
    ----------
    behaviour
        ``nan`` (the default everywhere): that bar has no value. ``raise``: ZeroDivisionError, as in Backtrader.
    """
    token = _behaviour.set(behaviour)
    try:
        yield
    finally:
        _behaviour.reset(token)


def divide(numerator: FloatColumn, denominator: FloatColumn, where_zero: str) -> FloatColumn:
    """Divide two columns of equal shape; `where_zero` says in words what it means that `denominator` is 0.

    Raises
    ------
    ZeroDivisionError
        Inside ``zero_division("raise")``, on the first bar where `denominator` is 0.
    """
    zero = denominator == 0.0
    if _behaviour.get() == "raise" and zero.any():
        raise ZeroDivisionError(
            f"{where_zero} at row {zero.argmax()}; Backtrader's rules stop here, venue rules give no value on this bar"
        )
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.where(zero, np.nan, numerator / denominator)

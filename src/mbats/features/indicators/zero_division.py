from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Behaviour: TypeAlias = Literal["nan", "raise"]
NOWHERE = -1
"""In place of a row: nothing was divided by zero."""

_behaviour: ContextVar[Behaviour] = ContextVar("zero_division", default="nan")


@contextmanager
def zero_division(behaviour: Behaviour) -> Iterator[None]:
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


def division_by_zero() -> Behaviour:
    """Return what is chosen here."""
    return _behaviour.get()


def refuse_zero(row: int, where_zero: str) -> None:
    """Refuse the first `row` that divides by zero, if that is chosen; `where_zero` says in words what it means.

    Raises
    ------
    ZeroDivisionError
        Inside ``zero_division("raise")``, unless `row` is `NOWHERE`.
    """
    if row != NOWHERE and division_by_zero() == "raise":
        raise ZeroDivisionError(
            f"{where_zero} at row {row}; Backtrader's rules stop here, venue rules give no value on this bar"
        )

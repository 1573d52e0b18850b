"""The same past with another future, to see what looks ahead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import is_
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from mbats.market.bars import Bars, Quotes
from mbats.market.panel import Panel

if TYPE_CHECKING:
    from numpy.typing import NDArray

Record = TypeVar("Record", Bars, Panel, Quotes)
Future = Callable[[Any, int], Any]
"""Of bars or a panel and the last row that stays as it is."""

_SEED = 20_260_101


def with_columns(market: Record, change: Callable[[NDArray[Any]], NDArray[Any]]) -> Record:
    """Return bars, panel or quotes with `change` applied to each of their arrays; themselves if it changes none."""
    before = [getattr(market, name) for name in market.__match_args__]
    after = [_changed(value, change) for value in before]
    return market if all(map(is_, before, after)) else type(market)(*after)


def _changed(value: Any, change: Callable[[NDArray[Any]], NDArray[Any]]) -> Any:
    if isinstance(value, np.ndarray):
        return change(value)
    return with_columns(value, change) if isinstance(value, Quotes) else value


def truncated(market: Record, cut: int) -> Record:
    """Return the rows up to `cut`."""
    return with_columns(market, lambda column: column[: cut + 1])


def shuffled(market: Record, cut: int) -> Record:
    """Return it with the prices of the rows after `cut` in another order."""
    order = np.arange(len(market.open))
    np.random.default_rng([_SEED, cut]).shuffle(order[cut + 1 :])
    return _with_numbers(market, lambda column: column[order])


def missing(market: Record, cut: int) -> Record:
    """Return it without prices after `cut`."""
    return _scaled(market, cut, np.nan)


def raised(market: Record, cut: int) -> Record:
    """Return it with prices far above all others after `cut`."""
    return _scaled(market, cut, 10.0)


def lowered(market: Record, cut: int) -> Record:
    """Return it with prices far below all others after `cut`."""
    return _scaled(market, cut, 0.1)


FUTURES: Mapping[str, Future] = {"truncated": truncated, "shuffled": shuffled, "missing": missing}
"""What suffices for decisions, which compare prices."""
ALL_FUTURES: Mapping[str, Future] = {**FUTURES, "raised": raised, "lowered": lowered}
"""With prices of another size, for what keeps only the highest and lowest."""


def first_difference(truth: NDArray[Any] | None, seen: NDArray[Any] | None, cut: int) -> int | None:
    """Return the first row up to `cut` whose bits differ; any NaN equals any other, a missing column nothing."""
    if truth is None or seen is None:
        return 0
    different = differences(truth[: cut + 1], seen[: cut + 1])
    return int(different.argmax()) if different.any() else None


def differences(truth: NDArray[Any], seen: NDArray[Any]) -> NDArray[np.bool_]:
    """Return where the bits of two arrays of one shape differ; any NaN equals any other."""
    same = truth == seen
    if truth.dtype.kind == seen.dtype.kind == "f":
        same = (same & (np.signbit(truth) == np.signbit(seen))) | (np.isnan(truth) & np.isnan(seen))
    return np.asarray(~same)


def _scaled(market: Record, cut: int, factor: float) -> Record:
    def scale(column: NDArray[Any]) -> NDArray[Any]:
        changed = column.copy()
        changed[cut + 1 :] *= factor
        return changed

    return _with_numbers(market, scale)


def _with_numbers(market: Record, change: Callable[[NDArray[Any]], NDArray[Any]]) -> Record:
    return with_columns(market, lambda column: change(column) if column.dtype.kind == "f" else column)

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mbats.market.columns import IntColumn
    from mbats.strategies.signal import Signals


class SignalRow(NamedTuple):
    """What a signal strategy wants at the close of one bar; the fields are those of `Signals`."""

    side: int
    stop_distance: float
    target_distance: float
    entry_price: float
    exit_long: bool
    exit_short: bool
    trailing_distance: float
    break_even_trigger: float
    size_hint: float
    expiry_bars: int
    max_bars: int


def risk_distance(fixed: float, trailing: float) -> float:
    """Return the distance of the stop that protects a fresh position, the tighter of the two; NaN without."""
    return trailing if math.isnan(fixed) or trailing < fixed else fixed


class SignalRows:
    """Row access to `Signals`, cheap enough for a loop over bars.

    Parameters
    ----------
    signals
        All columns of one length.
    """

    def __init__(self, signals: Signals) -> None:
        length = len(signals)
        self.signals = signals
        self.side = _view(signals.side, np.int8)
        self._columns = [
            self.side,
            *(_view(_filled(column, length, math.nan), np.float64) for column in _prices(signals)),
            *(_view(_filled(column, length, False), np.bool_) for column in (signals.exit_long, signals.exit_short)),
            _view(_filled(signals.trailing_distance, length, math.nan), np.float64),
            _view(_filled(signals.break_even_trigger, length, math.nan), np.float64),
            _view(_filled(signals.size_hint, length, 1.0), np.float64),
            *(_view(np.broadcast_to(count, length), np.int64) for count in (signals.expiry_bars, signals.max_bars)),
        ]
        self._extras = {name: _view(column, np.float64) for name, column in signals.columns.items()}
        self.manages = manages(signals)

    def __len__(self) -> int:
        return len(self.side)

    def __getitem__(self, row: int) -> SignalRow:
        return SignalRow._make(column[row] for column in self._columns)

    def extras(self, row: int) -> dict[str, float]:
        """Return what the strategy shows of itself at `row`."""
        return {name: column[row] for name, column in self._extras.items()}


def manages(signals: Signals) -> bool:
    """Whether an open position may need something at a bar without a signal."""
    flags = (signals.exit_long, signals.exit_short, signals.break_even_trigger)
    return any(column is not None for column in flags) or _counts(signals.max_bars)


def _counts(bars: int | IntColumn) -> bool:
    return bars > 0 if isinstance(bars, int) else bool(np.max(bars, initial=0) > 0)


def _prices(signals: Signals) -> tuple[NDArray[np.float64] | None, ...]:
    return signals.stop_distance, signals.target_distance, signals.entry_price


def _filled(column: NDArray[np.generic] | None, length: int, value: float) -> NDArray[np.generic]:
    return np.full(length, value) if column is None else column


def _view(column: NDArray[np.generic], dtype: type[np.generic]) -> memoryview:
    # Items of a memoryview are plain numbers: three times as quick as NumPy scalars.
    return np.ascontiguousarray(column, dtype=dtype).data

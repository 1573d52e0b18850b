"""The same decisions, acted upon later."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.strategies.signal import SignalStrategy
from mbats.strategies.target import TargetStrategy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mbats.market.bars import Bars, Quotes
    from mbats.market.columns import FlagColumn
    from mbats.market.panel import Panel
    from mbats.strategies.signal import Signals
    from mbats.strategies.target import Targets

_WAYS = 3
"""Straight lines in a bar's path."""


class LateSignals(SignalStrategy):
    """A signal strategy whose every decision is known `bars` bars later.

    Distances stay as they were decided; those from the signal's close count from the close at which it acts.
    """

    strategy: SignalStrategy
    bars: int

    @property
    def name(self) -> str:
        """The strategy's own name."""
        return self.strategy.name

    def decide(self, bars: Bars) -> Signals:
        """Return the signals of `bars`, so many rows further down."""
        signals = self.strategy.decide(bars)
        moved: dict[str, Any] = {
            field.name: _later(value, self.bars)
            for field in fields(signals)
            if isinstance(value := getattr(signals, field.name), np.ndarray)
        }
        return replace(signals, **moved)


class LateTargets(TargetStrategy):
    """A target strategy whose every decision is known `bars` rows later."""

    strategy: TargetStrategy
    bars: int

    @property
    def name(self) -> str:
        """The strategy's own name."""
        return self.strategy.name

    def decide(self, panel: Panel) -> Targets:
        """Return the targets of `panel`, so many rows further down."""
        targets = self.strategy.decide(panel)
        return replace(targets, risk=_later(targets.risk, self.bars))


def late(strategy: Any, bars: int) -> Any:
    """Return `strategy` deciding `bars` bars late; None for one that places its orders itself."""
    if isinstance(strategy, SignalStrategy):
        return LateSignals(strategy=strategy, bars=bars)
    return LateTargets(strategy=strategy, bars=bars) if isinstance(strategy, TargetStrategy) else None


def missed(bars: Bars, seconds: float) -> Bars | None:
    """Return the bars of somebody who misses the first `seconds` of each.

    The path of a bar (`mbats.market.path`) is walked at an even pace, a third of the bar's time for each of its three
    lines. As long as the first line has not ended, what is left is the path of a bar that opens later on that line and
    shares the other three prices; so orders meet exactly the rest of the path.

    Returns
    -------
    Bars | None
        None where `seconds` go beyond the first line: four prices do not tell what is left.
    """
    share = seconds * _WAYS / bars.timeframe.seconds
    if share >= 1.0:
        return None
    rising = _rising(bars)
    return replace(
        bars,
        mid=_opened_later(bars.mid, rising, share),
        bid=_opened_later(bars.bid, rising, share) if bars.bid else None,
        ask=_opened_later(bars.ask, rising, share) if bars.ask else None,
    )


def _rising(bars: Bars) -> FlagColumn:
    if bars.bid is None or bars.ask is None:
        return bars.close >= bars.open
    return bars.bid.close + bars.ask.close >= bars.bid.open + bars.ask.open


def _opened_later(quotes: Quotes, rising: FlagColumn, share: float) -> Quotes:
    towards = np.where(rising, quotes.low, quotes.high)
    return replace(quotes, open=quotes.open + (towards - quotes.open) * share)


def _later(column: NDArray[Any], rows: int) -> NDArray[Any]:
    """Move a column down; the first rows decide nothing."""
    moved = np.full_like(column, np.nan if column.dtype.kind == "f" else 0)
    moved[rows:] = column[: len(column) - rows]
    return moved

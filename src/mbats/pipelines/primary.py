"""Strategies as the primaries of meta-labels, which know no strategies."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from mbats.errors.label import PrimaryOfOtherKind
from mbats.labels.meta_label import Primary
from mbats.strategies.decision import decide_safely
from mbats.strategies.discovery import find

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from mbats.market.bars import Bars
    from mbats.strategies.signal import SignalStrategy


def primaries(folder: Path) -> Callable[[str], Primary]:
    """Return what finds the strategy of a meta-label by name, with its usual parameters.

    Raises, when it is asked
    ------------------------
    mbats.errors.strategy.UnknownStrategy, PrimaryOfOtherKind
    """

    def found(name: str) -> Primary:
        source = find(name, folder)
        if source.kind != "signal":
            raise PrimaryOfOtherKind(strategy=source.name, kind=source.kind)
        return Primary(source.reference, source.digest, partial(_sides, source.cls()))

    return found


def _sides(strategy: SignalStrategy, bars: Bars) -> NDArray[np.int8]:
    return decide_safely(strategy, bars).side

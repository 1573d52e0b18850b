"""What a benchmark says: a value, and how it compares with something everybody knows."""

from __future__ import annotations

import gc
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Row:
    """One measured value.

    Attributes
    ----------
    against
        What was measured beside it; empty for a value that stands alone.
    ratio
        `value` over that of `against`, or over the limit that the project has set itself.
    limit
        The highest ratio that keeps the project's word; None: for information.
    """

    name: str
    value: float
    unit: str
    against: str = ""
    ratio: float | None = None
    limit: float | None = None

    @property
    def kept(self) -> bool:
        """Whether the ratio is within its limit."""
        return self.limit is None or self.ratio is None or self.ratio <= self.limit


@dataclass(frozen=True, slots=True)
class Seconds:
    """Medians of repeated measurements of one action."""

    cpu: float
    wall: float


def measure(action: Callable[[], object], repeats: int = 5) -> Seconds:
    """Run `action` once to warm up, then `repeats` times; CPU seconds are of this process, all its threads."""
    return alternate(action, repeats=repeats)[0]


def alternate(*actions: Callable[[], object], repeats: int = 5) -> list[Seconds]:
    """Measure several actions by turns, so that a busy moment of the machine meets them all."""
    taken: list[list[tuple[float, float]]] = [[] for _ in actions]
    for turn in range(repeats + 1):
        for action, times in zip(actions, taken, strict=True):
            gc.collect()
            began = time.process_time(), time.perf_counter()
            action()
            if turn:
                times.append((time.process_time() - began[0], time.perf_counter() - began[1]))
    return [Seconds(*map(statistics.median, zip(*times, strict=True))) for times in taken]

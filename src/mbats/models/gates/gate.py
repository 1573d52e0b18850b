from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gate:
    """One demand on a challenger, and whether it was met.

    Attributes
    ----------
    name
        As in `mbats.models.gates.bounds.Bounds`.
    figure
        What was measured; None: unknown, which is not met.
    bound
        What was asked.
    sentence
        For people.
    """

    name: str
    figure: float | None
    bound: float
    passed: bool
    sentence: str

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, NamedTuple

from mbats.models.gates.gate import Gate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mbats.models.gates.bounds import Bounds
    from mbats.models.gates.figures import Figures


class _Kind(NamedTuple):
    words: str
    holds: Callable[[float, float], bool]


_AT_LEAST, _AT_MOST = _Kind("at least", operator.ge), _Kind("at most", operator.le)
_ABOVE = _Kind("more than", operator.gt)


class _Rule(NamedTuple):
    name: str
    figure: str
    kind: _Kind
    what: str


_RULES = (
    _Rule("leaks", "leaks", _AT_MOST, "Findings of the leak prosecutor"),
    _Rule("trades", "trades", _AT_LEAST, "Closed trades"),
    _Rule("ic_low", "ic_low", _ABOVE, "Lower end of the information coefficient"),
    _Rule("ic", "ic", _AT_LEAST, "Information coefficient"),
    _Rule("calibration", "calibration", _AT_MOST, "Expected calibration error"),
    _Rule("deflated", "deflated", _AT_LEAST, "Deflated Sharpe ratio"),
    _Rule("drawdown", "drawdown", _AT_MOST, "Deepest drawdown"),
    _Rule("turnover", "turnover", _AT_MOST, "Turnover a year, in times the net asset value"),
    _Rule("lead", "lead_low", _ABOVE, "Lower end of the mean daily return less the champion's"),
)


def gates(figures: Figures, bounds: Bounds) -> tuple[Gate, ...]:
    """Hold what was measured against what is asked; what is not asked is left out, what is unknown is not met."""
    return tuple(_gates(figures, bounds))


def passes(judged: tuple[Gate, ...]) -> bool:
    """Tell whether every gate was passed, and there was one."""
    return bool(judged) and all(gate.passed for gate in judged)


def _gates(figures: Figures, bounds: Bounds) -> Iterator[Gate]:
    asked = {"calibration": figures.probabilities, "lead": figures.challenged}
    for rule in _RULES:
        bound = getattr(bounds, rule.name)
        if bound is not None and asked.get(rule.name, True):
            yield _gate(rule, getattr(figures, rule.figure), bound)


def _gate(rule: _Rule, figure: float | None, bound: float) -> Gate:
    known = figure is not None and math.isfinite(figure)
    passed = figure is not None and known and rule.kind.holds(figure, bound)
    shown = f"{figure:,.6g}" if known else "unknown"
    end = "passed" if passed else "failed"
    sentence = f"{rule.what}: {shown}, {rule.kind.words} {bound:,.6g} is asked: {end}."
    return Gate(rule.name, figure if known else None, bound, passed, sentence)

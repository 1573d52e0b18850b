"""The steps of a walk-forward, from the record of its run: what was chosen when, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from mbats.reports.numerals import defined, number, percent
from mbats.reports.provenance import written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.ledger.run import RunInfo

_NOTHING = "nothing: no cell could be ranked"


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step as it is shown."""

    number: int
    train: str
    test: str
    chosen: str
    train_sharpe: str
    test_sharpe: str
    test_return: str
    trades: str


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a run.

    Attributes
    ----------
    names
        Parameters that were searched.
    sentence
        The steps in one sentence, with the walk-forward efficiency.
    """

    names: tuple[str, ...]
    lines: tuple[StepLine, ...]
    sentence: str


def steps_of(info: RunInfo) -> Steps | None:
    """Return the steps of a walk-forward; None for any other run."""
    told = [strategy for strategy in info.strategies if strategy.get("steps")]
    if not told:
        return None
    [strategy] = told
    steps, names = strategy["steps"], searched(strategy)
    return Steps(names, tuple(_line(step, names) for step in steps), _sentence(steps, strategy.get("efficiency")))


def searched(strategy: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the parameters that differ from what is fixed, in the strategy's order."""
    fixed = strategy["parameters"]
    chosen: dict[str, Any] = next((step["parameters"] for step in strategy["steps"] if step["parameters"]), {})
    return tuple(name for name in chosen if isinstance(fixed.get(name), str) and fixed[name] != chosen[name])


def _line(step: Mapping[str, Any], names: Sequence[str]) -> StepLine:
    chosen = step["parameters"]
    return StepLine(
        number=step["step"],
        train=_span(*step["train"]),
        test=_span(*step["test"]),
        chosen=", ".join(f"{name} {written(chosen[name])}" for name in names) if chosen else _NOTHING,
        train_sharpe=number(step["train_sharpe"]),
        test_sharpe=number(step["test_sharpe"]),
        test_return=percent(step["test_return"], signed=True),
        trades=f"{step['trades']:,}",
    )


def _span(start: str, end: str) -> str:
    return f"{_day(start)} to {_day(end)}"


def _day(moment: str) -> date:
    return datetime.fromisoformat(moment).date()


def _sentence(steps: Sequence[Mapping[str, Any]], efficiency: float | None) -> str:
    cells, flat = sum(step["cells"] for step in steps), sum(step["parameters"] is None for step in steps)
    judged = [step["test_sharpe"] for step in steps if defined(step["test_sharpe"])]
    gained = sum(sharpe > 0 for sharpe in judged)
    kept = (
        f"Out of sample it made {percent(efficiency, 0)} of the yearly return that the choices showed in sample."
        if defined(efficiency)
        else "In sample the choices gained nothing, so there is no share of it to keep out of sample."
    )
    stayed = f" In {flat} no cell could be ranked, and nothing was opened." if flat else ""
    chosen = f"{len(steps)} steps chose from {cells:,} cells; {gained} of {len(judged)} tests gained."
    return f"{chosen} {kept}{stayed}"

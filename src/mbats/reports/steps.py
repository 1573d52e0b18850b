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
    from mbats.reports.charts import Chart

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
    """Return the names of the parameters that differ from what is fixed, by the alphabet: databases keep no order."""
    fixed = strategy["parameters"]
    chosen: dict[str, Any] = next((step["parameters"] for step in strategy["steps"] if step["parameters"]), {})
    return tuple(sorted(name for name in chosen if isinstance(fixed.get(name), str) and fixed[name] != chosen[name]))


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
    stayed = f" In {flat} no cell could be ranked, and nothing was opened." if flat else ""
    chosen = f"{len(steps)} steps chose from {cells:,} cells; {gained} of {len(judged)} tests gained."
    return f"{chosen} {_kept(efficiency)}{stayed}"


def _kept(efficiency: float | None) -> str:
    if not defined(efficiency):
        return "In sample the choices gained nothing, so there is no share of it to keep out of sample."
    if efficiency < 0:
        return "Out of sample it lost, where the choices had gained in sample."
    return f"Out of sample it made {percent(efficiency, 0)} of the yearly return that the choices showed in sample."


def steps_chart(info: RunInfo) -> Chart:
    """Return the chosen parameters over time, one band each, and the Sharpe ratios in and out of sample below."""
    [strategy] = [strategy for strategy in info.strategies if strategy.get("steps")]
    steps, names = strategy["steps"], searched(strategy)
    bands = len(names) + 1
    layout: dict[str, Any] = {"height": 120 + 90 * bands, "xaxis": {"type": "date", "anchor": f"y{bands}"}}
    data = []
    for place, name in enumerate((*names, "")):
        top = 1 - place / bands
        title = name or "Sharpe"
        layout[_axis("yaxis", place)] = {"domain": [top - 0.8 / bands, top], "title": {"text": title}, "nticks": 4}
        data += [_chosen(steps, name, place)] if name else _sharpes(steps, place)
    return {"data": data, "layout": layout}


def _chosen(steps: Sequence[Mapping[str, Any]], name: str, place: int) -> dict[str, Any]:
    """Return a line that holds each choice from the start of its test to the end, and breaks where there is none."""
    x, y = [], []
    for step in steps:
        value = step["parameters"][name] if step["parameters"] else None
        x += step["test"]
        y += [value, value]
    look = {
        "line": {"color": "@accent", "width": 2},
        "showlegend": False,
        "hovertemplate": f"{name} %{{y}}<extra></extra>",
    }
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "yaxis": _axis("y", place), **look}


def _sharpes(steps: Sequence[Mapping[str, Any]], place: int) -> list[dict[str, Any]]:
    x = [step["test"][0] for step in steps]
    marks = {"type": "scatter", "mode": "lines+markers", "x": x, "yaxis": _axis("y", place)}
    return [
        {**marks, "name": name, "y": [step[key] for step in steps], "line": {"color": colour, "dash": dash}}
        for name, key, colour, dash in (
            ("in sample", "train_sharpe", "@muted", "dot"),
            ("out of sample", "test_sharpe", "@accent", "solid"),
        )
    ]


def _axis(name: str, place: int) -> str:
    return f"{name}{place + 1}" if place else name

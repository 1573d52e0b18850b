"""A stored sweep as columns, for its report."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.evidence.deflation import Deflation
from mbats.pipelines.sweep.objective import objective
from mbats.reports.sweep_cells import SweepCells

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mbats.pipelines.sweep.cell import CellResult
    from mbats.pipelines.sweep.store import StoredSweep


def columns(stored: StoredSweep, results: Iterable[CellResult]) -> SweepCells:
    """Return the cells of a sweep as columns; those that failed are counted and left out."""
    every = sorted(results, key=lambda result: result.cell.number)
    judged, info = [result for result in every if not result.error], stored.info
    names = list(dict.fromkeys(name for result in judged for name in result.figures))
    goal = objective(info.objective, info.constraints, names or [info.objective])
    axes = [str(axis["name"]) for axis in info.space]
    return SweepCells(
        basis=info.basis,
        search=info.search,
        total=info.total,
        seed=info.seed,
        objective=info.objective,
        minimise=goal.minimise,
        constraints=tuple(info.constraints),
        number=np.array([result.cell.number for result in judged], dtype=np.int64),
        values={name: [result.cell.parameters[name] for result in judged] for name in axes},
        figures={name: _floats(result.figures.get(name) for result in judged) for name in names},
        score=_floats(goal.value(result.figures) for result in judged),
        failed=len(every) - len(judged),
        deflation=_deflation(stored.verdict),
        sentence=str(stored.verdict.get("sentence", "")),
        run=str(stored.run or ""),
    )


def _floats(values: Iterable[float | None]) -> Any:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _deflation(verdict: Mapping[str, Any]) -> Deflation | None:
    known = {field.name: verdict[field.name] for field in fields(Deflation) if field.name in verdict}
    return Deflation(**known) if known else None

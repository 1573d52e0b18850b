"""Rows of sweeps and their cells."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.adapters.postgres import trial_rows
from mbats.ledger.run import RunInfo, RunStatus
from mbats.pipelines.sweep.cell import Cell, CellResult
from mbats.pipelines.sweep.store import StoredSweep, SweepInfo
from mbats.pipelines.sweep.trials import trial_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

_SWEEP = """
INSERT INTO risk.sweep (uuid, key, started_at, search, space, total, seed, objective, constraints, simulator, fills,
                        costs, account, strategies, instruments, timeframe, period_start, period_end, snapshot, commit,
                        synthetic, command, notes, days, periods_per_year, options)
VALUES (%(id)s, %(key)s, %(started_at)s, %(search)s, %(space)s, %(total)s, %(seed)s, %(objective)s, %(constraints)s,
        %(simulator)s, %(fills)s, %(costs)s, %(account)s, %(strategies)s, %(instruments)s, %(timeframe)s, %(start)s,
        %(end)s, %(snapshot)s, %(commit)s, %(synthetic)s, %(command)s, %(notes)s, %(days)s, %(periods_per_year)s,
        %(options)s)
"""
_CELLS = """
INSERT INTO risk.sweep_cell (sweep_id, number, trial_id, parameters, figures, returns, error)
SELECT s.id, c.number, t.id, c.parameters, c.figures, c.returns, c.error
FROM unnest(%(numbers)s::bigint[], %(fingerprints)s::text[], %(parameters)s::json[], %(figures)s::json[],
            %(returns)b::bytea[], %(errors)s::text[])
     AS c (number, fingerprint, parameters, figures, returns, error)
JOIN risk.trial t ON t.fingerprint = c.fingerprint
CROSS JOIN (SELECT id FROM risk.sweep WHERE uuid = %(sweep)s) s
"""
_SELECT = """
SELECT sweep, started_at, simulator, fills, costs, account, strategies, instruments, timeframe, period_start,
       period_end, snapshot, commit, synthetic, command, notes,
       search, space, total, seed, objective, constraints, days, periods_per_year, options,
       status, cells, finished_at, error, best, best_run, verdict
FROM report.sweeps
"""
_NEWEST = _SELECT + "ORDER BY started_at DESC LIMIT %s"
_BEGINNING = _SELECT + "WHERE starts_with(sweep::text, %s) ORDER BY started_at DESC LIMIT 5"
_UNFINISHED = _SELECT + "WHERE key = %s AND finished_at IS NULL ORDER BY started_at DESC LIMIT 1"
_BASIS = (
    *("id", "started_at", "simulator", "fills", "costs", "account", "strategies", "instruments", "timeframe", "start"),
    *("end", "snapshot", "commit", "synthetic", "command", "notes"),
)
_ASKED = ("search", "space", "total", "seed", "objective", "constraints", "days", "periods_per_year", "options")
_TUPLES = ("strategies", "instruments", "notes")
_DAYS, _RETURNS = np.dtype("<i8"), np.dtype("<f4")


def insert(connection: psycopg.Connection, info: SweepInfo) -> None:
    """Add a sweep that has begun."""
    facts = {name: getattr(info.basis, name) for name in _BASIS} | {name: getattr(info, name) for name in _ASKED}
    facts |= {name: json.dumps(facts[name], default=str) for name in ("costs", "account", "strategies")}
    facts |= {name: json.dumps(facts[name], default=str) for name in ("space", "options")}
    facts |= {name: list(facts[name]) for name in ("instruments", "notes", "constraints")}
    facts |= {"key": info.key, "fills": str(info.basis.fills), "days": info.days.astype(_DAYS).tobytes()}
    connection.execute(_SWEEP, facts)


def insert_cells(connection: psycopg.Connection, info: SweepInfo, results: Sequence[CellResult]) -> None:
    """Add cells and their trials."""
    trials = [trial_of(info, result) for result in results]
    trial_rows.add(connection, trials, info.basis.started_at)
    columns = {
        "numbers": [result.cell.number for result in results],
        "fingerprints": [trial.trial.fingerprint for trial in trials],
        "parameters": [json.dumps(dict(result.cell.parameters), default=str) for result in results],
        "figures": [json.dumps(dict(result.figures), allow_nan=False) for result in results],
        "returns": [result.daily_returns.astype(_RETURNS).tobytes() for result in results],
        "errors": [result.error for result in results],
    }
    connection.execute(_CELLS, columns | {"sweep": info.id})


def newest(connection: psycopg.Connection, limit: int) -> list[StoredSweep]:
    """Return the newest sweeps first."""
    return [_stored(row) for row in connection.execute(_NEWEST, (limit,))]


def beginning(connection: psycopg.Connection, prefix: str) -> list[StoredSweep]:
    """Return some sweeps whose id begins with `prefix`."""
    return [_stored(row) for row in connection.execute(_BEGINNING, (prefix.lower(),))]


def unfinished(connection: psycopg.Connection, key: str) -> StoredSweep | None:
    """Return the newest sweep of that key which has not ended, if there is one."""
    row = connection.execute(_UNFINISHED, (key,)).fetchone()
    return _stored(row) if row else None


def cell(row: tuple[int, dict[str, Any], dict[str, float | None], str]) -> CellResult:
    """Return a stored cell, without its daily returns."""
    number, parameters, figures, error = row
    return CellResult(Cell(number, parameters), figures, np.empty(0), error)


def _stored(row: tuple[Any, ...]) -> StoredSweep:
    basis = dict(zip(_BASIS, row, strict=False))
    asked = dict(zip(_ASKED, row[len(_BASIS) :], strict=False))
    status, cells, finished_at, error, best, run, verdict = row[len(_BASIS) + len(_ASKED) :]
    basis |= {name: tuple(basis[name]) for name in _TUPLES}
    basis |= {name: basis[name].astimezone(UTC) for name in ("started_at", "start", "end")}
    asked |= {"constraints": tuple(asked["constraints"]), "days": np.frombuffer(asked["days"], _DAYS)}
    info = SweepInfo(RunInfo(**basis), **asked)
    return StoredSweep(info, RunStatus(status), cells, finished_at, error, best, run, verdict)

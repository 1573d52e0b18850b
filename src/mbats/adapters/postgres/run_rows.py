"""Rows of runs and of the trials that they make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbats.adapters.postgres import trial_rows
from mbats.evidence.trial import TrialResult, as_json
from mbats.ledger.run import RunInfo, RunStatus, StoredRun
from mbats.pipelines.referee import trials_of

if TYPE_CHECKING:
    import psycopg

_RUN = """
INSERT INTO risk.run AS run (uuid, started_at, simulator, fills, costs, account, strategies, instruments, timeframe,
                      period_start, period_end, snapshot, commit, synthetic, command, notes)
VALUES (%(id)s, %(started_at)s, %(simulator)s, %(fills)s, %(costs)s, %(account)s, %(strategies)s, %(instruments)s,
        %(timeframe)s, %(start)s, %(end)s, %(snapshot)s, %(commit)s, %(synthetic)s, %(command)s, %(notes)s)
"""
_TOLD = """
UPDATE risk.run SET strategies = %(told)s::jsonb WHERE id = %(run)s AND strategies <> %(told)s::jsonb
"""
_GROWN = """
ON CONFLICT (uuid) DO UPDATE
SET strategies = excluded.strategies, costs = excluded.costs, account = excluded.account, notes = excluded.notes,
    period_start = excluded.period_start, period_end = excluded.period_end, snapshot = excluded.snapshot,
    synthetic = excluded.synthetic
WHERE run.simulator = 'live' AND run.status = 'running'
RETURNING id
"""
_MADE = """
INSERT INTO risk.run_trial (run_id, trial_id)
SELECT %s, id FROM risk.trial WHERE fingerprint = ANY(%s)
ON CONFLICT DO NOTHING
"""
_SELECT = """
SELECT r.run, r.started_at, r.simulator, r.fills, r.costs, r.account, r.strategies, r.instruments, r.timeframe,
       r.period_start, r.period_end, r.snapshot, r.commit, r.synthetic, r.command, r.notes,
       r.status, r.finished_at, r.error, p.figures, p.deflated_sharpe, p.trials
FROM report.runs r LEFT JOIN report.performance p ON p.run = r.run
"""
_FACTS = (
    *("id", "started_at", "simulator", "fills", "costs", "account", "strategies", "instruments", "timeframe"),
    *("start", "end", "snapshot", "commit", "synthetic", "command", "notes"),
)
_NEWEST = _SELECT + "ORDER BY r.started_at DESC LIMIT %s"
_LATEST = _SELECT + "WHERE r.status = 'finished' ORDER BY r.started_at DESC LIMIT 1"
_BEGINNING = _SELECT + "WHERE starts_with(r.run::text, %s) ORDER BY r.started_at DESC LIMIT 5"


def insert(connection: psycopg.Connection, info: RunInfo) -> int:
    """Add a run and those of its trials that are new; return the run's compact key."""
    row = connection.execute(_RUN + "RETURNING id", _facts(info)).fetchone()
    assert row is not None
    trials = trials_of(info)
    trial_rows.add(connection, [TrialResult(trial) for trial in trials], info.started_at)
    connection.execute(_MADE, (row[0], [trial.fingerprint for trial in trials]))
    return int(row[0])


def refresh(connection: psycopg.Connection, info: RunInfo) -> int | None:
    """Add a live run, or what is new of it; return its compact key, or None where it is no live run that goes on."""
    row = connection.execute(_RUN + _GROWN, _facts(info)).fetchone()
    return None if row is None else int(row[0])


def _facts(info: RunInfo) -> dict[str, Any]:
    return {
        **{name: getattr(info, name) for name in ("id", "started_at", "simulator", "timeframe", "start", "end")},
        **{name: getattr(info, name) for name in ("snapshot", "commit", "synthetic", "command")},
        "fills": str(info.fills),
        **{name: as_json(getattr(info, name)) for name in ("costs", "account", "strategies")},
        "instruments": list(info.instruments),
        "notes": list(info.notes),
    }


def tell(connection: psycopg.Connection, run: int, info: RunInfo) -> None:
    """Note what the strategies of a run have learnt since it began: the steps of a walk-forward."""
    connection.execute(_TOLD, {"run": run, "told": as_json(info.strategies)})


def newest(connection: psycopg.Connection, limit: int) -> list[StoredRun]:
    """Return the newest runs first."""
    return [_stored(row) for row in connection.execute(_NEWEST, (limit,))]


def latest(connection: psycopg.Connection) -> list[StoredRun]:
    """Return the newest finished run, if there is one."""
    return [_stored(row) for row in connection.execute(_LATEST)]


def beginning(connection: psycopg.Connection, prefix: str) -> list[StoredRun]:
    """Return some runs whose id begins with `prefix`."""
    return [_stored(row) for row in connection.execute(_BEGINNING, (prefix.lower(),))]


def _stored(row: tuple[Any, ...]) -> StoredRun:
    *facts, status, finished_at, error, figures, deflated, trials = row
    info = dict(zip(_FACTS, facts, strict=True))
    info |= {name: tuple(info[name]) for name in ("strategies", "instruments", "notes")}
    return StoredRun(RunInfo(**info), RunStatus(status), finished_at, error, figures or {}, deflated, trials)

"""Rows of the trial register."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mbats.evidence.trial import as_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import psycopg

    from mbats.evidence.trial import TrialResult

# What is known already, and no less, is left out first, so that a rerun takes no number of the sequence. In order of
# the fingerprints, so that two registering the same trials wait for one another instead of locking each other out.
_ADD = """
INSERT INTO risk.trial AS t (fingerprint, strategy, code, parameters, snapshot, costs, instruments, period_start,
                             period_end, first_run_at, days, sharpe, skewness, kurtosis)
SELECT DISTINCT ON (fingerprint) fingerprint, strategy, code, parameters, snapshot, costs, instruments, period_start,
       period_end, %(at)s, days, sharpe, skewness, kurtosis
FROM jsonb_to_recordset(%(given)s::jsonb) AS given (
    fingerprint text, strategy text, code text, parameters jsonb, snapshot text, costs jsonb, instruments text[],
    period_start timestamptz, period_end timestamptz, days integer, sharpe float8, skewness float8, kurtosis float8)
WHERE NOT EXISTS (
    SELECT FROM risk.trial known
    WHERE known.fingerprint = given.fingerprint AND (known.days IS NOT NULL OR given.days IS NULL))
ORDER BY fingerprint, days NULLS LAST
ON CONFLICT (fingerprint) DO UPDATE
SET days = excluded.days, sharpe = excluded.sharpe, skewness = excluded.skewness, kurtosis = excluded.kurtosis
WHERE t.days IS NULL AND excluded.days IS NOT NULL
"""


def add(connection: psycopg.Connection, results: Sequence[TrialResult], at: datetime) -> None:
    """Add trials that are new, first tried at `at`, and note the record of each that had none.

    All in one statement, however many, in the caller's transaction.
    """
    connection.execute(_ADD, {"given": json.dumps([_row(result) for result in results]), "at": at})


def _row(result: TrialResult) -> dict[str, Any]:
    trial, record = result.trial, result.record
    return {
        "fingerprint": trial.fingerprint,
        "strategy": trial.strategy,
        "code": trial.code,
        "parameters": json.loads(as_json(trial.parameters)),
        "snapshot": trial.snapshot,
        "costs": json.loads(as_json(trial.costs)),
        "instruments": sorted(trial.instruments),
        "period_start": trial.start.isoformat(),
        "period_end": trial.end.isoformat(),
        "days": result.days,
        "sharpe": record.sharpe if record else None,
        "skewness": record.skewness if record else None,
        "kurtosis": record.kurtosis if record else None,
    }

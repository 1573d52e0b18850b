"""Rows of drift reports."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from psycopg.rows import dict_row

from mbats.models.drift.drift import Drift, FeatureDrift, ScoreDrift
from mbats.pipelines.drift.report import DriftReport

if TYPE_CHECKING:
    import psycopg

_KEEP = """
INSERT INTO risk.model_drift (uuid, model, reference, version, reported_at, period_start, period_end, bars, source,
                              synthetic, drifted, reasons, predictions, ic, late_ic, late_low, late_high, calibration,
                              late_calibration)
VALUES (%(id)s, %(model)s, %(reference)s, %(version)s, %(at)s, %(start)s, %(end)s, %(bars)s, %(source)s, %(synthetic)s,
        %(drifted)s, %(reasons)s, %(rows)s, %(ic)s, %(late_ic)s, %(late_low)s, %(late_high)s, %(calibration)s,
        %(late_calibration)s)
RETURNING id
"""
_FEATURE = """
INSERT INTO risk.model_drift_feature (drift_id, number, feature, psi, ks, p, drifted)
VALUES (%(key)s, %(number)s, %(feature)s, %(psi)s, %(ks)s, %(p)s, %(drifted)s)
"""
_REPORTS = """
SELECT id AS key, uuid AS id, model, reference, version, reported_at AS at, period_start AS start, period_end AS "end",
       bars, source, synthetic
FROM risk.model_drift WHERE model = %s ORDER BY reported_at DESC, id DESC
"""
_SCORES = """
SELECT id AS key, predictions AS rows, ic, late_ic, late_low, late_high, calibration, late_calibration
FROM risk.model_drift WHERE model = %s
"""
_FEATURES = """
SELECT f.drift_id AS key, f.feature, f.psi, f.ks, f.p, f.drifted FROM risk.model_drift_feature f
JOIN risk.model_drift d ON d.id = f.drift_id WHERE d.model = %s ORDER BY f.drift_id, f.number
"""


def keep(connection: psycopg.Connection, report: DriftReport) -> None:
    """Add a report and its features."""
    drift = report.drift
    facts = {field: getattr(report, field) for field in DriftReport.__slots__ if field != "drift"}
    told = {"drifted": drift.drifted, "reasons": list(drift.reasons)}
    row = connection.execute(_KEEP, facts | told | asdict(drift.scores)).fetchone()
    assert row is not None
    with connection.cursor() as cursor:
        rows = [asdict(one) | {"key": row[0], "number": number} for number, one in enumerate(drift.features, 1)]
        cursor.executemany(_FEATURE, rows)


def reports(connection: psycopg.Connection, model: str) -> list[DriftReport]:
    """Return all reports on a model, newest first."""
    features: dict[int, list[FeatureDrift]] = {}
    with connection.cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(_FEATURES, (model,)):
            features.setdefault(row.pop("key"), []).append(FeatureDrift(**row))
        scores = {row.pop("key"): ScoreDrift(**row) for row in cursor.execute(_SCORES, (model,))}
        rows = cursor.execute(_REPORTS, (model,)).fetchall()
    return [
        DriftReport(drift=Drift(tuple(features.get(key := row.pop("key"), ())), scores[key]), **row) for row in rows
    ]

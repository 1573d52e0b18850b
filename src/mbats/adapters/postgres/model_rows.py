"""Rows of versions, verdicts and moves."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from mbats.market.local_time import moment
from mbats.models.gates.figures import Figures
from mbats.models.gates.gate import Gate
from mbats.models.registry import Alias
from mbats.pipelines.promotion.move import Cause, Move
from mbats.pipelines.promotion.verdict import Judgement, Verdict

if TYPE_CHECKING:
    from datetime import datetime

    import psycopg

    from mbats.models.version import Version

_NOTE = """
INSERT INTO risk.model_version (model, number, version, noted_at, estimator, parameters, label, features, columns,
                                dataset, snapshot, instruments, timeframe, trained_from, trained_until, fits, commit,
                                synthetic, metrics)
VALUES (%(model)s, %(number)s, %(version)s, %(at)s, %(estimator)s, %(parameters)s, %(label)s, %(fingerprint)s,
        %(columns)s, %(dataset)s, %(snapshot)s, %(symbols)s, %(timeframe)s, %(from)s, %(until)s, %(fits)s, %(commit)s,
        %(synthetic)s, %(metrics)s)
ON CONFLICT DO NOTHING
"""
_VERDICT = """
INSERT INTO risk.model_verdict (uuid, model, judged_at, judged_by, period_start, period_end, bars, snapshot, champion,
                                winner, synthetic, sentence)
VALUES (%(id)s, %(model)s, %(at)s, %(by)s, %(start)s, %(end)s, %(bars)s, %(snapshot)s, %(champion)s, %(winner)s,
        %(synthetic)s, %(sentence)s)
RETURNING id
"""
_JUDGEMENT = """
INSERT INTO risk.model_judgement (verdict_id, place, reference, version, passed, figures)
VALUES (%s, %s, %s, %s, %s, %s)
"""
_GATE = """
INSERT INTO risk.model_gate (verdict_id, place, number, gate, figure, bound, passed, sentence)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
_MOVE = """
INSERT INTO risk.model_move (model, alias, before, target, moved_at, moved_by, cause, verdict)
VALUES (%(model)s, %(alias)s, %(before)s, %(to)s, %(at)s, %(by)s, %(cause)s, %(verdict)s)
"""
_VERDICTS = """
SELECT id AS key, uuid AS id, model, judged_at AS at, judged_by AS by, period_start AS start, period_end AS "end",
       bars, snapshot, champion, winner, synthetic
FROM risk.model_verdict WHERE model = %s ORDER BY judged_at DESC, id DESC
"""
_JUDGEMENTS = """
SELECT j.verdict_id, j.place, j.reference, j.version, j.figures FROM risk.model_judgement j
JOIN risk.model_verdict w ON w.id = j.verdict_id WHERE w.model = %s ORDER BY j.verdict_id, j.place
"""
_GATES = """
SELECT g.verdict_id, g.place, g.gate AS name, g.figure, g.bound, g.passed, g.sentence FROM risk.model_gate g
JOIN risk.model_verdict w ON w.id = g.verdict_id WHERE w.model = %s ORDER BY g.verdict_id, g.place, g.number
"""
_MOVES = """
SELECT model, alias, before, target AS to, moved_at AS at, moved_by AS by, cause, verdict
FROM risk.model_move WHERE model = %s AND alias = %s ORDER BY id
"""
_PLAIN = ("estimator", "fingerprint", "dataset", "snapshot", "timeframe", "commit", "synthetic")


def note(connection: psycopg.Connection, version: Version, at: datetime) -> None:
    """Note the facts of a version; those noted before stay."""
    manifest = version.manifest
    facts = {
        **{name: manifest[name] for name in _PLAIN},
        **{name: Jsonb(manifest[name]) for name in ("parameters", "label", "metrics")},
        **{name: list(manifest[name]) for name in ("columns", "symbols")},
        "model": version.name,
        "number": version.number,
        "version": version.id,
        "at": at,
        "from": moment(min(fit.trained_from for fit in version.fits)),
        "until": moment(max(fit.trained_until for fit in version.fits)),
        "fits": len(version.fits),
    }
    connection.execute(_NOTE, facts)


def keep(connection: psycopg.Connection, verdict: Verdict) -> None:
    """Add a verdict, its judgements and their gates."""
    facts = {field: getattr(verdict, field) for field in Verdict.__slots__} | {"sentence": verdict.sentence}
    row = connection.execute(_VERDICT, facts).fetchone()
    assert row is not None
    judgements, gates = [], []
    for place, one in enumerate(verdict.judgements, 1):
        judgements.append((row[0], place, one.reference, one.version, one.passed, Jsonb(asdict(one.figures))))
        gates += [
            (row[0], place, number, gate.name, gate.figure, gate.bound, gate.passed, gate.sentence)
            for number, gate in enumerate(one.gates, 1)
        ]
    with connection.cursor() as cursor:
        cursor.executemany(_JUDGEMENT, judgements)
        cursor.executemany(_GATE, gates)


def verdicts(connection: psycopg.Connection, model: str) -> list[Verdict]:
    """Return all verdicts on a model, newest first."""
    gates: dict[tuple[int, int], list[Gate]] = {}
    judged: dict[int, list[Judgement]] = {}
    with connection.cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(_GATES, (model,)):
            gates.setdefault((row.pop("verdict_id"), row.pop("place")), []).append(Gate(**row))
        for row in cursor.execute(_JUDGEMENTS, (model,)):
            judged.setdefault(row["verdict_id"], []).append(_judgement(row, gates))
        rows = cursor.execute(_VERDICTS, (model,)).fetchall()
    return [Verdict(judgements=tuple(judged[row.pop("key")]), **row) for row in rows]


def journal(connection: psycopg.Connection, move: Move) -> None:
    """Add a move."""
    connection.execute(_MOVE, {field: getattr(move, field) for field in Move.__slots__})


def moves(connection: psycopg.Connection, model: str, alias: Alias) -> list[Move]:
    """Return the moves of an alias, oldest first."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_MOVES, (model, alias)).fetchall()
    return [Move(**{**row, "alias": Alias(row["alias"]), "cause": Cause(row["cause"])}) for row in rows]


def _judgement(row: dict[str, Any], gates: dict[tuple[int, int], list[Gate]]) -> Judgement:
    passed_through = tuple(gates.get((row["verdict_id"], row["place"]), ()))
    return Judgement(row["reference"], row["version"], Figures(**row["figures"]), passed_through)

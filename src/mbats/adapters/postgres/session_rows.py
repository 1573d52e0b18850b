"""Rows of live sessions and of their logs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mbats.live.store import Condition, Entry, SessionState, SessionTerms, Wish

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    import psycopg

_FACTS = (
    *("uuid", "name", "run", "venue", "url", "account", "strategies", "instruments", "timeframe", "anchor"),
    *("limits", "options", "command", "commit"),
)
_INSERT = """
INSERT INTO risk.session (uuid, name, run, venue, url, account, strategies, instruments, timeframe, anchor, limits,
                          options, command, commit, wish)
VALUES (%(uuid)s, %(name)s, %(run)s, %(venue)s, %(url)s, %(account)s, %(strategies)s, %(instruments)s, %(timeframe)s,
        %(anchor)s, %(limits)s, %(options)s, %(command)s, %(commit)s, %(wish)s)
"""
_SELECT = """
SELECT s.uuid, s.name, s.run, s.venue, s.url, s.account, s.strategies, s.instruments, s.timeframe, s.anchor, s.limits,
       s.options, s.command, s.commit, s.wish, s.condition, s.reason, s.created_at, s.heartbeat_at, s.process, r.held
FROM risk.session s JOIN report.sessions r ON r.session = s.uuid
"""
_ALL = _SELECT + "ORDER BY s.over, s.id DESC"
_NAMED = (
    _SELECT
    + """
WHERE s.name = %(name)s OR (length(%(name)s) >= 4 AND starts_with(s.uuid::text, lower(%(name)s)))
ORDER BY s.over, s.id DESC
"""
)
_OWNER = """
SELECT s.name, c.instrument FROM risk.session_claim c JOIN risk.session s ON s.id = c.session_id
WHERE NOT c.over AND (c.url, c.account) = (%s, %s) AND c.instrument = ANY(%s) ORDER BY c.instrument LIMIT 1
"""
# In the order given; what is there already takes no number of the sequence.
_APPEND = """
INSERT INTO risk.session_entry (session_id, kind, key, time, body)
SELECT s.id, given.kind, given.key, given.time, given.body
FROM risk.session s, unnest(%s::text[], %s::text[], %s::bigint[], %s::json[]) WITH ORDINALITY
     AS given (kind, key, time, body, place)
WHERE s.uuid = %s AND NOT EXISTS (
    SELECT FROM risk.session_entry e WHERE (e.session_id, e.kind, e.key) = (s.id, given.kind, given.key))
ORDER BY given.place
ON CONFLICT (session_id, kind, key) DO NOTHING
"""
_ENTRIES = """
SELECT e.kind, e.key, e.time, e.body FROM risk.session_entry e JOIN risk.session s ON s.id = e.session_id
WHERE s.uuid = %(session)s AND (%(kind)s::text IS NULL OR e.kind = %(kind)s) ORDER BY e.number
"""
_ASKED = """
SELECT s.wish, e.kind, e.key, e.time, e.body
FROM risk.session s LEFT JOIN risk.session_entry e ON e.session_id = s.id AND e.kind = 'act'
WHERE s.uuid = %s ORDER BY e.number
"""
_TELL = """
UPDATE risk.session SET condition = %s, reason = %s, heartbeat_at = clock_timestamp(), process = %s WHERE uuid = %s
"""
# A failed session of which more is wanted than its end is one to be begun again: it may have something to close.
_WANT = """
UPDATE risk.session SET wish = %(wish)s,
       condition = CASE WHEN condition = 'failed' AND %(wish)s <> 'stop' THEN 'new' ELSE condition END
WHERE uuid = %(session)s AND NOT over
"""
_ACT = """
INSERT INTO risk.session_entry (session_id, kind, key, time, body)
SELECT id, 'act', gen_random_uuid()::text, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint * 1000,
       json_build_object('act', %s::text, 'reason', %s::text)
FROM risk.session WHERE uuid = %s
"""


def insert(connection: psycopg.Connection, terms: SessionTerms, wish: Wish) -> None:
    """Add a session."""
    facts = {name: getattr(terms, name) for name in _FACTS if name != "uuid"}
    plain = {name: _json(facts[name]) for name in ("strategies", "limits", "options")}
    connection.execute(
        _INSERT, {**facts, **plain, "uuid": terms.id, "instruments": list(terms.instruments), "wish": wish}
    )


def owner(connection: psycopg.Connection, terms: SessionTerms) -> tuple[str, str] | None:
    """Return the session that owns one of the instruments of `terms`, and which one."""
    return connection.execute(_OWNER, (terms.url, terms.account, list(terms.instruments))).fetchone()


def states(connection: psycopg.Connection, name: str | None) -> list[SessionState]:
    """Return sessions by name or beginning of the id, or all: those that are not over first, then the newest."""
    rows = connection.execute(_ALL) if name is None else connection.execute(_NAMED, {"name": name})
    return [_state(row) for row in rows]


def append(connection: psycopg.Connection, session: UUID, entries: Sequence[Entry]) -> None:
    """Add rows to a log, but for those that are there."""
    kinds, keys, times = ([getattr(entry, name) for entry in entries] for name in ("kind", "key", "time"))
    connection.execute(_APPEND, (kinds, keys, times, [_json(entry.body) for entry in entries], session))


def entries(connection: psycopg.Connection, session: UUID, kind: str | None) -> list[Entry]:
    """Return a log, or its rows of one kind, in order of appending."""
    return [Entry(*row) for row in connection.execute(_ENTRIES, {"session": session, "kind": kind})]


def asked(connection: psycopg.Connection, session: UUID) -> tuple[Wish, list[Entry]] | None:
    """Return what is wanted of a session, and the acts in its log; None: there is none."""
    rows = connection.execute(_ASKED, (session,)).fetchall()
    return (Wish(rows[0][0]), [Entry(*row[1:]) for row in rows if row[1]]) if rows else None


def tell(connection: psycopg.Connection, session: UUID, condition: Condition, reason: str, process: int) -> None:
    """Note what a session does."""
    connection.execute(_TELL, (condition, reason, process, session))


def want(connection: psycopg.Connection, session: UUID, wish: Wish, reason: str) -> bool:
    """Note what is wanted of a session, and in its log why; False where it is over."""
    if connection.execute(_WANT, {"wish": wish, "session": session}).rowcount == 0:
        return False
    connection.execute(_ACT, (wish, reason, session))
    return True


def _state(row: tuple[Any, ...]) -> SessionState:
    *facts, wish, condition, reason, created_at, heartbeat_at, process, held = row
    told = dict(zip(_FACTS, facts, strict=True))
    told |= {name: tuple(told[name]) for name in ("strategies", "instruments")}
    terms = SessionTerms(id=told.pop("uuid"), **told)
    return SessionState(terms, Wish(wish), Condition(condition), reason, created_at, heartbeat_at, process, held)


def _json(value: Any) -> str:
    return json.dumps(value, allow_nan=False)

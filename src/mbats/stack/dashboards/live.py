"""Live sessions as they are now."""

from mbats.stack.dashboards.dashboard import Chart, Choice, Dashboard, Dataset, Kind, columns

SESSIONS = Dataset(
    "sessions",
    "risk",
    """SELECT name AS session, venue, account, strategies -> 0 ->> 'name' AS strategy,
       array_to_string(instruments, ' ') AS instruments, timeframe, wish, condition, reason, held, heartbeat_at,
       extract(epoch FROM now() - heartbeat_at)::float8 AS seconds_since, entries, created_at
FROM report.sessions""",
    columns(
        text="session venue account strategy instruments timeframe wish condition reason",
        time="heartbeat_at created_at",
        number="seconds_since entries",
        flag="held",
    ),
    "heartbeat_at",
    "last heartbeat",
)
POSITIONS = Dataset(
    "open positions",
    "risk",
    "SELECT name AS session, trade, instrument, units, price, opened_at FROM report.session_positions",
    columns(text="session instrument", time="opened_at", number="trade units price"),
    "opened_at",
    "last entry",
)
ORDERS = Dataset(
    "orders of sessions",
    "risk",
    """SELECT name AS session, time, "order", instrument, role, type, units, price, state, reason, ended_at
FROM report.session_orders""",
    columns(text="session instrument role type state reason", time="time ended_at", number="order units price"),
    "time",
    "last order",
)
DELAYS = Dataset(
    "delays of sessions",
    "risk",
    """WITH told AS (
    SELECT session, name, kind, key, stored_at FROM report.session_log
    WHERE kind IN ('bar', 'decision', 'intent', 'reply')
)
SELECT b.name AS session, step.title AS step, a.stored_at,
       extract(epoch FROM a.stored_at - b.stored_at)::float8 * 1000 AS milliseconds
FROM (VALUES ('bar', 'decision', 'a bar stored, a decision made'), ('intent', 'reply', 'an order stored, a reply come'))
     AS step (before, after, title)
JOIN told b ON b.kind = step.before
JOIN told a ON a.session = b.session AND a.key = b.key AND a.kind = step.after""",
    columns(text="session step", time="stored_at", number="milliseconds"),
    "stored_at",
    "last step",
)
_TWINS = """begun AS (
    SELECT s.name, s.run, min(l.time) AS first
    FROM report.sessions s
    JOIN report.session_log l USING (session)
    WHERE l.kind = 'decision'
    GROUP BY 1, 2
), twin AS (
    SELECT DISTINCT ON (s.name) s.name, p.run
    FROM report.sessions s
    JOIN report.performance p ON p.strategy = s.strategies -> 0 ->> 'name' AND p.timeframe = s.timeframe
    JOIN report.runs r ON r.run = p.run AND r.simulator <> 'live'
    ORDER BY s.name, p.started_at DESC
), pair AS (
    SELECT name, run, 'live' AS what, first FROM begun
    UNION ALL
    SELECT t.name, t.run, 'backtest', b.first FROM twin t JOIN begun b USING (name)
)"""
"""Each session and the newest backtest of its strategy, since the session's first decision."""
TWINS = Dataset(
    "live equity against backtest",
    "risk",
    f"""WITH {_TWINS}
SELECT p.name AS session, p.what, e.time,
       e.nav / nullif(first_value(e.nav) OVER (PARTITION BY p.name, p.what ORDER BY e.time), 0) - 1 AS growth
FROM pair p
JOIN report.equity e ON e.run = p.run AND e.time >= p.first - interval '1 day'""",
    columns(text="session what", time="time", number="growth"),
    "time",
    "last day",
)
RESULTS = Dataset(
    "live trades against backtest",
    "risk",
    f"""WITH {_TWINS}
SELECT p.name AS session, p.what, t.exit_time AS time,
       sum(t.net) OVER (PARTITION BY p.name, p.what ORDER BY t.exit_time, t.id) AS net
FROM pair p
JOIN report.trades t ON t.run = p.run AND t.entry_time >= p.first AND NOT t.open""",
    columns(text="session what", time="time", number="net"),
    "time",
    "last exit",
)
_UNDONE = {"expressionType": "SQL", "clause": "WHERE", "sqlExpression": "state IN ('rejected', 'cancelled')"}

LIVE = Dashboard(
    "Live",
    "live",
    (
        (
            Chart(
                name="Sessions and their heartbeats",
                dataset=SESSIONS,
                kind=Kind.TABLE,
                by=(
                    "session",
                    "strategy",
                    "instruments",
                    "venue",
                    "account",
                    "wish",
                    "condition",
                    "held",
                    "heartbeat_at",
                    "seconds_since",
                    "reason",
                ),
                width=12,
                height=36,
            ),
        ),
        (
            Chart(
                name="Open positions",
                dataset=POSITIONS,
                kind=Kind.TABLE,
                by=("session", "instrument", "units", "price", "opened_at"),
            ),
            Chart(
                name="Equity against backtest",
                dataset=TWINS,
                kind=Kind.LINE,
                x="time",
                by=("session", "what"),
                metrics={"growth": "max(growth)"},
                unit="since the session began",
                options={"y_axis_format": ".3p", "markerEnabled": True},
            ),
        ),
        (
            Chart(
                name="Orders by state",
                dataset=ORDERS,
                kind=Kind.BAR,
                x="state",
                by=("session",),
                metrics={"orders": "count(*)"},
                unit="orders",
                options={"stack": "Stack"},
            ),
            Chart(
                name="Rejects and cancels",
                dataset=ORDERS,
                kind=Kind.BAR,
                x="reason",
                by=("state",),
                metrics={"orders": "count(*)"},
                unit="orders",
                options={"stack": "Stack", "adhoc_filters": [_UNDONE]},
            ),
        ),
        (
            Chart(
                name="Closed trades against backtest",
                dataset=RESULTS,
                kind=Kind.LINE,
                x="time",
                by=("session", "what"),
                metrics={"net": "max(net)"},
                unit="account currency, summed",
                options={"connectNulls": True, "markerEnabled": True, "x_axis_time_format": "%m-%d %H:%M"},
            ),
            Chart(
                name="Delays by our own clock",
                dataset=DELAYS,
                kind=Kind.LINE,
                x="stored_at",
                by=("step",),
                metrics={"median": "percentile_cont(0.5) WITHIN GROUP (ORDER BY milliseconds)"},
                unit="milliseconds, median of a minute",
                options={
                    "time_grain_sqla": "PT1M",
                    "logAxis": True,
                    "markerEnabled": True,
                    "x_axis_time_format": "%H:%M",
                },
            ),
        ),
        (
            Chart(
                name="Orders",
                dataset=ORDERS,
                kind=Kind.TABLE,
                by=("time", "session", "instrument", "role", "type", "units", "price", "state", "reason", "ended_at"),
                options={"order_by_cols": ['["time", false]']},
                width=12,
            ),
        ),
    ),
    (Choice("Session", SESSIONS, "session"),),
    refresh=30,
)

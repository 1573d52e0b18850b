-- What sessions have sent and what they hold, out of the venue's own words in their logs.

CREATE VIEW report.session_orders AS
WITH told AS (
    SELECT e.session_id, e.time, e.body, e.body ->> 'kind' AS kind, (e.body ->> 'order')::bigint AS "order"
    FROM risk.session_entry e
    WHERE e.kind = 'transaction'
)
SELECT s.uuid AS session, s.name, o."order", o.body ->> 'client_id' AS client_id,
       timestamptz 'epoch' + (o.time / 1000) * interval '1 microsecond' AS time,
       coalesce(nullif(o.body ->> 'instrument', ''), opener.body ->> 'instrument') AS instrument,
       (ARRAY['entry', 'stop_loss', 'take_profit', 'exit', 'reversal', 'rebalance', 'time_stop', 'closeout',
              'manual'])[coalesce((o.body ->> 'role')::integer, 0) + 1] AS role,
       (ARRAY['market', 'limit', 'stop', 'stop_limit', 'trailing_stop'])[coalesce((o.body ->> 'type')::integer, 0) + 1]
           AS type,
       (o.body ->> 'units')::numeric AS units, (o.body ->> 'price')::numeric AS price,
       nullif((o.body ->> 'trade')::bigint, 0) AS trade,
       CASE WHEN o.kind = 'reject' THEN 'rejected'
            WHEN fate.kind = 'fill' THEN 'filled'
            WHEN fate.kind = 'cancel' THEN 'cancelled'
            ELSE 'waiting' END AS state,
       timestamptz 'epoch' + (fate.time / 1000) * interval '1 microsecond' AS ended_at,
       coalesce(fate.body ->> 'reason', o.body ->> 'reason') AS reason
FROM told o
JOIN risk.session s ON s.id = o.session_id
LEFT JOIN LATERAL (
    SELECT f.kind, f.time, f.body FROM told f
    WHERE f.session_id = o.session_id AND f."order" = o."order" AND f.kind IN ('fill', 'cancel')
    ORDER BY f.kind DESC LIMIT 1
) fate ON true
LEFT JOIN risk.session_entry opener
       ON opener.session_id = o.session_id AND opener.kind = 'transaction' AND opener.key = o.body ->> 'trade'
WHERE o.kind IN ('order', 'reject')
  AND starts_with(o.body ->> 'client_id', 'mb-' || left(s.uuid::text, 8) || '-');
COMMENT ON VIEW report.session_orders IS 'Every order of live sessions at the venue, and its state.';

CREATE VIEW report.session_positions AS
WITH fill AS (
    SELECT e.session_id, e.time, e.body FROM risk.session_entry e
    WHERE e.kind = 'transaction' AND e.body ->> 'kind' = 'fill'
), closed AS (
    SELECT f.session_id, (part ->> 'trade')::bigint AS trade, sum((part ->> 'units')::numeric) AS units
    FROM fill f, json_array_elements(coalesce(f.body -> 'closed', '[]')) part
    GROUP BY 1, 2
)
SELECT s.uuid AS session, s.name, (f.body -> 'opened' ->> 'trade')::bigint AS trade,
       f.body ->> 'instrument' AS instrument,
       (f.body -> 'opened' ->> 'units')::numeric - coalesce(c.units, 0) AS units, (f.body ->> 'price')::numeric AS price,
       timestamptz 'epoch' + (f.time / 1000) * interval '1 microsecond' AS opened_at,
       f.body ->> 'client_id' AS client_id
FROM fill f
JOIN risk.session s ON s.id = f.session_id
LEFT JOIN closed c ON c.session_id = f.session_id AND c.trade = (f.body -> 'opened' ->> 'trade')::bigint
WHERE f.body -> 'opened' ->> 'trade' IS NOT NULL
  AND starts_with(f.body ->> 'client_id', 'mb-' || left(s.uuid::text, 8) || '-')
  AND (f.body -> 'opened' ->> 'units')::numeric <> coalesce(c.units, 0);
COMMENT ON VIEW report.session_positions IS 'Trades that live sessions opened and that are open still, as far as their logs reach.';

"""What dashboards see, through the eyes of bi_reader; and what the tables behind them keep."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from fakes.bars import FILE, bars, batch
from fakes.verdict import result, run_info
from mbats.adapters.postgres.dictionary import dictionary
from mbats.adapters.postgres.roles import OWNER, READER
from mbats.execution.order import OrderType, Reason, Role
from mbats.ledger.journal import Event, JournalWriter, Kind
from mbats.secmaster.keys import Flag

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def finished(postgres):
    """A finished run."""
    store, info = postgres.run_store(), run_info()
    store.begin(info)
    store.finish(result(info))
    return info


def rows(connection, query, *parameters):
    return connection.execute(query, parameters).fetchall()


def test_the_data_dictionary_is_up_to_date(postgres):
    told = dictionary(postgres)
    assert "None" not in told, "comment every table and column"
    command = "python -m mbats.adapters.postgres.dictionary docs/data-dictionary.md"
    assert (ROOT / "docs/data-dictionary.md").read_text() == told, f"run `{command}`"


def test_a_revision_keeps_the_old_row_and_names_both_runs(postgres, as_role):
    master, old = postgres.security_master(), bars()
    [first] = master.ingest([batch(old)], FILE)
    new = replace(old, mid=replace(old.mid, close=old.mid.close + (old.time == old.time[4]) * 0.0003))
    [second] = master.ingest([batch(new)], FILE)
    kept = rows(as_role("secmaster", READER), "SELECT close, written_by, replaced_by FROM report.revisions")
    assert kept == [(old.close[4], first.run, second.run)]
    bars_and_runs = "secmaster.intraday_bar b JOIN secmaster.ingestion_run r ON r.id = b.run_id"
    written = rows(as_role("secmaster", OWNER), f"SELECT r.uuid, count(*) FROM {bars_and_runs} GROUP BY 1")
    assert dict(written) == {first.run: 11, second.run: 1}


def test_ingestion_runs_tell_what_they_did(postgres, as_role):
    for _ in range(2):
        postgres.security_master().ingest([batch(bars()), batch(bars(timeframe="D"))], FILE)
    query = "SELECT source, digest, status, subject, inserted, unchanged FROM report.ingestion_runs"
    told = rows(as_role("secmaster", READER), query + " ORDER BY started_at, subject")
    hourly, daily = "EUR_USD H1 (oanda, ny17)", "EUR_USD D (oanda, ny17)"
    facts = (FILE.name, FILE.digest)
    assert told[:2] == [(*facts, "loaded", daily, 12, 0), (*facts, "loaded", hourly, 12, 0)]
    assert told[2:] == [(*facts, "unchanged", daily, 0, 12), (*facts, "unchanged", hourly, 0, 12)]


def test_suspicious_bars_say_why(postgres, as_role):
    flags = bars().time.astype("int16") * 0
    flags[3] = Flag.CROSSED_SPREAD | Flag.STALE
    postgres.security_master().ingest([batch(bars(), flags)], FILE)
    query = "SELECT symbol, crossed_spread, outlier, gap, stale FROM report.suspicious_bars"
    assert rows(as_role("secmaster", READER), query) == [("EUR_USD", True, False, False, True)]


def test_bars_lie_in_the_partition_of_their_year(postgres, as_role):
    postgres.security_master().ingest([batch(bars("2021-12-31T18"))], FILE)
    query = "SELECT tableoid::regclass::text, count(*) FROM secmaster.intraday_bar GROUP BY 1 ORDER BY 1"
    found = rows(as_role("secmaster", OWNER), query)
    assert found == [("secmaster.intraday_bar_2021", 6), ("secmaster.intraday_bar_2022", 6)]


def test_a_rerun_is_a_run_but_no_new_trial(postgres, as_role, finished):
    store = postgres.run_store()
    renamed = {**finished.strategies[0], "name": "Renamed"}
    store.begin(run_info(1, strategies=(renamed,)))
    store.begin(run_info(2, strategies=({**renamed, "parameters": {"rsi_period": 31}},)))
    store.begin(run_info(3, snapshot="sha256:6"))
    store.begin(run_info(4, costs={"name": "none"}))
    query = "SELECT strategy, parameters, snapshot, costs->>'name', runs FROM report.trials ORDER BY trial"
    assert rows(as_role("risk", READER), query) == [
        ("RsiBracket", {"rsi_period": 30}, "sha256:5", "oanda-us", 2),
        ("Renamed", {"rsi_period": 31}, "sha256:5", "oanda-us", 1),
        ("RsiBracket", {"rsi_period": 30}, "sha256:6", "oanda-us", 1),
        ("RsiBracket", {"rsi_period": 30}, "sha256:5", "none", 1),
    ]


def test_money_adds_up_in_the_tables(finished, as_role):
    reader = as_role("risk", READER)
    costs = "spread_cost + slippage_cost + commission + financing + conversion_cost"
    [(gross, spent, net)] = rows(reader, f"SELECT gross, {costs}, net FROM report.trades WHERE run = %s", finished.id)
    assert gross - spent == net == Decimal("1.2345")
    assert rows(reader, "SELECT net_profit FROM report.performance") == [(Decimal("1.2345"),)]
    flows = rows(reader, "SELECT flow, instrument, amount, balance FROM report.cash_flows")
    assert flows == [("profit", "EUR_USD", Decimal("1.8905"), Decimal("100001.8905"))]
    assert rows(reader, "SELECT nav FROM report.equity ORDER BY time") == [
        (Decimal("100000.1"),),
        (Decimal("100001.2345"),),
    ]


def test_decisions_orders_and_fills_have_names_for_their_codes(finished, as_role):
    reader = as_role("risk", READER)
    decisions = rows(reader, "SELECT instrument, strategy, price, stop, extras FROM report.decisions")
    assert decisions == [("EUR_USD", "RsiBracket", 1.1, None, {"rsi": 38.5, "atr": 0})]
    orders = rows(reader, 'SELECT "order", parent, role, type, units FROM report.orders')
    assert orders == [(1, None, "entry", "market", 1000.0)]
    fills = rows(reader, "SELECT role, units, price, currency FROM report.fills ORDER BY sequence")
    assert fills == [("entry", 1000.0, 1.1001, "USD"), ("stop_loss", -1000.0, 1.102, "USD")]
    assert rows(reader, "SELECT count(*) FROM report.order_events") == [(3,)]
    assert rows(reader, "SELECT units FROM report.positions ORDER BY sequence") == [(1000.0,), (0.0,)]


@pytest.mark.parametrize(
    ("column", "field", "codes"),
    [("kind", "kind", Kind), ("role", "role", Role), ("type", "type", OrderType), ("reason", "reason", Reason)],
)
def test_every_code_has_its_name(postgres, as_role, column, field, codes):
    store, info, writer = postgres.run_store(), run_info(), JournalWriter((), (), ())
    for code in codes:
        writer.append(Event(0, **{"kind": Kind.ORDER, field: code}))
    store.begin(info)
    store.finish(replace(result(info), journal=_of_an_instrument(writer.journal()), flows=()))
    told = rows(as_role("risk", READER), f"SELECT {column} FROM report.events ORDER BY sequence")
    assert told == [(code.name.lower(),) for code in codes]


def _of_an_instrument(journal):
    """Positions are netted from fills, and these belong to no instrument."""
    return replace(
        journal,
        instruments=("EUR_USD",),
        strategies=("x",),
        instrument=journal.instrument + 1,
        strategy=journal.strategy + 1,
    )

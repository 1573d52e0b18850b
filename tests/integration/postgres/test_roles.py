"""What each role may not do is refused by PostgreSQL itself."""

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, ObjectNotInPrerequisiteState

from mbats.adapters.postgres.embedded import EmbeddedServer
from mbats.adapters.postgres.roles import DATABASES, MODELLER, MODELS, OWNER, READER, STUDIES, TUNER, WRITER

RELATIONS = """
SELECT format('%I.%I', schemaname, {0}name) FROM pg_{0}s WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
"""


@pytest.mark.parametrize("database", DATABASES)
def test_the_reader_sees_every_view_of_report_and_no_table(postgres, as_role, database):
    reader, owner = as_role(database, READER), as_role(database, OWNER)
    views = [name for (name,) in owner.execute(RELATIONS.format("view"))]
    tables = [name for (name,) in owner.execute(RELATIONS.format("table"))]
    assert views
    assert all(name.startswith("report.") for name in views)
    for view in views:
        reader.execute(f"SELECT * FROM {view}").fetchall()
    for table in tables:
        with pytest.raises(InsufficientPrivilege):
            reader.execute(f"SELECT * FROM {table}")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE public.mine (id int)",
        "CREATE TABLE report.mine (id int)",
        "CREATE TEMP TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "SET ROLE mbats_owner",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT lo_create(0)",
        "SELECT lo_creat(-1)",
        "SELECT lo_from_bytea(0, 'mine')",
    ],
)
@pytest.mark.parametrize("database", DATABASES)
def test_the_reader_cannot_write_anything(as_role, database, statement):
    reader = as_role(database, READER)
    reader.execute("SET default_transaction_read_only = off")
    with pytest.raises(InsufficientPrivilege):
        reader.execute(statement)


def test_the_reader_cannot_write_through_views_or_functions(as_role):
    reader = as_role("secmaster", READER)
    reader.execute("SET default_transaction_read_only = off")
    for statement in ("UPDATE report.instruments SET pip = 1", "SELECT secmaster.ensure_partition('daily_bar', 1999)"):
        with pytest.raises((InsufficientPrivilege, ObjectNotInPrerequisiteState)):
            reader.execute(statement)


@pytest.mark.parametrize(
    ("role", "closed"),
    [
        *((role, ("postgres", "template1", STUDIES, MODELS)) for role in (OWNER, WRITER, READER)),
        (TUNER, ("postgres", MODELS, *DATABASES)),
        (MODELLER, ("postgres", STUDIES, *DATABASES)),
    ],
)
def test_our_roles_connect_to_their_databases_only(postgres_home, role, closed):
    for database in closed:
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(EmbeddedServer(postgres_home).address(database, role).url)


@pytest.mark.parametrize(
    ("database", "statement"),
    [
        ("secmaster", "DELETE FROM secmaster.intraday_bar"),
        ("secmaster", "TRUNCATE secmaster.daily_bar"),
        ("secmaster", "DROP TABLE secmaster.instrument"),
        ("secmaster", "ALTER TABLE secmaster.instrument ADD COLUMN mine int"),
        ("secmaster", "CREATE TABLE secmaster.mine (id int)"),
        ("risk", "DELETE FROM risk.trial"),
        ("risk", "UPDATE risk.trial SET fingerprint = 'another'"),
        ("risk", "UPDATE risk.trial SET strategy = 'Renamed'"),
        ("risk", "UPDATE risk.run_trial SET trial_id = 1"),
        ("risk", "DELETE FROM risk.prior_trial"),
        ("risk", "UPDATE risk.prior_trial SET trials = 1"),
        ("risk", "UPDATE risk.deflation SET deflated = 1"),
        ("risk", "UPDATE risk.journal_event SET price = 1"),
        ("risk", "UPDATE risk.performance SET net_profit = 1"),
        ("risk", "UPDATE risk.sweep_cell SET returns = NULL"),
        ("risk", "DELETE FROM risk.run"),
        ("risk", "DROP VIEW report.runs"),
        ("risk", "CREATE TABLE public.mine (id int)"),
        ("risk", "SET ROLE mbats_owner"),
    ],
)
def test_the_writer_neither_defines_nor_deletes(as_role, database, statement):
    with pytest.raises(InsufficientPrivilege):
        as_role(database, WRITER).execute(statement)


def test_the_record_of_a_trial_is_noted_once(as_role):
    writer = as_role("risk", WRITER)
    writer.execute(_A_TRIAL)
    writer.execute("UPDATE risk.trial SET days = 500, sharpe = 0.1 WHERE fingerprint = 'unjudged'")
    with pytest.raises(InsufficientPrivilege, match="noted before and stays"):
        writer.execute("UPDATE risk.trial SET sharpe = 0.2 WHERE fingerprint = 'unjudged'")


_A_TRIAL = """
INSERT INTO risk.trial (fingerprint, strategy, code, parameters, snapshot, costs, instruments, period_start, period_end,
                        first_run_at)
VALUES ('unjudged', 'A', '', '{}', '', '{}', '{EUR_USD}', '2020-01-01', '2022-01-01', '2024-01-01')
"""


def test_the_writer_makes_no_partition_but_of_bars(as_role):
    writer = as_role("secmaster", WRITER)
    for arguments in ("'instrument', 2020", "'daily_bar', 99999", "'daily_bar; DROP TABLE secmaster.series', 2020"):
        with pytest.raises(psycopg.errors.RaiseException):
            writer.execute(f"SELECT secmaster.ensure_partition({arguments})")


def test_partitions_are_closed_to_the_reader_too(postgres, as_role):
    as_role("secmaster", WRITER).execute("SELECT secmaster.ensure_partition('daily_bar', 1999)")
    with pytest.raises(InsufficientPrivilege):
        as_role("secmaster", READER).execute("SELECT * FROM secmaster.daily_bar_1999")

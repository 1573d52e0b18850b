"""Migrations from empty and from every earlier state, by one process or several, and those that are refused."""

from dataclasses import replace
from multiprocessing import get_context

import psycopg
import pytest
from psycopg import sql

from mbats.adapters.postgres.cluster import ADMIN
from mbats.adapters.postgres.connection import connected
from mbats.adapters.postgres.embedded import EmbeddedServer
from mbats.adapters.postgres.migrator import Migration, migrate, migrations, pending
from mbats.adapters.postgres.roles import DATABASES, OWNER, WRITER
from mbats.errors.database import MigrationChanged, MigrationFailed, NewerSchema

STATES = [(name, applied) for name in DATABASES for applied in range(len(migrations(name)) + 1)]
SHAPE = """
SELECT c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod), c.relacl::text
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('secmaster', 'risk', 'report'))
  AND NOT c.relispartition
ORDER BY 1, 2, 3
"""


@pytest.fixture
def empty(postgres, postgres_home):
    """The owner's address of a new, empty database, which our access rules let in under the name of an old one."""
    server = EmbeddedServer(postgres_home)

    def rename(database, other):
        with connected(server.admin_address(), autocommit=True) as connection:
            names = (sql.Identifier(database), sql.Identifier(other))
            connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))

    def make(database):
        rename(database, f"{database}_aside")
        with connected(server.admin_address(), autocommit=True) as connection:
            create = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0")
            connection.execute(create.format(sql.Identifier(database), sql.Identifier(OWNER)))
        made.append(database)
        return server.address(database, OWNER)

    made = []
    yield make
    for database in made:
        with connected(server.admin_address(), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))
        rename(f"{database}_aside", database)


def shape(address):
    with connected(address) as connection:
        return connection.execute(SHAPE).fetchall()


@pytest.mark.parametrize(("database", "applied"), STATES)
def test_leads_from_every_earlier_state_to_the_same_schema(empty, as_role, database, applied):
    wanted = as_role(database, ADMIN).execute(SHAPE).fetchall()
    as_role.close()
    known = migrations(database)
    address = empty(database)
    assert migrate(address, known[:applied]) == known[:applied]
    assert migrate(address, known) == known[applied:]
    assert migrate(address, known) == []
    assert shape(address) == wanted


def test_every_database_has_had_several_states():
    assert {name: len(migrations(name)) for name in DATABASES} == {"secmaster": 3, "risk": 10}


def test_trials_of_earlier_runs_get_the_record_of_their_account(empty, as_role):
    as_role.close()
    address, known = empty("risk"), migrations("risk")
    migrate(address, known[:3])
    with connected(address, autocommit=True) as owner:
        for number, strategies in (
            (1, '[{"name": "A"}]'),
            (2, '[{"name": "A"}]'),
            (3, '[{"name": "A"}, {"name": "B"}]'),
        ):
            owner.execute(_EARLIER.format(number=number, strategies=strategies, trial=1 if number < 3 else 2))
    migrate(address, known[:4])
    with connected(address) as owner:
        found = owner.execute("SELECT days, round(sharpe::numeric, 6), skewness, kurtosis FROM risk.trial ORDER BY id")
        first, second = found.fetchall()
    assert [float(value) for value in first] == [501, 0.1, -0.5, 6.0]
    assert second == (None,) * 4


_EARLIER = """
INSERT INTO risk.run (uuid, started_at, simulator, fills, costs, account, strategies, instruments, timeframe,
                      period_start, period_end, snapshot, commit, synthetic, command, notes)
VALUES (gen_random_uuid(), timestamptz '2024-01-0{number}', '', 'venue', '{{}}', '{{}}', '{strategies}', '{{EUR_USD}}',
        'H1', '2020-01-01', '2022-01-01', '', '', false, '', '{{}}');
INSERT INTO risk.trial (fingerprint, strategy, code, parameters, snapshot, costs, instruments, period_start, period_end,
                        first_run_at)
VALUES ('{trial}', 'A', '', '{{}}', '', '{{}}', '{{EUR_USD}}', '2020-01-01', '2022-01-01', '2024-01-01')
ON CONFLICT DO NOTHING;
INSERT INTO risk.run_trial SELECT {number}, id FROM risk.trial WHERE fingerprint = '{trial}';
INSERT INTO risk.performance VALUES ({number}, 'USD', 0, 0, 0, 0, 0, 0, 0,
    '{{"days": 50{number}, "sharpe": 1.5811388300841898, "periods_per_year": 250, "skewness": -0.5, "kurtosis": 6}}');
"""


def test_two_processes_may_migrate_at_once(empty, as_role):
    as_role.close()
    address = empty("secmaster")
    with get_context("spawn").Pool(2) as pool:
        done = pool.starmap(migrate, [(address, migrations("secmaster"))] * 2)
    assert sorted(map(len, done)) == [0, 3]


def test_refuses_a_file_that_was_changed(postgres_home):
    changed = [replace(one, text=one.text + " ") if one.number == 2 else one for one in migrations("risk")]
    address = EmbeddedServer(postgres_home).address("risk", WRITER)
    with connected(address) as connection, pytest.raises(MigrationChanged, match=r"0002_results.sql"):
        pending(connection, "risk", changed)


def test_refuses_a_schema_that_a_newer_version_made(postgres_home):
    address = EmbeddedServer(postgres_home).address("risk", WRITER)
    with connected(address) as connection, pytest.raises(NewerSchema, match=r"0003"):
        pending(connection, "risk", migrations("risk")[:2])


def test_a_migration_that_fails_is_taken_back_whole(empty, as_role):
    as_role.close()
    address = empty("risk")
    broken = Migration("0001_broken.sql", "CREATE SCHEMA risk; CREATE TABLE risk.run (id nonsense);")
    with pytest.raises(MigrationFailed, match=r"0001_broken.sql.*nonsense"):
        migrate(address, [broken])
    assert shape(address) == []
    assert migrate(address, migrations("risk")) == migrations("risk")


def test_the_owner_of_all_is_the_owner_role(as_role):
    query = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname IN ('secmaster', 'migration')"
    assert as_role("secmaster", OWNER).execute(query).fetchall() == [(OWNER,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_role("secmaster", WRITER).execute("DELETE FROM migration.applied")

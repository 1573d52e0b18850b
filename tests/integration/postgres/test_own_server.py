"""A server of the user's own: a role with CREATEDB and CREATEROLE, no superuser."""

import json
from urllib.parse import quote

import psycopg
import pytest

from mbats.adapters.postgres import place
from mbats.adapters.postgres.connection import connected
from mbats.adapters.postgres.embedded import EmbeddedServer
from mbats.adapters.postgres.server import open_server
from mbats.errors.database import BadDatabaseUrl, DatabaseUnreachable, MissingPrivilege, PasswordUnknown


@pytest.fixture
def foreign(own_home):
    """A cluster that MBATS has not prepared, open to any role with a password; its administrator's address."""
    server = EmbeddedServer(own_home / "foreign")
    server.start()
    rules = place.load(own_home / "foreign/postgres").data / "pg_hba.conf"
    rules.write_text("local all all scram-sha-256\n")
    with connected(server.admin_address(), autocommit=True) as admin:
        admin.execute("CREATE ROLE dba LOGIN CREATEDB CREATEROLE PASSWORD 'it''s @/:% a secret'")
        admin.execute("CREATE ROLE clerk LOGIN PASSWORD 'clerk'")
        admin.execute("SELECT pg_reload_conf()")
    yield server.admin_address()
    server.stop()


def url(address, user, password):
    return f"postgresql://{user}:{password}@/postgres?host={quote(address.host)}"


DBA = ("dba", "it%27s%20%40%2F%3A%25%20a%20secret")


def test_is_prepared_by_a_role_that_is_no_superuser(foreign, own_home):
    server = open_server(own_home, url(foreign, *DBA))
    assert server.security_master().holdings() == []
    assert server.run_store().runs() == []
    [file] = (own_home / "postgres").glob("credentials-*.json")
    assert file.stat().st_mode & 0o777 == 0o600
    assert "dba" not in json.loads(file.read_text())
    with psycopg.connect(server.bi_url("risk")) as reader:
        assert reader.execute("SELECT count(*) FROM report.runs").fetchone() == (0,)
    server.stop()
    assert open_server(own_home, url(foreign, *DBA)).run_store().runs() == []


def test_needs_no_privilege_once_it_is_prepared(foreign, own_home):
    open_server(own_home, url(foreign, *DBA))
    assert open_server(own_home, url(foreign, "clerk", "clerk")).run_store().runs() == []


def test_says_which_privilege_is_missing(foreign, own_home):
    with pytest.raises(MissingPrivilege, match="CREATEROLE"):
        open_server(own_home, url(foreign, "clerk", "clerk"))


def test_does_not_take_over_roles_whose_passwords_it_does_not_know(foreign, own_home):
    open_server(own_home / "first", url(foreign, *DBA))
    with pytest.raises(PasswordUnknown, match="Copy that file"):
        open_server(own_home / "second", url(foreign, *DBA))
    assert not list((own_home / "second").rglob("*.json"))


@pytest.mark.parametrize(
    "address", ["postgresql://me:hush@127.0.0.1:9/postgres", "postgresql://me:hush@nowhere.invalid/"]
)
def test_says_that_nobody_answers_without_telling_the_password(own_home, address):
    with pytest.raises(DatabaseUnreachable, match="MBATS_DATABASE_URL") as caught:
        open_server(own_home, address)
    assert "hush" not in str(caught.value)


def test_says_that_the_url_is_none_without_telling_what_may_be_a_password(own_home):
    with pytest.raises(BadDatabaseUrl, match="percent-encoded") as caught:
        open_server(own_home, "postgresql://me:hu sh@host/")
    assert "hu" not in str(caught.value)

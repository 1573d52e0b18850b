import psycopg.conninfo
import pytest

from mbats.adapters.postgres.address import Address
from mbats.adapters.postgres.own import OwnServer

SECRET = "p@ss/wörd :%?#&'"


@pytest.mark.parametrize("host", ["db.example.org", "/tmp/a folder/with ünicode"])
def test_the_url_says_to_libpq_what_the_address_holds(host):
    address = Address(host, 5433, "risk", "mbats_writer", SECRET, {"sslmode": "require"})
    parts = psycopg.conninfo.conninfo_to_dict(address.url)
    told = {name: parts[name] for name in ("host", "port", "dbname", "user", "password", "sslmode")}
    assert told == {
        "host": host,
        "port": "5433",
        "dbname": "risk",
        "user": "mbats_writer",
        "password": SECRET,
        "sslmode": "require",
    }


def test_never_shows_the_password():
    address = Address("h", 1, "risk", "me", SECRET)
    assert SECRET not in f"{address} {address!r}"


def test_the_users_url_gives_host_port_and_options_to_our_roles(tmp_path):
    url = "postgresql://dba:x@db.example.org:6543/maintenance?sslmode=verify-full&connect_timeout=3"
    server = OwnServer(tmp_path, url)
    admin, ours = server.admin_address(), server.address("risk", "mbats_writer")
    assert (admin.database, admin.user, admin.password) == ("maintenance", "dba", "x")
    assert (ours.host, ours.port, ours.database, ours.password) == ("db.example.org", 6543, "risk", "")
    assert dict(ours.options) == {"sslmode": "verify-full"}

"""A role's password is changed once, whoever asks how often."""

from contextlib import suppress

import pytest

from mbats.adapters.postgres.administrator import change_password
from mbats.adapters.postgres.cluster import ADMIN
from mbats.adapters.postgres.connection import connected
from mbats.adapters.postgres.embedded import EmbeddedServer
from mbats.errors.database import DatabaseUnreachable


@pytest.fixture
def address(postgres, postgres_home, as_role):
    """A role that may change its own password, and has the old one again afterwards."""
    admin = EmbeddedServer(postgres_home).address("postgres", ADMIN)
    yield admin
    for password in ("after", "another"):
        with suppress(DatabaseUnreachable):
            change_password(admin.with_password(password), admin.password)


def test_the_new_password_opens_and_the_old_one_does_not(address):
    change_password(address, "after")
    with connected(address.with_password("after")) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (ADMIN,)
    with pytest.raises(DatabaseUnreachable), connected(address):
        pass


def test_a_change_that_was_interrupted_goes_on(address):
    change_password(address, "after")
    change_password(address, "after")
    with pytest.raises(DatabaseUnreachable, match="password"):
        change_password(address, "another")

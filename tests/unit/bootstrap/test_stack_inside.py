"""Commands of this machine that reach into a stack of containers."""

import json
import os

import pytest

from mbats.bootstrap.stack_inside import contained, inside
from mbats.settings import Settings
from mbats.stack.choice import Choice
from mbats.stack.table import SERVICES, secret_names

SECRETS = {name: f"secret-of-{name}" for name in secret_names(SERVICES)}


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """A home whose stack is in containers; a small program takes the engine's place, and shows their secrets."""
    program = tmp_path / "bin" / "docker"
    program.parent.mkdir()
    (tmp_path / "secrets.json").write_text(json.dumps(SECRETS))
    program.write_text(f'#!/bin/sh\n[ "$2" != run ] || /bin/cat {tmp_path}/secrets.json\n')
    program.chmod(0o755)
    before = dict(os.environ)
    monkeypatch.setenv("PATH", str(program.parent))
    monkeypatch.setenv("MBATS_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MBATS_DATABASE_URL", raising=False)
    Choice(launcher="compose", ports={"postgres": 7432}).save(tmp_path / "home" / "stack")
    yield Settings.from_environment()
    os.environ.clear()
    os.environ.update(before)


def test_servers_are_at_their_published_ports_and_roles_enter_with_the_containers_passwords(settings):
    assert contained(settings)
    within = inside(settings, "move into")
    password = "secret-of-postgres"
    assert within.database_url == f"postgresql://mbats_admin:{password}@127.0.0.1:7432/postgres"
    assert within.home == settings.home
    kept = json.loads((settings.home / "postgres" / "credentials-127.0.0.1-7432.json").read_text())
    assert kept["mbats_owner"] == "secret-of-mbats_owner_database"
    assert len(kept) == 5
    assert not contained(within)

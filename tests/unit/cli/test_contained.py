"""What a person types beside containers runs among them."""

import pytest

from mbats.cli import run
from mbats.stack.choice import Choice

SAID = (
    'case "$1" in version) exit 0;; compose) shift; echo "$@" >> "$SAID"; [ "$*" = version ] || exit ${CODE:-0};; esac'
)


@pytest.fixture
def said(tmp_path, monkeypatch):
    """What Docker Compose was asked for, by a small program in its place; the home's stack is in containers."""
    program = tmp_path / "bin" / "docker"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{SAID}\n")
    program.chmod(0o755)
    for name, value in {"PATH": f"{program.parent}", "SAID": f"{tmp_path}/said", "MBATS_HOME": f"{tmp_path}"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("MBATS_DATABASE_URL", raising=False)
    Choice(launcher="compose").save(tmp_path / "stack")
    return lambda: (tmp_path / "said").read_text().splitlines()[-1]


@pytest.mark.parametrize(
    ("typed", "service"),
    [
        (["backup", "--keep", "3", "--json"], "trader"),
        (["restore", "2026-11-23T02-00-00Z", "--from", "s3://elsewhere/backups", "--over"], "trader"),
        (["dashboards", "--check"], "dashboards"),
    ],
)
def test_a_command_runs_in_a_container_with_the_words_that_were_typed(said, typed, service):
    assert run(["stack", *typed]) == 0
    there = f"run --rm --no-deps -T {service} /opt/mbats/mbats/bin/python /opt/mbats/enter.py /srv/unit/{service}.json"
    assert said() == f"{there} /opt/mbats/mbats/bin/mbats stack {' '.join(typed)}"


def test_it_ends_as_the_container_did(said, monkeypatch):
    monkeypatch.setenv("CODE", "75")
    assert run(["stack", "backup"]) == 75


def test_a_folder_that_no_container_sees_is_refused(said, capsys):
    assert run(["stack", "backup", "--to", "/mnt/disk"]) == 1
    assert "s3://bucket/prefix" in capsys.readouterr().err


def test_what_is_typed_wrongly_is_told_here(said, capsys):
    assert run(["stack", "backup", "--keep", "none"]) == 2
    assert "--keep" in capsys.readouterr().err

"""A task that fails tells people: the command that Airflow calls, to a hand-written receiver."""

import pytest

from fixtures.hook import listening
from mbats.cli import run

SAID = """mbats data ingest EUR_USD --timeframe D ended with 1
downloading EUR_USD
error: The venue has no bars of EUR_USD.

See what it has: mbats data list"""


@pytest.fixture
def receiver():
    """A web hook's address, and what it is told."""
    with listening() as (place, told):
        yield f"json://user:secret@{place}/hook", told


@pytest.fixture
def alerts_file(home, monkeypatch):
    file = home / "alerts.txt"
    home.mkdir()
    file.touch(mode=0o600)
    monkeypatch.setenv("MBATS_ALERTS_FILE", str(file))
    return file


def test_people_learn_task_row_error_remedy_and_log_and_no_password(receiver, alerts_file, capsys):
    url, told = receiver
    alerts_file.write_text(f"{url}\n")
    log = "http://localhost:8080/dags/market_data/runs/1/tasks/ingest/mapped/3"
    facts = ["--row", "3: mbats data ingest EUR_USD --timeframe D", "--log", log]
    words = [*facts, "--", "market_data", "ingest", SAID]
    assert run(["stack", "alert", *words]) == 0
    [one] = told
    assert (one["title"], one["type"]) == ("MBATS: task failed", "failure")
    assert one["message"].splitlines() == [
        "ingest of market_data failed.",
        "The venue has no bars of EUR_USD.",
        "",
        "See what it has: mbats data list",
        "row: 3: mbats data ingest EUR_USD --timeframe D",
        f"log: {log}",
    ]
    assert "secret" not in one["message"] + "".join(capsys.readouterr())


def test_nobody_is_told_where_nobody_listens(alerts_file):
    assert run(["stack", "alert", "backup", "backup", "it gave no reason"]) == 0


def test_addresses_that_others_can_read_are_refused(receiver, alerts_file, capsys):
    alerts_file.write_text(receiver[0])
    alerts_file.chmod(0o644)
    assert run(["stack", "alert", "backup", "backup", "x"]) == 1
    assert "chmod 600" in capsys.readouterr().err
    assert not receiver[1]

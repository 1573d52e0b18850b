"""Sessions on an exchange that fails and in processes that die, held against the exchange's own log: tests/torture."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent.parent


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("words", "schedules"),
    [
        (("--schedules", "300"), 300),
        (("--schedules", "0", "--killed", "20"), 20),
    ],
    ids=["by fork", "kill -9"],
)
def test_nothing_is_lost_and_nothing_is_sent_twice(postgres, postgres_home, tmp_path, words, schedules):
    told = tmp_path / "torture.json"
    command = [sys.executable, "-m", "torture", "--seed", "1", *words, "--home", postgres_home, "--report", told]
    command += ["--workers", "6"]  # they wait for time-outs most of the time
    paths = {"PYTHONPATH": str(TESTS)}
    done = subprocess.run(
        list(map(str, command)), env=os.environ | paths, capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    facts = json.loads(told.read_text())
    assert facts["schedules"] == schedules
    assert facts["failures"] == []
    assert facts["orders"] > schedules
    assert sum(facts["deaths"].values()) > schedules / 2
    assert sum(facts["faults"].values()) > schedules / 2

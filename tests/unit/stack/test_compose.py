"""Compose's file says what the table says, and the native launcher starts the same services."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from mbats.stack.table import SERVICES

ROOT = Path(__file__).parents[3]
NAMES = [service.name for service in SERVICES]


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def test_the_file_is_made_from_the_table(tmp_path):
    subprocess.run([sys.executable, ROOT / "scripts/compose.py", tmp_path / "made.yaml"], check=True)
    assert (tmp_path / "made.yaml").read_text() == (ROOT / "compose.yaml").read_text(), "run: make docs"


def test_every_service_runs_and_the_secrets_come_first(compose):
    assert list(compose["services"]) == ["secrets", *NAMES]
    for name in NAMES:
        assert compose["services"][name]["depends_on"]["secrets"] == {"condition": "service_completed_successfully"}


@pytest.mark.parametrize("service", SERVICES, ids=NAMES)
def test_a_container_agrees_with_its_row(compose, service):
    row = compose["services"][service.name]
    assert set(row["depends_on"]) == {"secrets", *service.needs}
    assert row["mem_limit"] == f"{service.memory}m"
    assert row["image"].startswith(f"mbats/{service.environment}:")
    assert bool(service.port) == ("ports" in row)
    for published in row.get("ports", []):
        assert published.startswith("127.0.0.1:")
        assert published.endswith(f":{service.port}")


def test_each_image_is_made_once_and_nobody_runs_as_root(compose):
    rows = compose["services"].values()
    built = [row["image"] for row in rows if "build" in row]
    assert sorted(built) == sorted({row["image"] for row in rows})
    for row in rows:
        assert row["cap_drop"] == ["ALL"]
        assert "privileged" not in row
    for file in (ROOT / "src/mbats/stack/images").glob("*.Dockerfile"):
        assert "\nUSER mbats\n" in file.read_text()


def test_no_variable_and_no_secret_is_in_the_file(compose):
    assert not [name for name, row in compose["services"].items() if "environment" in row or "env_file" in row]
    assert "secret[" not in (ROOT / "compose.yaml").read_text()


def test_each_service_sees_its_own_unit_alone(compose):
    for name in NAMES:
        units = [mount for mount in compose["services"][name]["volumes"] if mount.startswith("unit-")]
        assert units == [f"unit-{name}:/run/mbats"]

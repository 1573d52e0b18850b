"""Compose's file says what the table says, and the native launcher starts the same services."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from mbats.stack.table import SERVICES

ROOT = Path(__file__).parents[4]
DOCKERFILE = ROOT / "src/mbats/stack/images/Dockerfile"
NAMES = [service.name for service in SERVICES]


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def built(compose):
    return [row for row in compose["services"].values() if "build" in row]


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


def test_each_image_is_made_once_and_nobody_runs_as_root_or_writes_into_it(compose):
    rows = compose["services"].values()
    assert sorted(row["image"] for row in built(compose)) == sorted({row["image"] for row in rows})
    for row in rows:
        assert row["cap_drop"] == ["ALL"]
        assert row["read_only"]
        assert "privileged" not in row
    stages = re.split(r"^FROM ", DOCKERFILE.read_text(), flags=re.MULTILINE)
    for target in {row["build"]["target"] for row in rows if "build" in row}:
        (stage,) = (stage for stage in stages if stage.partition("\n")[0].endswith(f" AS {target}"))
        assert stage.strip().endswith("\nUSER mbats"), target


def test_mbats_is_beside_whoever_calls_it(compose):
    targets = {row["build"]["args"].get("ENVIRONMENT", "mbats"): row["build"]["target"] for row in built(compose)}
    beside = {name for name, target in targets.items() if target == "beside"}
    assert beside == {"airflow", "jupyter"}
    assert targets["mbats"] == "mbats"


def test_no_variable_and_no_secret_is_in_the_file(compose):
    assert not [name for name in NAMES if {"environment", "env_file"} & set(compose["services"][name])]
    assert not [name for name in compose["services"]["secrets"]["environment"] if "=" in name]
    assert "secret[" not in (ROOT / "compose.yaml").read_text()


def test_a_container_is_made_anew_when_its_unit_is_about_to_change(compose):
    assert compose["services"]["mlflow"]["labels"]["mbats.told"].startswith("${COMPOSE_PROFILES:-} ${MBATS_S3_URL:-}")
    assert not [row for row in compose["services"].values() if "SECRET" in str(row.get("labels"))]
    assert "${MBATS_EXCHANGE_CLOCK:-}" in compose["services"]["exchange"]["labels"]["mbats.told"]
    assert {"COMPOSE_PROFILES", "MBATS_EXCHANGE_CLOCK"} <= set(compose["services"]["secrets"]["environment"])


def test_the_opening_page_is_made_anew_when_a_port_moves(compose):
    assert "${MBATS_PORT_MLFLOW:-}" in compose["services"]["opening"]["labels"]["mbats.told"]


def test_who_is_waited_for_is_asked_more_often(compose):
    often = {name for name, row in compose["services"].items() if row.get("healthcheck", {}).get("interval") == "5s"}
    assert often == {"postgres", "objects", "airflow", "superset", "exchange", "valkey", "ray"}


def test_notebooks_are_in_the_home_as_natively_so_that_backups_hold_them(compose):
    assert "notebooks" not in compose["volumes"]
    for name in ("prepare", "jupyter", "airflow"):
        assert "mbats:/srv/mbats" in compose["services"][name]["volumes"]


def test_each_service_sees_its_own_unit_alone(compose):
    for name in NAMES:
        units = [mount for mount in compose["services"][name]["volumes"] if mount.startswith("unit-")]
        assert units == [f"unit-{name}:/srv/unit:ro"]

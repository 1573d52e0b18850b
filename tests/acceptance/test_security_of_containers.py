"""What others on the machine can see of a stack in containers: no open port beyond loopback, and no secret."""

import json
import os
import subprocess

import pytest

from acceptance.machine import command_lines
from mbats.stack.table import SERVICES

pytestmark = pytest.mark.skipif(os.environ.get("LAUNCHER", "native") != "compose", reason="there are no containers")
PUBLISHED = {service.name for service in SERVICES if service.port and not service.profile}


def docker(*words):
    return subprocess.run(["docker", *words], capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def secrets(stack):
    """Every secret of the stack, by what it is for."""
    found = stack.secrets()
    assert len(found) > 15
    assert min(map(len, found.values())) >= 43
    return found


@pytest.fixture(scope="module")
def containers(stack):
    """What the engine says of each service's container."""
    found = [json.loads(docker("inspect", one))[0] for one in stack.containers()]
    return {one["Config"]["Labels"]["com.docker.compose.service"]: one for one in found}


def held(text, secrets):
    return [name for name, value in secrets.items() if value in text]


def test_ports_are_published_on_loopback_alone(containers):
    bound = {name: one["HostConfig"]["PortBindings"] for name, one in containers.items()}
    assert {name for name, ports in bound.items() if ports} >= PUBLISHED
    assert {place["HostIp"] for ports in bound.values() for places in ports.values() for place in places} == {
        "127.0.0.1"
    }
    assert {one["HostConfig"]["NetworkMode"] == "host" for one in containers.values()} == {False}


def test_containers_run_as_an_ordinary_user_without_rights_on_what_they_cannot_change(containers):
    for name, one in containers.items():
        limits = one["HostConfig"]
        assert one["Config"]["User"] == "mbats", name
        assert (limits["ReadonlyRootfs"], limits["CapDrop"], limits["Privileged"]) == (True, ["ALL"], False), name
        assert limits["Memory"], name


def test_no_secret_is_on_a_command_line_in_a_container_or_in_an_image(containers, secrets):
    assert not [(pid, names) for pid, words in command_lines() if (names := held(words, secrets))]
    assert not {name: names for name, one in containers.items() if (names := held(json.dumps(one), secrets))}
    for image in {one["Image"] for one in containers.values()}:
        assert not held(docker("image", "inspect", image) + docker("history", "--no-trunc", image), secrets)


def test_no_secret_is_in_a_log(stack, containers, secrets):
    for one in containers.values():
        told = subprocess.run(["docker", "logs", one["Id"]], capture_output=True, text=True, check=True)
        assert not held(told.stdout + told.stderr, secrets), one["Name"]
    written = stack.run("python", "-c", LOGS, service="airflow").stdout
    assert len(written) > 1000
    assert not held(written, secrets)


LOGS = """
import pathlib
for file in pathlib.Path("/srv/airflow/logs").rglob("*.log"):
    print(file.read_text(errors="replace"))
"""


@pytest.mark.parametrize("service", ["jupyter", "airflow-scheduler", "trader"])
def test_a_service_sees_its_own_unit_and_not_where_the_secrets_are(stack, service):
    seen = stack.run("python", "-c", SEEN, service=service).stdout
    assert json.loads(seen) == {"/srv/unit": [f"{service}.json"], "/srv/secrets": []}


SEEN = "import json, os; print(json.dumps({place: os.listdir(place) for place in ('/srv/unit', '/srv/secrets')}))"

"""The table of services agrees with itself, whoever launches it."""

import shlex
from collections import Counter

import pytest

from mbats.stack.service import Probe
from mbats.stack.table import SERVICES, chosen, ports, secret_names

NAMES = [service.name for service in SERVICES]


def test_each_service_comes_after_all_that_it_needs():
    for place, service in enumerate(SERVICES):
        assert set(service.needs) <= set(NAMES[:place]), service.name


def test_no_two_services_have_a_name_or_a_port_in_common():
    assert not [name for name, count in Counter(NAMES).items() if count > 1]
    assert not [port for port, count in Counter(ports(SERVICES).values()).items() if count > 1]


@pytest.mark.parametrize("service", SERVICES, ids=NAMES)
def test_no_command_names_a_secret(service):
    for command in (service.command, *(step.command for step in service.first)):
        assert "{secret[" not in command
        assert "{store.secret}" not in command
        assert shlex.split(command)


@pytest.mark.parametrize("service", [one for one in SERVICES if one.health.probe is not Probe.PROCESS], ids=str)
def test_what_is_asked_how_it_is_has_a_port(service):
    assert service.port


def test_usual_ports_are_those_that_people_expect():
    expected = {"jupyter": 8888, "airflow": 8080, "mlflow": 5500, "pgadmin": 1234, "superset": 8088, "objects": 9000}
    assert ports(chosen()).items() >= (expected | {"postgres": 5432, "exchange": 8081}).items()


def test_every_login_has_a_secret():
    assert {service.login.secret for service in SERVICES if service.login} <= set(secret_names(SERVICES))
    assert "superset_database" in secret_names(SERVICES)

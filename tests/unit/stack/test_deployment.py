from dataclasses import replace

import pytest

from mbats.stack.deployment import Deployment
from mbats.stack.service import Service, Step
from mbats.stack.table import SERVICES, ports, secret_names

NAMES = [service.name for service in SERVICES]
FOLDERS = {name: f"/srv/with space/{name}" for name in (*NAMES, "mbats", "dags", "notebooks")}


@pytest.fixture
def deployment():
    names = ("postgres", "initdb", "weed", "mbats", "python", "pgadmin", "dags", "share")
    programs = dict.fromkeys(names, "/opt/program")
    secrets = {name: f"secret-of-{name}" for name in secret_names(SERVICES)}
    return Deployment(dict.fromkeys(NAMES, "127.0.0.1"), ports(SERVICES), secrets, FOLDERS, programs)


@pytest.mark.parametrize("service", SERVICES, ids=NAMES)
def test_every_text_of_the_table_can_be_filled_in(deployment, service):
    unit = deployment.unit(service)
    assert unit["folder"] == FOLDERS[service.name]
    assert not any("secret-of" in word for word in unit["command"])


def test_a_word_with_a_blank_in_it_stays_one_word(deployment):
    echo = Service(name="postgres", title="", environment="mbats", command="echo {folder[postgres]} 'two words'")
    assert deployment.unit(echo)["command"] == ["echo", "/srv/with space/postgres", "two words"]


def test_what_is_passed_comes_from_whoever_starts_it_where_he_has_set_it(deployment):
    given = {"CLOCK": "60", "SIGNAL": "", "OTHER": "no business of it"}
    service = Service(
        name="postgres", title="", environment="mbats", command="true", variables={"A": "b"}, passed=("CLOCK", "SIGNAL")
    )
    assert replace(deployment, given=given).unit(service)["variables"] == {"A": "b", "CLOCK": "60"}


def test_files_and_variables_may_hold_secrets_and_braces(deployment):
    service = Service(
        name="postgres",
        title="",
        environment="mbats",
        command="true",
        variables={"URL": "x://{secret[airflow]}@{host[airflow]}:{port[airflow]}"},
        files={"a.json": '{{"key": "{secret[mlflow]}"}}'},
        first=(Step("make", "make it", fresh="{folder[postgres]}/draft"),),
    )
    unit = deployment.unit(service)
    assert unit["variables"] == {"URL": "x://secret-of-airflow@127.0.0.1:8080"}
    assert unit["files"] == {"a.json": '{"key": "secret-of-mlflow"}'}
    assert unit["first"] == [["make", ["make", "it"], "/srv/with space/postgres/draft"]]

"""The opening page needs no login, so it holds nothing that needs one."""

import asyncio

import httpx
import pytest

from mbats.stack.opening.application import application
from mbats.stack.table import SERVICES

OPENING = next(service for service in SERVICES if service.name == "opening")
DOOR = {
    "name": "mlflow",
    "title": "models",
    "probe": "tcp",
    "path": "/",
    "pages": {"Models": "/#/models"},
    "user": "mbats",
    "secret": "mlflow",
    "host": "127.0.0.1",
    "port": 1,
    "published": 5501,
}


def ask(path, method="GET", host="localhost"):
    async def answer():
        served = httpx.ASGITransport(application([DOOR], "opening"))
        async with httpx.AsyncClient(transport=served, base_url="http://localhost") as client:
            return await client.request(method, path, headers={"Host": host})

    return asyncio.run(answer())


def test_shows_where_a_service_is_and_what_is_wrong_with_it():
    (row,) = ask("/health").json()
    assert (row["name"], row["port"], row["secret"]) == ("mlflow", 5501, "mlflow")
    assert row["pages"] == {"Models": "/#/models"}
    assert not row["well"]
    assert "refused" in row["detail"]


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "opening"])
def test_answers_under_its_own_names(host):
    assert ask("/", host=host).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", ""])
def test_answers_no_page_that_calls_it_by_a_name_of_its_own(host):
    assert ask("/health", host=host).status_code == 400


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/", "/health", "/page.js"])
def test_takes_no_orders(method, path):
    assert ask(path, method).status_code == 405


@pytest.mark.parametrize("path", ["/doors.json", "/..%2fdoors.json", "/application.py"])
def test_serves_its_own_three_files_alone(path):
    assert ask(path).status_code == 404


def test_lets_no_other_page_frame_it_and_runs_no_script_but_its_own():
    policy = ask("/").headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


def test_links_what_a_person_looks_at_and_not_what_only_programs_speak_to():
    pages = {service.name: service.pages for service in SERVICES if service.port and not service.profile}
    without = {name for name, links in pages.items() if not links}
    assert without == {"postgres", "objects", "opening"}
    assert pages["superset"]["Live"] == "/superset/dashboard/live/"
    assert pages["exchange"]


def test_is_told_the_names_of_secrets_and_no_secret():
    assert "{secret[" not in OPENING.files["doors.json"]
    assert not OPENING.variables

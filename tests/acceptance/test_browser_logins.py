"""The five web services in a real browser: a wrong password is refused, the right one enters."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from acceptance.test_browser_dashboards import PICTURES
from fixtures.browser import Page, opened

PATIENCE = 120.0


@dataclass(frozen=True)
class Door:
    """How a service asks who somebody is, and how it shows that it knows him or does not."""

    page: str
    user: str
    password: str
    button: str
    refused: str
    inside: str


def says(text: str) -> str:
    """Return the condition that a page shows a text."""
    return f"(document.body?.innerText ?? '').includes('{text}')"


SUBMIT = "button[type=submit], input[type=submit]"
DOORS = {
    "airflow": Door(
        "/", "input[name=username]", "input[name=password]", "button[type=submit]:enabled",
        says("Invalid credentials"),
        "!location.pathname.startsWith('/auth') && " + says("Dags"),
    ),
    "superset": Door(
        "/login/", "#username", "#password", SUBMIT,
        says("Invalid username or password"),
        "location.pathname.startsWith('/superset/welcome') && document.readyState === 'complete' && " + says("Recents"),
    ),
    "jupyter": Door(
        "/login?next=/lab", "", "#password_input", "#login_submit",
        says("Invalid credentials"),
        "document.querySelector('#jp-main-dock-panel, .jp-Launcher') !== null",
    ),
    "pgadmin": Door(
        "/login", "input[placeholder^=Email]", "input[type=password]", "button.MuiButton-root:enabled",
        says("Incorrect username or password"),
        says("Object Explorer"),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    yield from opened(tmp_path_factory.mktemp("profile"))


@pytest.mark.parametrize("service", DOORS)
def test_a_wrong_password_is_refused_and_the_right_one_enters(page, stack, service):
    door, address = DOORS[service], stack.address(service)
    user, password = stack.login(service)
    page.forget()
    knock(page, address, door, user, password[:-1])
    page.until(door.refused, PATIENCE)
    knock(page, address, door, user, password)
    page.until(door.inside, PATIENCE)
    keep(page, service)


def test_mlflow_lets_the_browser_itself_ask(page, stack):
    address, (user, password) = stack.address("mlflow"), stack.login("mlflow")
    page.answer(user, password[:-1])
    page.visit(address)
    page.until(says("not authenticated"), PATIENCE)
    page.answer(user, password)
    page.visit(address)
    page.until(says("GenAI") + " || " + says("Experiments"), PATIENCE)
    page.visit(f"{address}/#/models")
    page.until(says("Registered Models"), PATIENCE)
    keep(page, "mlflow")


def test_the_opening_page_leads_to_all_of_them(page, stack):
    page.visit(stack.address("opening"))
    page.until("document.querySelectorAll('#services li').length > 7", PATIENCE)
    links = page.ask("[...document.querySelectorAll('#services a')].map(link => link.href)")
    for service in (*DOORS, "mlflow", "exchange"):
        port = stack.address(service).rpartition(":")[2]
        assert any(f":{port}/" in link for link in links), service
    assert page.ask("[...document.querySelectorAll('.ill')].map(line => line.innerText)") == []
    keep(page, "opening")


def knock(page: Page, address: str, door: Door, user: str, password: str) -> None:
    page.visit(address + door.page)
    if door.user:
        page.write(door.user, user)
    page.write(door.password, password)
    page.click(door.button)


def keep(page: Page, name: str) -> None:
    """Keep a picture of what is there."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    (PICTURES / f"{name}.webp").write_bytes(page.picture(page.ask("innerHeight")))

"""What the engine says of a container becomes what a person reads of a service."""

import socket
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import mkdtemp

import pytest

from mbats.errors.stack import PortTaken, ServiceUnwell
from mbats.stack.choice import Choice
from mbats.stack.compose.launcher import ComposeLauncher
from mbats.stack.probing import Finding
from mbats.stack.service import Health, Probe, Service

RUNNING = {"Status": "running", "Running": True, "ExitCode": 0}
ENDED = {"Status": "exited", "Running": False, "ExitCode": 0}
PAGE = Service(name="page", title="", environment="mbats", command="", port=1, health=Health(Probe.HTTP, patience=0))
WORKER = Service(name="worker", title="", environment="mbats", command="")
ONCE = Service(name="once", title="", environment="mbats", command="", once=True)


@dataclass
class FakeEngine:
    states: dict = field(default_factory=dict)
    ran: list = field(default_factory=list)
    compose: tuple = ("docker", "compose")

    def containers(self, *options):
        return self.states

    def run(self, *words, told):
        self.ran.append(words)

    def answer(self, *words):
        return " ".join(words)


def launcher(engine, *services, port=None):
    rows = services or (PAGE, WORKER, ONCE)
    home = Path(mkdtemp())
    return ComposeLauncher(
        home, engine, rows, {"page": port or 1}, Choice(launcher="compose"), {row.name for row in rows}, lambda _: None
    )


def test_health_counts_where_there_is_any_and_else_the_process():
    asked = RUNNING | {"Health": {"Status": "healthy", "Log": []}}
    engine = FakeEngine({"page": asked, "worker": RUNNING, "once": ENDED})
    assert launcher(engine).status() == dict.fromkeys(("page", "worker", "once"), Finding(well=True))


@pytest.mark.parametrize(
    ("state", "detail"),
    [
        (None, "not asked for"),
        (ENDED, "it is exited"),
        (RUNNING, "not asked yet"),
        (RUNNING | {"Health": {"Status": "starting", "Log": []}}, "it is starting"),
        (RUNNING | {"Health": {"Status": "unhealthy", "Log": [{"Output": "/ answers 500\n"}]}}, "/ answers 500"),
    ],
)
def test_what_is_not_well_says_why(state, detail):
    found = launcher(FakeEngine({"page": state} if state else {})).status()["page"]
    assert not found.well
    assert detail in found.detail


def test_what_ends_must_end_well():
    assert not launcher(FakeEngine({"once": ENDED | {"ExitCode": 1}})).status()["once"].well
    assert not launcher(FakeEngine({"once": RUNNING})).status()["once"].well


def test_up_builds_what_is_wanted_and_waits_until_it_is_well():
    engine = FakeEngine({"worker": RUNNING, "once": ENDED})
    launcher(engine, WORKER, ONCE).up()
    assert engine.ran == [("up", "--detach", "--build", "worker", "once")]


def test_containers_are_made_anew_where_only_their_units_have_changed():
    engine = FakeEngine({"worker": RUNNING})
    replace(launcher(engine, WORKER), anew=True).up()
    assert engine.ran == [("up", "--detach", "--build", "--force-recreate", "worker")]


def test_a_service_that_does_not_get_well_is_named():
    with pytest.raises(ServiceUnwell, match="mbats stack logs page"):
        launcher(FakeEngine(), PAGE).up()


def test_a_port_in_use_is_named_before_anything_is_built_unless_it_is_our_own():
    engine = FakeEngine()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(PortTaken, match="MBATS_PORT_PAGE"):
            launcher(engine, PAGE, port=port).up()
        assert engine.ran == []
        engine.states = {"page": RUNNING | {"Health": {"Status": "healthy"}}}
        launcher(engine, PAGE, port=port).up()
    assert engine.ran


def test_down_removes_containers_and_keeps_volumes():
    engine = FakeEngine()
    launcher(engine).down()
    assert engine.ran == [("--profile", "celery", "--profile", "ray", "down", "--remove-orphans")]


def test_what_a_profile_had_brought_ends_when_it_is_not_chosen_any_more():
    engine = FakeEngine({"worker": RUNNING, "secrets": RUNNING, "ray": RUNNING, "ray-worker-1": ENDED})
    launcher(engine, WORKER).up()
    assert engine.ran[0] == ("--profile", "celery", "--profile", "ray", "rm", "--stop", "--force", "ray")


def test_passwords_are_read_by_a_command():
    assert launcher(FakeEngine()).passwords.startswith("docker compose run --rm")

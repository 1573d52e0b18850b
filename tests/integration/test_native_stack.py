"""The native launcher on real processes, killed, moved and starved."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress

import pytest

from fixtures.native_stack import PATIENCE, NativeHome
from fixtures.ports import free_ports, listens

PROGRAMS = {"postgres": "postgres.conf", "objects": "weed"}


@pytest.mark.parametrize("service", PROGRAMS)
def test_a_service_that_is_killed_comes_back_with_nothing_lost(native_stack, service):
    native_stack.remember(f"before {service}")
    killed = native_stack.processes(PROGRAMS[service])[0]
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: killed not in native_stack.processes())
    native_stack.wait_until_well(*PROGRAMS)
    assert f"before {service}" in native_stack.words()


def test_what_runs_is_left_alone_and_what_is_not_wanted_is_not_started(native_stack):
    before = [native_stack.processes(program)[0] for program in PROGRAMS.values()]
    native_stack.up("postgres")
    assert [native_stack.processes(program)[0] for program in PROGRAMS.values()] == before
    status = native_stack.status()
    assert [name for name, row in status.items() if row["asked"]] == ["postgres", "objects", "prepare"]
    assert status["mlflow"]["detail"] == "it was not asked for"


def test_any_command_runs_on_the_stack_when_it_is_told_to(native_stack):
    code, out, err = native_stack.run("stack", "run", "config", "show", "--json")
    assert code == 0, err
    assert json.loads(out)["MBATS_OBJECT_STORE"] == "s3://mbats-"
    assert str(native_stack.ports["POSTGRES"]) in json.loads(out)["MBATS_DATABASE_URL"]
    assert native_stack.secret("postgres") not in out
    code, out, err = native_stack.run("stack", "run", "data", "list", "--json")
    assert (code, json.loads(out)["bars"]) == (0, []), err


def test_down_leaves_no_process_and_the_next_up_finds_everything(native_stack):
    native_stack.remember("before down")
    native_stack.down()
    assert native_stack.processes() == []
    assert native_stack.run("stack", "status")[0] == 1
    native_stack.up()
    assert "before down" in native_stack.words()


def test_after_a_reboot_the_next_up_is_whole(native_stack):
    native_stack.remember("before the reboot")
    end_all(native_stack)
    assert (native_stack.folder / "stack" / "supervisor.pid").exists()
    native_stack.up()
    assert "before the reboot" in native_stack.words()


def test_services_end_with_their_supervisor_so_that_the_next_up_finds_their_ports_free(native_stack):
    os.kill(int((native_stack.folder / "stack" / "supervisor.pid").read_text()), signal.SIGKILL)
    wait_for(lambda: not native_stack.processes())
    native_stack.up()
    assert "first" in native_stack.words()


def test_a_port_that_is_moved_moves_at_the_next_up_and_is_remembered(native_stack):
    before, after = native_stack.ports["POSTGRES"], free_ports(9)[-1]
    native_stack.ports["POSTGRES"] = after
    native_stack.up()
    assert not listens(before)
    assert "first" in native_stack.words()
    assert native_stack.status()["postgres"]["address"] == f"localhost:{after}"
    del native_stack.ports["POSTGRES"]
    assert native_stack.status()["postgres"]["address"] == f"localhost:{after}"
    native_stack.ports["POSTGRES"] = after


def test_a_service_that_finds_no_database_says_so_and_recovers_by_itself(native_stack):
    """The opening page asks for none, the exchange does: it is started again until there is one."""
    native_stack.ports |= dict(zip(("EXCHANGE", "EXCHANGE_OPERATOR"), free_ports(12)[-2:], strict=True))
    native_stack.up("exchange")
    data = native_stack.server / "data"
    away = data.rename(data.with_name("away"))
    for program in ("postgres.conf", "exchange serve"):
        os.kill(native_stack.processes(program)[0], signal.SIGKILL)
    wait_for(lambda: "127.0.0.1" in native_stack.run("stack", "logs", "exchange")[1])
    assert not native_stack.status()["postgres"]["well"]
    away.rename(data)
    native_stack.wait_until_well("postgres", "exchange")


def test_a_port_in_use_is_named_before_anything_starts(native_home):
    port = native_home.ports["OBJECTS_VOLUME"]
    with socket.create_server(("127.0.0.1", port)):
        code, _, err = native_home.run("stack", "up", "prepare")
    assert code == 1
    assert f"Port {port} of objects.volume is in use" in err
    assert "MBATS_PORT_OBJECTS_VOLUME=PORT mbats stack up" in err
    assert native_home.processes() == []


def test_a_port_that_two_services_want_is_named(native_home):
    native_home.ports["OBJECTS"] = native_home.ports["POSTGRES"]
    code, _, err = native_home.run("stack", "up", "prepare")
    assert code == 1
    assert f"Port {native_home.ports['POSTGRES']} is wanted twice, by postgres and by objects" in err


def test_a_first_start_that_is_killed_in_a_first_step_is_resumed(native_home):
    first = native_home.begin("stack", "up", "postgres")
    wait_for(lambda: native_home.processes("initdb") or first.poll() is not None)
    first.kill()
    end_all(native_home)
    first.communicate()
    native_home.up()
    native_home.remember("after all")
    assert native_home.words() == {"after all"}


@pytest.fixture
def small_disk(tmp_path):
    if os.geteuid() or not shutil.which("mount"):
        pytest.skip("only root can mount a small disk")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", tmp_path], check=False).returncode:
        pytest.skip("nothing can be mounted here")
    yield tmp_path
    subprocess.run(["umount", tmp_path], check=True)


def test_a_disk_with_too_little_room_is_said_to_be_and_nothing_starts(small_disk):
    home = NativeHome(small_disk)
    code, _, err = home.run("stack", "up", "prepare")
    assert (code, home.processes()) == (1, [])
    assert "MiB left, and the stack begins with" in err
    (small_disk / "stack" / "secrets.json").unlink()
    fill(small_disk / "ballast")
    code, _, err = home.run("stack", "up", "prepare")
    assert (code, home.processes()) == (1, [])
    assert "There is no room left on the disk" in err


def fill(file):
    with file.open("wb", buffering=0) as ballast, suppress(OSError):
        while True:
            ballast.write(bytes(512))


def end_all(home):
    """End every process of a home as a power cut does."""
    while processes := home.processes():
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.05)


def wait_for(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)

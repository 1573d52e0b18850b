"""What others on the machine can see of a native stack: no open port beyond loopback, and no secret."""

import json
import os
import socket
import ssl
import stat
from pathlib import Path

import pytest

from acceptance.machine import command_lines, family, listeners

pytestmark = pytest.mark.skipif(os.environ.get("LAUNCHER", "native") != "native", reason="containers are apart")
ROOT = Path(__file__).parents[2]
TLS_ONLY = ("master", "volume", "filer", "admin")


@pytest.fixture(scope="module")
def secrets(stack):
    """Every secret of the stack, by what it is for."""
    found = json.loads((stack.home / "stack/secrets.json").read_text())
    for file in (stack.home / "postgres").glob("credentials-*.json"):
        found |= {f"role {name}": value for name, value in json.loads(file.read_text()).items()}
    found |= {f"exchange {file.name}": file.read_text().strip() for file in (stack.home / "exchange").glob("*token")}
    found["store's key"] = (stack.home / "stack/objects/tls.key").read_text().splitlines()[1]
    assert min(map(len, found.values())) >= 43
    return found


@pytest.fixture(scope="module")
def pids(stack):
    """The stack's processes."""
    found = family(int((stack.home / "stack/supervisor.pid").read_text()))
    assert len(found) > 15
    return found


def kept(stack):
    """Yield the stack's files, except for packages and what services keep in formats of their own."""
    for folder, names, files in os.walk(stack.home):
        inside = Path(folder).relative_to(stack.home)
        if inside == Path("stack"):
            names.remove("environments")
        yield from (path for name in files if (path := Path(folder) / name).is_file() and not path.is_symlink())


def test_nobody_listens_beyond_loopback(pids):
    places = listeners(pids)
    assert len(places) > 10
    assert not [place for place in places if not place[0].is_loopback]


def test_the_inner_ports_of_the_object_store_speak_with_the_store_alone(stack, pids):
    (s3,) = [row["address"] for row in stack.status().values() if row["service"] == "objects"]
    own = [
        port
        for (_, port), pid in listeners(pids).items()
        if "/weed" in dict(command_lines()).get(pid, "") and f":{port}/" not in s3
    ]
    assert len(own) >= 2 * len(TLS_ONLY)
    strangers = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    strangers.check_hostname, strangers.verify_mode = False, ssl.CERT_NONE
    for port in own:
        assert answer(port) in (b"", b"HTTP/1.0 400 Bad Request"), port
        with pytest.raises((ssl.SSLError, ConnectionError)):
            answer(port, strangers)


def answer(port, context=None):
    """Return the first line that a port sends to who asks for its page."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as plain:
        there = context.wrap_socket(plain) if context else plain
        there.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        line = there.recv(4096).partition(b"\r\n")[0]
        if context and not line:
            raise ConnectionResetError
        return line if line.startswith(b"HTTP/") else b""


def test_no_secret_is_on_a_command_line(secrets):
    told = [(name, pid) for pid, words in command_lines() for name, value in secrets.items() if value in words]
    assert not told


def test_whatever_holds_a_secret_is_for_its_owner_alone(stack, secrets):
    holding = {path: names for path in kept(stack) if (names := held(path, secrets))}
    assert stack.home / "stack/secrets.json" in holding
    assert stack.home / "stack/units/trader.json" in holding
    assert not {path for path in holding if stat.S_IMODE(path.stat().st_mode) & 0o077}


def test_no_secret_is_in_a_log_or_in_what_runs_the_processes(stack, secrets):
    logs = [path for path in kept(stack) if path.suffix == ".log" or "logs" in path.parts]
    logs.append(stack.home / "stack/supervisor.conf")
    assert len(logs) > 10
    assert not {path: names for path in logs if (names := held(path, secrets))}


def test_no_secret_is_in_the_repository(secrets):
    files = [path for place in ("src", "docs", "tests", "scripts") for path in (ROOT / place).rglob("*")]
    assert not {path for path in (*files, ROOT / "compose.yaml") if path.is_file() and held(path, secrets)}


def held(path, secrets):
    """Return which secrets a file holds."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    return [name for name, value in secrets.items() if value.encode() in content]


def test_airflow_itself_has_no_variable_of_ours(stack, pids):
    airflow = [pid for pid, words in command_lines() if pid in pids and "airflow" in words.split(" ")[:2][-1]]
    assert len(airflow) >= 4
    for pid in airflow:
        names = {pair.partition("=")[0] for pair in Path(f"/proc/{pid}/environ").read_text().split("\0")}
        assert not {name for name in names if name.startswith(("AWS_", "MLFLOW_"))}
        harmless = {"MBATS_HOME", "MBATS_PROGRAM", "MBATS_VARIABLES"}
        assert {name for name in names if name.startswith("MBATS_")} <= harmless

"""The full stack of one home: where its services are, and which launcher brings them up."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mbats.errors.stack import PortNotANumber, UnknownService
from mbats.private_file import complete
from mbats.stack.compose import places
from mbats.stack.deployment import Deployment
from mbats.stack.native.environments import Environments
from mbats.stack.native.launcher import NativeLauncher
from mbats.stack.native.supervision import Supervisor
from mbats.stack.service import Probe
from mbats.stack.table import SERVICES, chosen, ports, secret_names
from mbats.stack.unit_files import write

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mbats.settings import Settings
    from mbats.stack.service import Service

_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class StackOptions:
    """A stack in a person's words: profiles, and some of the services where not all are wanted."""

    profiles: Sequence[str] = ()
    services: Sequence[str] = ()


def native_launcher(
    settings: Settings, options: StackOptions, told: Callable[[str], None] = lambda _: None
) -> NativeLauncher:
    """Return the launcher of this home's stack as processes of this machine."""
    services = _wanted(chosen(options.profiles), options.services)
    folder = settings.home / "stack"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    environments = Environments(folder / "environments")
    deployment = Deployment(
        host=dict.fromkeys((service.name for service in SERVICES), _LOOPBACK),
        port=_ports(SERVICES, os.environ),
        secret=complete(secrets_file(settings), secret_names(SERVICES)),
        folder=_folders(settings, SERVICES),
        program=_programs(settings, environments),
    )
    supervisor = Supervisor(folder, _socket(folder))
    return NativeLauncher(folder, services, deployment, environments, supervisor, told)


def _wanted(services: Sequence[Service], names: Sequence[str]) -> tuple[Service, ...]:
    """Return the services of some names and all that they need; without names all."""
    if not names:
        return tuple(services)
    known = {service.name: service for service in services}
    pending, wanted = [name for name in names if name in known], set[str]()
    while pending:
        name = pending.pop()
        wanted.add(name)
        pending += [need for need in known[name].needs if need not in wanted]
    return tuple(service for service in services if service.name in wanted)


def _ports(services: Sequence[Service], environ: Mapping[str, str]) -> dict[str, int]:
    return {name: _port(name, usual, environ) for name, usual in ports(services).items()}


def _port(name: str, usual: int, environ: Mapping[str, str]) -> int:
    variable = "MBATS_PORT_" + name.upper().replace("-", "_").replace(".", "_")
    text = environ.get(variable) or str(usual)
    if not text.isdecimal() or not 0 < int(text) < 1 << 16:
        raise PortNotANumber(variable=variable, text=text)
    return int(text)


def _folders(settings: Settings, services: Sequence[Service]) -> dict[str, str]:
    from mbats.adapters.postgres.account import server_account
    from mbats.adapters.postgres.place import choose, load

    folder = settings.home / "stack"
    own = {service.name: str(folder / service.name) for service in services}
    shared = {"mbats": settings.home, "notebooks": settings.home / "notebooks"}
    for path in shared.values():
        path.mkdir(parents=True, exist_ok=True)
    where = folder / "postgres"
    where.mkdir(mode=0o711, exist_ok=True)
    place = load(where)
    if place is None:
        place = choose(where, server_account(where / "data"))
        place.save()
    return own | {name: str(path) for name, path in shared.items()} | {"postgres": str(place.data.parent / "server")}


def _programs(settings: Settings, environments: Environments) -> dict[str, str]:
    from mbats.adapters.postgres.account import server_account
    from mbats.adapters.postgres.binaries import programs

    postgres = programs(server_account(settings.home / "stack" / "postgres" / "data"))
    beside = Path(sys.executable).parent
    pgadmin = environments.folder / "pgadmin" / "lib" / "python3.11" / "site-packages" / "pgadmin4"
    return {
        "postgres": str(postgres / "postgres"),
        "initdb": str(postgres / "initdb"),
        "weed": str(beside / "weed"),
        "mbats": str(beside / "mbats"),
        "python": sys.executable,
        "pgadmin": str(pgadmin),
        "dags": str(files("mbats.stack") / "dags"),
    }


def _socket(folder: Path) -> Path:
    """Return a short path for supervisor's socket: a private folder of ours, named after the home."""
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    private = Path(tempfile.gettempdir()) / f"mbats-{os.geteuid()}-{name}"
    private.mkdir(mode=0o700, exist_ok=True)
    return private / "supervisor.sock"


def write_units(units: Path, secrets: Path) -> None:
    """Write each service's unit for its container into a folder of its own below `units`."""
    deployed = places.deployment(SERVICES, complete(secrets / "secrets.json", secret_names(SERVICES)))
    for service in SERVICES:
        write(units / service.name / f"{service.name}.json", service, deployed)


def secrets_file(settings: Settings) -> Path:
    """Return where the passwords of the services are, for its owner alone."""
    return settings.home / "stack" / "secrets.json"


def status_rows(launcher: NativeLauncher) -> list[dict[str, Any]]:
    """Return how each service is, where it is, and who may log in with which secret."""
    found, rows = launcher.status(), list[dict[str, Any]]()
    for service in launcher.services:
        port, login = launcher.deployment.port.get(service.name), service.login
        web = port and service.health.probe is Probe.HTTP
        page = login.page if login else "/"
        rows.append(
            {
                "service": service.name,
                "well": found[service.name].well,
                "address": f"http://localhost:{port}{page}" if web else f"localhost:{port}" if port else "",
                "user": login.user if login else "",
                "secret": login.secret if login else "",
                "detail": found[service.name].detail,
            }
        )
    return rows


def log_tail(launcher: NativeLauncher, name: str, lines: int) -> str:
    """Return the last lines of a service's log; raises UnknownService."""
    known = [service.name for service in launcher.services]
    if name not in known:
        raise UnknownService(name=name, known=", ".join(known))
    log = launcher.log(name)
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return "\n".join(text.splitlines()[-lines:])

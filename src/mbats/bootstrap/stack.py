"""The full stack of one home: where its services are, and which launcher brings them up."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from dataclasses import dataclass, replace
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mbats.bootstrap.stack_choice import choose, wanted
from mbats.errors.executor import RayNotInstalled
from mbats.errors.stack import UnknownService
from mbats.private_file import complete
from mbats.stack import table
from mbats.stack.compose import places
from mbats.stack.deployment import Deployment
from mbats.stack.launcher import NATIVE
from mbats.stack.native.environments import Environments
from mbats.stack.native.launcher import NativeLauncher
from mbats.stack.native.supervision import Supervisor
from mbats.stack.service import Probe
from mbats.stack.services.ray import CLUSTER
from mbats.stack.table import SERVICES, chosen, ports, secret_names
from mbats.stack.tuning import for_this_machine
from mbats.stack.unit_files import write

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mbats.settings import Settings
    from mbats.stack.launcher import Launcher
    from mbats.stack.service import Service

_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class StackOptions:
    """A stack in a person's words: profiles and launcher (None: as last time), services where not all are wanted.

    `anew` has containers made anew that seem the same as before; processes notice by themselves what has changed.
    """

    profiles: Sequence[str] | None = None
    services: Sequence[str] = ()
    launcher: str | None = None
    anew: bool = False


def native_launcher(
    settings: Settings, options: StackOptions, told: Callable[[str], None] = lambda _: None
) -> NativeLauncher:
    """Return the launcher of this home's stack as processes of this machine; raises RayNotInstalled."""
    if CLUSTER.name in (options.profiles or ()) and find_spec("ray") is None:
        raise RayNotInstalled
    folder = settings.home / "stack"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    choice = replace(choose(folder, options.profiles, os.environ), launcher=NATIVE)
    rows, services = table.services(choice.workers), chosen(choice.profiles, choice.workers)
    environments = Environments(folder / "environments")
    deployment = Deployment(
        host=dict.fromkeys((service.name for service in rows), _LOOPBACK),
        port=ports(rows) | dict(choice.ports),
        secret=complete(secrets_file(settings), secret_names(rows)),
        folder=_folders(settings, rows),
        program=_programs(settings, environments),
        given=choice.passed,
        tuned=for_this_machine(),
    )
    supervisor = Supervisor(folder, _short(folder) / "supervisor.sock")
    names = wanted(services, options.services)
    return NativeLauncher(folder, services, deployment, environments, supervisor, choice, names, told)


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
    server, sockets = str(place.data.parent / "server"), str(_short(folder) / "ray")
    return own | {name: str(path) for name, path in shared.items()} | {"postgres": server, "ray": sockets}


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
        "share": str(Path(sys.prefix) / "share" / "jupyter"),
    }


def _short(folder: Path) -> Path:
    """Return a private folder whose path is short enough for sockets, named after the home."""
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    private = Path(tempfile.gettempdir()) / f"mbats-{os.geteuid()}-{name}"
    private.mkdir(mode=0o700, exist_ok=True)
    return private


def write_units(units: Path, secrets: Path) -> None:
    """Write each service's unit for its container into a folder of its own below `units`."""
    secret = complete(secrets / "secrets.json", secret_names(SERVICES))
    deployed = places.deployment(SERVICES, secret, os.environ)
    profiles = os.environ.get("COMPOSE_PROFILES", "").split(",")
    rows = {service.name: service for service in (*SERVICES, *chosen(profiles))}
    for name, service in rows.items():
        write(units / name / f"{name}.json", service, deployed)


def secrets_file(settings: Settings) -> Path:
    """Return where the passwords of the services are, for its owner alone."""
    return settings.home / "stack" / "secrets.json"


def status_rows(launcher: Launcher) -> list[dict[str, Any]]:
    """Return how each service is, where it is, and who may log in with which secret."""
    found, rows = launcher.status(), list[dict[str, Any]]()
    for service in launcher.services:
        port, login = launcher.port.get(service.name), service.login
        web = port and service.health.probe is Probe.HTTP
        page = login.page if login else "/"
        rows.append(
            {
                "service": service.name,
                "well": found[service.name].well,
                "asked": found[service.name].asked,
                "address": f"http://localhost:{port}{page}" if web else f"localhost:{port}" if port else "",
                "user": login.user if login else "",
                "secret": login.secret if login else "",
                "detail": found[service.name].detail,
            }
        )
    return rows


def log_tail(launcher: Launcher, name: str, lines: int) -> str:
    """Return the last lines of a service's log; raises UnknownService."""
    known = [service.name for service in launcher.services]
    if name not in known:
        raise UnknownService(name=name, known=", ".join(known))
    return launcher.tail(name, lines)

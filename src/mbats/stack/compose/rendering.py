"""The table of services as a Compose file; nothing in it is secret, so the repository holds it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mbats.stack.compose.places import HOLDER, OWN, STATE, TOOLS, UNIT, UNITS
from mbats.stack.doors import variable
from mbats.stack.service import Probe
from mbats.stack.store import GIVEN, SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mbats.stack.service import Service

SECRETS = "secrets"
"""The service that runs first: it makes the secrets and writes every other service's unit."""
PROFILES = "COMPOSE_PROFILES"
"""Compose's own variable; units differ with it."""
LABEL = "mbats.told"
"""Holds what a service's unit depends on: a container is made anew when that changes, and reads its unit again."""
_OFTEN, _SELDOM = "5s", "15s"
"""How often a service is asked how it is: each question costs the engine a tenth of a second of a core, and one that
others wait for is first asked when the first of these has passed."""
_FOLDER = re.compile(r"\{folder\[([\w-]+)\]\}")
_PUBLISHED = re.compile(r"\{published\[([\w-]+)\]\}")
_OURS = re.compile(r"\{program\[(mbats|python)\]\}")
_HARDENED = {
    "init": True,
    "read_only": True,
    "tmpfs": ["/tmp:size=512m"],  # noqa: S108 - each container's own
    "security_opt": ["no-new-privileges:true"],
    "cap_drop": ["ALL"],
}


def rendered(services: Sequence[Service], version: str) -> dict[str, Any]:
    """Return the Compose file as plain values, without a word of what differs from home to home."""
    known = {service.name: service for service in services}
    rows = {SECRETS: _first(services, version)} | {one.name: _row(one, known, version) for one in services}
    for environment, name in {one.environment: one.name for one in reversed(services)}.items():
        rows[SECRETS if environment == OWN else name]["build"] = _build(environment, services)
    volumes = sorted({mount.partition(":")[0] for row in rows.values() for mount in row["volumes"]})
    return {"services": rows, "volumes": dict.fromkeys(volumes)}


def _first(services: Sequence[Service], version: str) -> dict[str, Any]:
    units = [f"unit-{service.name}:{UNITS}/{service.name}" for service in services]
    return {
        "image": f"mbats/{OWN}:{version}",
        "command": [f"{TOOLS}/{OWN}/bin/mbats", "stack", "units", UNITS, f"{STATE}/{SECRETS}"],
        "environment": _told(services),
        "volumes": [f"{SECRETS}:{STATE}/{SECRETS}", *units],
        "network_mode": "none",
        "restart": "on-failure",
        "mem_limit": "256m",
        **_HARDENED,
    }


def _told(services: Sequence[Service]) -> list[str]:
    """Return the variables, by name alone, that whoever writes the units has from whoever starts the stack."""
    moved = [variable(service.name) for service in services if service.port]
    return list(dict.fromkeys([PROFILES, *moved, *(name for service in services for name in service.passed)]))


def _row(service: Service, known: Mapping[str, Service], version: str) -> dict[str, Any]:
    python = f"{TOOLS}/{service.environment}/bin/python"
    row: dict[str, Any] = {
        "image": f"mbats/{service.environment}:{version}",
        "command": [python, f"{TOOLS}/enter.py", f"{UNIT}/{service.name}.json"],
        "volumes": [f"unit-{service.name}:{UNIT}:ro", *(f"{name}:{STATE}/{name}" for name in _folders(service))],
        "depends_on": {SECRETS: {"condition": "service_completed_successfully"}}
        | {need: {"condition": _condition(known[need])} for need in service.needs if need in known},
        "labels": {LABEL: _depends_on(service)},
        "restart": "on-failure" if service.once else "unless-stopped",
        "mem_limit": f"{service.memory}m",
        "stop_grace_period": "30s",
        **_HARDENED,
    }
    if service.account:
        row["stop_signal"] = "SIGINT"
    if service.shared_memory:
        row["shm_size"] = f"{service.shared_memory}m"
    if service.port:
        row["ports"] = [f"127.0.0.1:${{{variable(service.name)}:-{service.port}}}:{service.port}"]
    if service.health.probe is not Probe.PROCESS:
        awaited = any(service.name in other.needs for other in known.values())
        row["healthcheck"] = _healthcheck(service, python, _OFTEN if awaited else _SELDOM)
    if service.profile:
        row["profiles"] = [service.profile]
    return row


def _depends_on(service: Service) -> str:
    """Return what the service's unit depends on, and no secret: labels are for everybody."""
    published = (name for text in _texts(service) for name in _PUBLISHED.findall(text))
    names = dict.fromkeys((PROFILES, *GIVEN, *service.passed, *map(variable, published)))
    return " ".join(f"${{{name}:-}}" for name in names if name != SECRET)


def _build(environment: str, services: Sequence[Service]) -> dict[str, Any]:
    """Return how an image is made; the first service of an environment makes it for all others."""
    states = [SECRETS, *dict.fromkeys(HOLDER.values()), *(service.name for service in services)]
    units = [f"{UNITS}/{service.name}" for service in services] if environment == OWN else []
    folders = [UNIT, *units, *(f"{STATE}/{name}" for name in states)]
    arguments = {"FOLDERS": " ".join(dict.fromkeys(folders))}
    return {
        "context": ".",
        "dockerfile": "src/mbats/stack/images/Dockerfile",
        "target": _target(environment, services),
        "args": arguments if environment == OWN else arguments | {"ENVIRONMENT": environment},
    }


def _target(environment: str, services: Sequence[Service]) -> str:
    """Return the Dockerfile's stage: one with MBATS beside the service where a service calls it."""
    if environment == OWN:
        return OWN
    texts = (text for service in services if service.environment == environment for text in _texts(service))
    return "beside" if any(map(_OURS.search, texts)) else "service"


def _folders(service: Service) -> list[str]:
    """Return the service's own folder and those that its texts speak of."""
    named = (name for text in _texts(service) for name in _FOLDER.findall(text))
    return list(dict.fromkeys([service.name, *(HOLDER.get(name, name) for name in named)]))


def _texts(service: Service) -> Iterator[str]:
    yield from (service.command, *service.variables.values(), *service.files.values())
    yield from (step.command for step in service.first)


def _condition(need: Service) -> str:
    if need.once:
        return "service_completed_successfully"
    return "service_started" if need.health.probe is Probe.PROCESS else "service_healthy"


def _healthcheck(service: Service, python: str, interval: str) -> dict[str, Any]:
    words = [str(service.health.probe), service.name, str(service.port)]
    return {
        "test": ["CMD", python, "-IS", f"{TOOLS}/well.py", *words, service.health.path],
        "interval": interval,
        "timeout": "30s",
        "retries": 5,
        "start_period": f"{service.health.patience}s",
    }

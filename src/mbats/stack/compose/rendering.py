"""The table of services as a Compose file; nothing in it is secret, so the repository holds it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mbats.stack.compose.places import SHARED, STATE, TOOLS, UNITS
from mbats.stack.service import Probe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.stack.service import Service

SECRETS = "secrets"
"""The service that runs first: it makes the secrets and writes every other service's unit."""
_OWN = "mbats"
_FOLDER = re.compile(r"\{folder\[([\w-]+)\]\}")


def rendered(services: Sequence[Service], version: str) -> dict[str, Any]:
    """Return the Compose file as plain values, without a word of what differs from home to home."""
    known = {service.name: service for service in services}
    rows = {SECRETS: _first(services, version)} | {one.name: _row(one, known, version) for one in services}
    built = {row["image"]: name for name, row in reversed(rows.items())}
    for image, name in built.items():
        rows[name]["build"] = _build(image.partition("/")[2].partition(":")[0], services)
    volumes = sorted({mount.partition(":")[0] for row in rows.values() for mount in row["volumes"]})
    return {"services": rows, "volumes": dict.fromkeys(volumes)}


def _first(services: Sequence[Service], version: str) -> dict[str, Any]:
    units = [f"unit-{service.name}:{UNITS}/units/{service.name}" for service in services]
    return {
        "image": f"mbats/{_OWN}:{version}",
        "command": [f"{TOOLS}/venv/bin/mbats", "stack", "units", f"{UNITS}/units", f"{STATE}/{SECRETS}"],
        "volumes": [f"{SECRETS}:{STATE}/{SECRETS}", *units],
        "network_mode": "none",
        "restart": "on-failure",
        "mem_limit": "256m",
        **_HARDENED,
    }


_HARDENED = {"init": True, "security_opt": ["no-new-privileges:true"], "cap_drop": ["ALL"]}


def _row(service: Service, known: Mapping[str, Service], version: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "image": f"mbats/{service.environment}:{version}",
        "command": [f"{TOOLS}/venv/bin/python", f"{TOOLS}/enter.py", f"{UNITS}/{service.name}.json"],
        "volumes": [f"unit-{service.name}:{UNITS}", *(f"{name}:{STATE}/{name}" for name in _folders(service))],
        "depends_on": {SECRETS: {"condition": "service_completed_successfully"}}
        | {need: {"condition": _condition(known[need])} for need in service.needs if need in known},
        "restart": "on-failure" if service.once else "unless-stopped",
        "mem_limit": f"{service.memory}m",
        "stop_grace_period": "30s",
        **_HARDENED,
    }
    if service.account:
        row |= {"stop_signal": "SIGINT", "shm_size": "256m"}
    if service.port:
        variable = "MBATS_PORT_" + service.name.upper()
        row["ports"] = [f"127.0.0.1:${{{variable}:-{service.port}}}:{service.port}"]
    if service.health.probe is not Probe.PROCESS:
        row["healthcheck"] = _healthcheck(service)
    if service.profile:
        row["profiles"] = [service.profile]
    return row


def _build(environment: str, services: Sequence[Service]) -> dict[str, Any]:
    """Return how an image is made; the first service of an environment makes it for all others."""
    own = environment == _OWN
    folders = " ".join([SECRETS, *SHARED, *(service.name for service in services)])
    return {
        "context": ".",
        "dockerfile": f"src/mbats/stack/images/{_OWN if own else 'service'}.Dockerfile",
        "args": {"FOLDERS": folders} | ({} if own else {"ENVIRONMENT": environment}),
    }


def _folders(service: Service) -> list[str]:
    """Return the service's own folder and those that its texts speak of."""
    texts = [service.command, *service.variables.values(), *service.files.values()]
    texts += [step.command for step in service.first]
    return list(dict.fromkeys([service.name, *(name for text in texts for name in _FOLDER.findall(text))]))


def _condition(need: Service) -> str:
    if need.once:
        return "service_completed_successfully"
    return "service_started" if need.health.probe is Probe.PROCESS else "service_healthy"


def _healthcheck(service: Service) -> dict[str, Any]:
    words = [str(service.health.probe), service.name, str(service.port)]
    return {
        "test": ["CMD", f"{TOOLS}/venv/bin/python", f"{TOOLS}/well.py", *words, service.health.path],
        "interval": "5s",
        "timeout": "10s",
        "retries": 3,
        "start_period": f"{service.health.patience}s",
    }

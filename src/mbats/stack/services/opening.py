"""The opening page, which knows where all others are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mbats.stack.service import Health, Probe, Service

if TYPE_CHECKING:
    from collections.abc import Sequence


def opening(services: Sequence[Service]) -> Service:
    """Return the service that shows some others."""
    return Service(
        name="opening",
        title="every service, its health and the way to it",
        environment="mbats",
        command="{program[mbats]} stack page doors.json --host {host[opening]} --port {port[opening]}",
        files={"doors.json": _doors(services)},
        needs=("prepare",),
        port=8000,
        health=Health(Probe.HTTP),
        guard="It shows addresses, health and the names of secrets, and nothing that is secret; it takes no orders.",
        memory=256,
    )


def _doors(services: Sequence[Service]) -> str:
    rows = ",\n".join(_door(service) for service in services if service.port)
    return f"[\n{rows}\n]\n"


def _door(service: Service) -> str:
    """Return one service as JSON whose host and port are yet to be filled in."""
    login, health = service.login, service.health
    plain = {
        "name": service.name,
        "title": service.title,
        "probe": str(health.probe),
        "path": health.path,
        "pages": dict(service.pages),
        "user": login.user if login else "",
        "secret": login.secret if login else "",
    }
    words = json.dumps(plain).replace("{", "{{").replace("}", "}}")
    name = service.name
    place = f'"host": "{{host[{name}]}}", "port": {{port[{name}]}}, "published": {{published[{name}]}}'
    return f"{words[:-2]}, {place}}}}}"

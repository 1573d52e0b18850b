"""The ports of a stack that is to come up: each free, or our own already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.errors.stack import PortTaken, PortTwice
from mbats.stack.probing import taken

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from mbats.stack.service import Service


PREFIX = "MBATS_PORT_"


def variable(name: str) -> str:
    """Return the environment variable that moves a port of the table."""
    return PREFIX + name.upper().replace("-", "_").replace(".", "_")


def own_ports(service: Service, ports: Mapping[str, int]) -> dict[str, int]:
    """Return the ports of a service by their names in the table, those that only itself uses included."""
    names = [service.name, *(f"{service.name}.{inner}" for inner in service.inner)]
    return {name: ports[name] for name in names if name in ports}


def refuse_taken(
    services: Sequence[Service], ports: Mapping[str, int], running: Collection[str], before: Mapping[str, int]
) -> None:
    """Return when every port can be had; those that `running` services have held since `before` are theirs.

    Raises
    ------
    PortTaken, PortTwice
    """
    holders = dict[int, str]()
    for service in services:
        for name, port in own_ports(service, ports).items():
            if port in holders:
                raise PortTwice(port=port, one=holders[port], other=name, variable=variable(name))
            holders[port] = name
            ours = service.name in running and before.get(name) == port
            if not ours and taken(port):
                raise PortTaken(port=port, service=name, variable=variable(name))

"""Whether a service of this machine is well, asked from outside as its users would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mbats.stack.service import Probe
from mbats.stack.well import accepts, wrong

if TYPE_CHECKING:
    from mbats.stack.service import Health

_HERE = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a probe found: well, or why not; `asked` is whether anybody wants it up."""

    well: bool
    detail: str = ""
    asked: bool = True


def probe(health: Health, port: int | None) -> Finding:
    """Ask a service on loopback how it is; one without a port is judged by its process alone."""
    if health.probe is Probe.PROCESS or port is None:
        return Finding(well=True)
    trouble = wrong(health.probe, _HERE, port, health.path)
    return Finding(not trouble, trouble)


def taken(port: int) -> bool:
    """Tell whether somebody listens on a port of this machine's loopback."""
    try:
        return not accepts(_HERE, port)
    except OSError:
        return False

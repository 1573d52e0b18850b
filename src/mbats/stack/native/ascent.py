"""The way up: each service begins as soon as all that it needs is well."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mbats.errors.stack import ServiceUnwell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mbats.stack.probing import Finding
    from mbats.stack.service import Service

_STUMBLES = 30.0
"""Seconds for which a service may end and be started again before it is said to be unwell."""


@dataclass(slots=True)
class Ascent:
    """How far some services are; one that is not well keeps back those alone that need it.

    Attributes
    ----------
    services
        Those that are to come up; what they need besides is well already.
    clock
        Seconds.
    """

    services: Sequence[Service]
    clock: Callable[[], float] = time.monotonic
    well: set[str] = field(default_factory=set)
    unwell: dict[str, ServiceUnwell] = field(default_factory=dict)
    _begun: dict[str, float] = field(default_factory=dict)

    def due(self) -> list[Service]:
        """Return those that can be up, and are not yet; nothing: there is no more to wait for."""
        missing = {one.name for one in self.services} - self.well
        return [one for one in self.services if one.name in missing - self.unwell.keys() and not missing & {*one.needs}]

    def begin(self) -> list[Service]:
        """Return those that are due for the first time; their patience runs from now on."""
        new = [service for service in self.due() if service.name not in self._begun]
        self._begun |= {service.name: self.clock() for service in new}
        return new

    def note(self, service: Service, state: str, found: Finding) -> None:
        """Take down how a service is."""
        waited = self.clock() - self._begun[service.name]
        ended = state == "FATAL" or (service.once and state == "EXITED")
        stumbles = state in ("BACKOFF", "EXITED") and waited > _STUMBLES
        if found.well:
            self.well.add(service.name)
        elif ended or stumbles or waited > service.health.patience:
            trouble = ServiceUnwell(service=service.name, seconds=round(waited), detail=found.detail)
            self.unwell[service.name] = trouble

    def __str__(self) -> str:
        """Tell how far they are."""
        unwell = f", not {', '.join(self.unwell)}" if self.unwell else ""
        return f"{len(self.well)} of {len(self.services)} are well{unwell}"

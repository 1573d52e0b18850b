"""The stack without containers: each service a process of this machine, kept by supervisor."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from mbats.errors.stack import PortTaken, ServiceUnwell
from mbats.stack.native.environments import OWN
from mbats.stack.native.supervision import Program
from mbats.stack.probing import Finding, probe, taken
from mbats.stack.service import Probe
from mbats.stack.unit_files import write

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from mbats.stack.deployment import Deployment
    from mbats.stack.native.environments import Environments
    from mbats.stack.native.supervision import Supervisor
    from mbats.stack.service import Service

_ENDED = ("FATAL", "EXITED")
_PAUSE = 0.3


@dataclass(frozen=True, slots=True)
class NativeLauncher:
    """Brings services up in the order of what they need, and says how each is.

    Parameters
    ----------
    folder
        Holds units, logs and supervisor's files; of mode 700.
    services
        Each after all that it needs.
    told
        Hears what happens, a line at a time.
    """

    folder: Path
    services: Sequence[Service]
    deployment: Deployment
    environments: Environments
    supervisor: Supervisor
    told: Callable[[str], None]

    def up(self) -> None:
        """Bring everything up; what runs already is left alone.

        Raises
        ------
        PortTaken, ServiceUnwell, mbats.errors.stack.EnvironmentFailed, mbats.errors.stack.SupervisorFailed
        """
        self._refuse_taken_ports()
        for name in dict.fromkeys(service.environment for service in self.services):
            if not self.environments.ready(name):
                self.told(f"environment {name}")
                self.environments.make(name)
        for service in self.services:
            write(self.folder / "units" / f"{service.name}.json", service, self.deployment)
        self.supervisor.configure([self._program(service) for service in self.services])
        self.supervisor.start()
        for wave in waves(self.services):
            self._start(wave)

    def down(self) -> None:
        """Stop everything; nothing is lost."""
        if self.supervisor.running():
            self.supervisor.stop()

    def status(self) -> dict[str, Finding]:
        """Return how each service is."""
        states = self.supervisor.states() if self.supervisor.running() else {}
        return {service.name: self._found(service, states.get(service.name, "STOPPED")) for service in self.services}

    def log(self, name: str) -> Path:
        """Return the file of a service's log."""
        return self.supervisor.folder / "logs" / f"{name}.log"

    def _refuse_taken_ports(self) -> None:
        running = self.supervisor.states() if self.supervisor.running() else {}
        for service in self.services:
            port = self.deployment.port.get(service.name)
            if port and running.get(service.name) not in {"RUNNING", "STARTING"} and taken(port):
                raise PortTaken(port=port, service=service.name, variable=f"MBATS_PORT_{service.name.upper()}")

    def _program(self, service: Service) -> Program:
        programs = self.environments.programs(service.environment)
        python = sys.executable if service.environment == OWN else programs / "python"
        enter = files("mbats.stack") / "enter.py"
        return Program(
            name=service.name,
            command=f"{python} {enter} {self.folder / 'units' / service.name}.json",
            path=f"{programs}:{os.environ.get('PATH', os.defpath)}",
            once=service.once,
            signal="INT" if service.account else "TERM",
            group=not service.account,
        )

    def _start(self, wave: Sequence[Service]) -> None:
        states = self.supervisor.states()
        for service in wave:
            if states.get(service.name) not in {"RUNNING", "STARTING"}:
                self.supervisor.begin(service.name)
        for service in wave:
            self._wait_for(service)
            self.told(f"{service.name} is well")

    def _wait_for(self, service: Service) -> None:
        began = time.monotonic()
        while not (finding := self._found(service, state := self._state(service))).well:
            waited = time.monotonic() - began
            if state in _ENDED or waited > service.health.patience:
                raise ServiceUnwell(service=service.name, seconds=round(waited), detail=finding.detail)
            time.sleep(_PAUSE)

    def _state(self, service: Service) -> str:
        return self.supervisor.states().get(service.name, "STOPPED")

    def _found(self, service: Service, state: str) -> Finding:
        due = "DONE" if service.once else "RUNNING"
        if state != due:
            return Finding(well=False, detail=f"it is {state.lower()}")
        if service.health.probe is Probe.PROCESS:
            return Finding(well=True)
        return probe(service.health, self.deployment.port.get(service.name))


def waves(services: Sequence[Service]) -> list[list[Service]]:
    """Return the services in groups: those of a group need only what earlier groups hold."""
    pending, there, found = list(services), set[str](), []
    names = {service.name for service in services}
    while pending:
        wave = [service for service in pending if names.intersection(service.needs) <= there]
        found.append(wave)
        there |= {service.name for service in wave}
        pending = [service for service in pending if service not in wave]
    return found

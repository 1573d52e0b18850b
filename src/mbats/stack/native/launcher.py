"""The stack without containers: each service a process of this machine, kept by supervisor."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from importlib.resources import files
from shutil import disk_usage
from typing import TYPE_CHECKING

from mbats.errors.disk import TooLittleRoom
from mbats.stack.choice import Choice
from mbats.stack.doors import refuse_taken
from mbats.stack.native.ascent import Ascent
from mbats.stack.native.environments import OWN
from mbats.stack.native.supervision import IDLE, Program
from mbats.stack.probing import Finding, probe
from mbats.stack.service import Probe
from mbats.stack.table import ports
from mbats.stack.unit_files import digest, write

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from mbats.stack.deployment import Deployment
    from mbats.stack.native.environments import Environments
    from mbats.stack.native.supervision import Supervisor
    from mbats.stack.service import Service

_ON_ITS_WAY = ("RUNNING", "STARTING", "BACKOFF")
_PAUSE = 0.3
_MIB = 2**20
_ROOM = 300
_PATH = "/usr/local/bin:/usr/bin:/bin"
"""After an environment's own programs: the same for everybody, so that a service is not changed by who asks for it."""


@dataclass(frozen=True, slots=True)
class NativeLauncher:
    """Brings services up in the order of what they need, and says how each is.

    Parameters
    ----------
    folder
        Holds units, logs and supervisor's files; of mode 700.
    services
        All rows that were chosen, each after all that it needs.
    wanted
        The names of those that are to come up, what they need included.
    told
        Hears what happens, a line at a time.
    """

    folder: Path
    services: Sequence[Service]
    deployment: Deployment
    environments: Environments
    supervisor: Supervisor
    choice: Choice = field(default_factory=Choice)
    wanted: Collection[str] = ()
    told: Callable[[str], None] = lambda _: None

    def up(self) -> None:
        """Bring up what is wanted; what runs already is left alone, unless it has changed.

        Raises
        ------
        TooLittleRoom, PortTaken, PortTwice, ServiceUnwell
        mbats.errors.stack.EnvironmentFailed, mbats.errors.stack.SupervisorFailed
        """
        self._refuse_little_room()
        running = self._running()
        due = [service for service in self.services if service.name in running or service.name in self.wanted]
        refuse_taken(due, self.deployment.port, running, ports(self.services) | dict(Choice.load(self.folder).ports))
        self._make_environments(due, running)
        for service in self.services:
            write(self._unit(service), service, self.deployment)
        self.choice.save(self.folder)
        self.supervisor.configure([self._program(service) for service in self.services])
        self.supervisor.start()
        self._start(due)

    def down(self) -> None:
        """Stop each service as soon as nothing that needs it is left; nothing is lost."""
        if not self.supervisor.running():
            return
        left = list(self.services)
        while left:
            needed = {name for service in left for name in service.needs}
            self.supervisor.let_end([service.name for service in left if service.name not in needed])
            at_work = self.supervisor.at_work()
            left = [service for service in left if service.name in at_work]
            time.sleep(_PAUSE)
        self.supervisor.stop()

    def status(self) -> dict[str, Finding]:
        """Return how each service is."""
        states = self._states()
        return {service.name: self._found(service, states.get(service.name, "STOPPED")) for service in self.services}

    @property
    def port(self) -> Mapping[str, int]:
        """Where each service is found on this machine's loopback."""
        return self.deployment.port

    @property
    def passwords(self) -> str:
        """Return the file of the services' passwords."""
        return str(self.folder / "secrets.json")

    def tail(self, name: str, lines: int) -> str:
        """Return the last lines of a service's log."""
        log = self.supervisor.folder / "logs" / f"{name}.log"
        text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def _refuse_little_room(self) -> None:
        free = disk_usage(self.folder).free // _MIB
        if free < _ROOM:
            raise TooLittleRoom(folder=self.folder, free=free, needed=_ROOM)

    def _running(self) -> set[str]:
        return {name for name, state in self._states().items() if state in _ON_ITS_WAY}

    def _states(self) -> Mapping[str, str]:
        return self.supervisor.states() if self.supervisor.running() else {}

    def _make_environments(self, services: Sequence[Service], running: Collection[str]) -> None:
        names = dict.fromkeys(service.environment for service in services)
        missing = [name for name in names if not self.environments.ready(name)]
        for number, name in enumerate(missing, start=1):
            self.told(f"making environment {number} of {len(missing)}: {name}")
            if running:
                self.supervisor.end([service.name for service in services if service.environment == name])
            self.environments.make(name)

    def _unit(self, service: Service) -> Path:
        return self.folder / "units" / f"{service.name}.json"

    def _program(self, service: Service) -> Program:
        programs = self.environments.programs(service.environment)
        python = sys.executable if service.environment == OWN else programs / "python"
        enter = files("mbats.stack") / "enter.py"
        return Program(
            name=service.name,
            command=[str(python), str(enter), str(self._unit(service))],
            path=f"{programs}:{_PATH}",
            unit=digest(self._unit(service)),
            once=service.once,
            signal="INT" if service.account else "TERM",
            group=not service.account,
        )

    def _start(self, services: Sequence[Service]) -> None:
        ascent = Ascent(services)
        while due := ascent.due():
            self._begin(ascent)
            states = self.supervisor.states()
            for service in due:
                state = states.get(service.name, "STOPPED")
                ascent.note(service, state, self._found(service, state))
            time.sleep(_PAUSE)
        self.told(str(ascent))
        for trouble in ascent.unwell.values():
            raise trouble

    def _begin(self, ascent: Ascent) -> None:
        if not (new := ascent.begin()):
            return
        self.told(f"{ascent}; next {', '.join(service.name for service in new)}")
        running = self._running()
        for service in new:
            if service.name not in running:
                self.supervisor.begin(service.name)

    def _found(self, service: Service, state: str) -> Finding:
        if state == IDLE:
            return Finding(well=False, asked=False, detail="it was not asked for")
        if state != ("DONE" if service.once else "RUNNING"):
            return Finding(well=False, detail=f"it is {state.lower()}")
        if service.health.probe is Probe.PROCESS:
            return Finding(well=True)
        return probe(service.health, self.deployment.port.get(service.name))

"""The stack in containers: Docker Compose starts them, in the order of what they need, and asks how they are."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mbats.errors.stack import ServiceUnwell
from mbats.stack.compose.places import OWN, TOOLS, UNIT
from mbats.stack.compose.rendering import SECRETS
from mbats.stack.compose.safe import READ, ContainedSafe
from mbats.stack.deployment import Deployment
from mbats.stack.doors import refuse_taken
from mbats.stack.probing import Finding
from mbats.stack.service import Probe
from mbats.stack.table import PROFILES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from mbats.stack.choice import Choice
    from mbats.stack.compose.engine import Engine
    from mbats.stack.service import Service

_PAUSE = 2.0
_ALL = tuple(word for name in PROFILES for word in ("--profile", name))


@dataclass(frozen=True, slots=True)
class ComposeLauncher:
    """Brings services up as containers, built on this machine, and says how each is.

    Parameters
    ----------
    home
        Where commands of this machine keep what is theirs, and what was chosen.
    services
        All rows that were chosen, each after all that it needs.
    port
        Where each is published on this machine's loopback.
    wanted
        The names of those that are to come up, what they need included.
    told
        Hears what happens, a line at a time.
    anew
        Whether containers are made anew that seem the same as before: their units may have changed.
    """

    home: Path
    engine: Engine
    services: Sequence[Service]
    port: Mapping[str, int]
    choice: Choice
    wanted: Collection[str]
    told: Callable[[str], None]
    anew: bool = False

    @property
    def deployment(self) -> Deployment:
        """Return what a command of this machine needs to reach the services: they are published on its loopback."""
        return Deployment(
            host=dict.fromkeys((service.name for service in self.services), "127.0.0.1"),
            port=self.port,
            secret=self.safe.known(),
            folder={"mbats": str(self.home)},
            program={},
            given=self.choice.passed,
        )

    @property
    def safe(self) -> ContainedSafe:
        """Return where the secrets are."""
        return ContainedSafe(self.engine)

    @property
    def passwords(self) -> str:
        """Return what to type to read the services' passwords."""
        return " ".join((*self.engine.compose, *READ))

    def up(self) -> None:
        """Build the images, start what is wanted and wait until it is well.

        Raises
        ------
        PortTaken, ServiceUnwell, mbats.errors.engine.ComposeFailed, mbats.errors.engine.EngineFull
        """
        running = {name for name, state in self.engine.containers(*_ALL).items() if state["Running"]}
        due = [service for service in self.services if service.name in self.wanted]
        refuse_taken([replace(service, inner={}) for service in due], self.port, running, self.port)
        self.choice.save(self.home / "stack")
        self._end(running - {SECRETS, *(service.name for service in self.services)})
        options = ("--detach", "--build", *(["--force-recreate"] if self.anew else []))
        self.engine.run("up", *options, *(service.name for service in due), told=self.told)
        for service in due:
            self._wait_for(service)
            self.told(f"{service.name} is well")

    def down(self) -> None:
        """Stop everything and remove the containers; the volumes keep what was in them."""
        self.engine.run(*_ALL, "down", "--remove-orphans", told=self.told)

    def status(self) -> dict[str, Finding]:
        """Return how each service is, as the engine has found by asking it."""
        states = self.engine.containers()
        return {service.name: _found(service, states.get(service.name)) for service in self.services}

    def tail(self, name: str, lines: int) -> str:
        """Return the last lines of a service's log."""
        return self.engine.answer("logs", "--no-color", "--no-log-prefix", f"--tail={lines}", name)

    def run(self, service: str, words: Sequence[str]) -> int:
        """Run an ``mbats`` command as a service would, in a container of its own; return its exit code."""
        enter = (f"{TOOLS}/{OWN}/bin/python", f"{TOOLS}/enter.py", f"{UNIT}/{service}.json", f"{TOOLS}/{OWN}/bin/mbats")
        return self.engine.call("run", "--rm", "--no-deps", "-T", service, *enter, *words)

    def _end(self, names: Collection[str]) -> None:
        """Stop what a profile had brought that is not chosen any more."""
        if names:
            self.engine.run(*_ALL, "rm", "--stop", "--force", *sorted(names), told=self.told)

    def _wait_for(self, service: Service) -> None:
        began = time.monotonic()
        while not (finding := self.status()[service.name]).well:
            waited = time.monotonic() - began
            if waited > service.health.patience:
                raise ServiceUnwell(service=service.name, seconds=round(waited), detail=finding.detail)
            time.sleep(_PAUSE)


def _found(service: Service, state: Mapping[str, Any] | None) -> Finding:
    if state is None:
        return Finding(well=False, asked=False, detail="it was not asked for")
    if service.once:
        done = state["Status"] == "exited" and state["ExitCode"] == 0
        return Finding(done, "" if done else f"it is {state['Status']}")
    if not state["Running"]:
        return Finding(well=False, detail=f"it is {state['Status']}")
    if service.health.probe is Probe.PROCESS:
        return Finding(well=True)
    health = state.get("Health") or {}
    well = health.get("Status") == "healthy"
    return Finding(well, "" if well else _complaint(health))


def _complaint(health: Mapping[str, Any]) -> str:
    """Return what the last question brought to light."""
    asked = health.get("Log") or [{}]
    return str(asked[-1].get("Output", "")).strip() or f"it is {health.get('Status', 'not asked yet')}"

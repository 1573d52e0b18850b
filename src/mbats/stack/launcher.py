from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.stack.deployment import Deployment
    from mbats.stack.probing import Finding
    from mbats.stack.service import Service

NATIVE, COMPOSE = "native", "compose"
"""Who may bring services up: supervisor, as processes of this machine, or Docker Compose, in containers."""


class Launcher(Protocol):
    """Brings a stack's services up and down, and says how they are."""

    @property
    def services(self) -> Sequence[Service]:
        """Return all that were chosen, each after all that it needs."""
        ...

    @property
    def port(self) -> Mapping[str, int]:
        """Return where each is found on this machine's loopback."""
        ...

    @property
    def deployment(self) -> Deployment:
        """Return what a command of this machine needs to reach the services, secrets included."""
        ...

    @property
    def passwords(self) -> str:
        """Return where a person reads the services' passwords: a file, or what to type."""
        ...

    def up(self) -> None:
        """Bring up what is wanted; what runs already is left alone, unless it has changed."""
        ...

    def down(self) -> None:
        """Stop everything; nothing is lost."""
        ...

    def status(self) -> dict[str, Finding]:
        """Return how each service is."""
        ...

    def tail(self, name: str, lines: int) -> str:
        """Return the last lines of a service's log."""
        ...

"""The port to people."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class AlertKind(StrEnum):
    """What an alert is about."""

    FILL = "fill"
    REJECT = "reject"
    BREACH = "breach"
    RESTART = "restart"
    TROUBLE = "trouble"
    RECOVERED = "recovered"
    ALARM = "alarm"
    FOREIGN = "foreign"
    STOPPED = "stopped"
    DAILY = "daily"
    TASK = "task failed"


class Alerts(Protocol):
    """Tells people what happens. Never raises, and waits only in the end."""

    def tell(self, kind: AlertKind, text: str, facts: Mapping[str, Any]) -> None:
        """Say one thing; `facts` are plain values, without secrets."""
        ...

    def close(self) -> None:
        """Send what waits, for some seconds at most."""
        ...


class Silent:
    """Implements `Alerts` for whom nobody listens."""

    def tell(self, kind: AlertKind, text: str, facts: Mapping[str, Any]) -> None:
        """Say nothing."""

    def close(self) -> None:
        """Send nothing."""

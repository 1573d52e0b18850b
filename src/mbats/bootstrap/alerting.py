"""People told of a task that failed, by the services that tell them of live trading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.bootstrap import wiring
from mbats.live.alerts import AlertKind

if TYPE_CHECKING:
    from mbats.settings import Settings

_ERROR = "error: "
_LONGEST = 2_000


def tell_of_failed_task(settings: Settings, timetable: str, task: str, said: str, **facts: str) -> None:
    """Say which task of which timetable failed, the error with its remedy, and `facts` that are not empty.

    Raises
    ------
    mbats.errors.settings.SecretFileOpen, mbats.errors.settings.SecretFileUnreadable, mbats.errors.alerts.NoSuchService
    """
    alerts = wiring.alerts(settings)
    text = f"{task} of {timetable} failed.\n{_remedy(said)}"
    alerts.tell(AlertKind.TASK, text, {name: value for name, value in facts.items() if value})
    alerts.close()


def _remedy(said: str) -> str:
    """Return the error that a command ended with; what it told of its progress before is in the log."""
    return (said.rpartition(_ERROR)[2] or said).strip()[:_LONGEST]

"""The faults that wait for their requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any

from mbats.errors.exchange_faults import UnknownFault
from mbats.exchange.faults.fault import OF_LINES, Fault

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(slots=True)
class Armed:
    """A fault that waits, and how often it was met (`seen`) and happened (`happened`)."""

    id: int
    fault: Fault
    since: float
    seen: int = 0
    happened: int = 0
    _chance: Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = Random(self.fault.seed)  # noqa: S311 # draws faults, no secrets

    def over(self, now: float) -> bool:
        """Tell whether it will not happen any more."""
        spent = self.fault.times is not None and self.happened >= self.fault.times
        return spent or (self.fault.seconds is not None and now - self.since >= self.fault.seconds)

    def strikes(self) -> bool:
        """Count one matching request and tell whether the fault happens to it."""
        self.seen += 1
        if self.seen <= self.fault.skip or (self.fault.share < 1 and self._chance.random() >= self.fault.share):
            return False
        self.happened += 1
        return True

    def plain(self, now: float) -> dict[str, Any]:
        """Return what a person wants to know of it."""
        facts = {"id": self.id, **self.fault.plain(), "seen": self.seen, "happened": self.happened}
        return {**facts, "over": self.over(now)}


class Faults:
    """All faults of one exchange; `now` tells seconds of real time, from any beginning."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._ids = count(1)
        self._armed: dict[int, Armed] = {}

    def add(self, fault: Fault) -> int:
        """Arm a fault and return its id."""
        armed = Armed(next(self._ids), fault, self._now())
        self._armed[armed.id] = armed
        return armed.id

    def clear(self, id: int | None = None) -> None:  # noqa: A002 # the field's own name
        """Forget one fault, or all."""
        if id is None:
            self._armed.clear()
        elif self._armed.pop(id, None) is None:
            raise UnknownFault(id=id)

    def listed(self) -> list[dict[str, Any]]:
        """Return all faults in order of creation, those that are over, too."""
        return [armed.plain(self._now()) for armed in self._armed.values()]

    def of_request(self, method: str, path: str) -> list[Fault]:
        """Return what happens to this request, in order of creation; each is counted."""
        return self._due(method, path, of_lines=False)

    def of_line(self, method: str, path: str) -> list[Fault]:
        """Return what happens to the next line of this stream."""
        return self._due(method, path, of_lines=True)

    def _due(self, method: str, path: str, *, of_lines: bool) -> list[Fault]:
        now = self._now()
        waiting = [armed for armed in self._armed.values() if (armed.fault.kind in OF_LINES) == of_lines]
        return [
            armed.fault
            for armed in waiting
            if not armed.over(now) and armed.fault.meets(method, path) and armed.strikes()
        ]

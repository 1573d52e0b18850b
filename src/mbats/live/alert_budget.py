"""How many alerts people get: the urgent ones at once, the others so many in an hour, and what was left out is said."""

from __future__ import annotations

from collections import Counter, deque

from mbats.live.alerts import AlertKind

_HOUR = 3_600.0
URGENT = frozenset({AlertKind.BREACH, AlertKind.ALARM, AlertKind.STOPPED, AlertKind.TASK})


class AlertBudget:
    """Lets at most `hourly` alerts of a kind pass in an hour, urgent kinds ten times as many.

    Parameters
    ----------
    hourly
        Above zero.
    """

    def __init__(self, hourly: int = 20) -> None:
        self._hourly = hourly
        self._sent: dict[AlertKind, deque[float]] = {kind: deque() for kind in AlertKind}
        self._left_out: Counter[AlertKind] = Counter()

    def passes(self, kind: AlertKind, now: float) -> bool:
        """Tell whether an alert may go out at `now` (seconds of any steady clock), and count it."""
        sent = self._sent[kind]
        while sent and sent[0] <= now - _HOUR:
            sent.popleft()
        if len(sent) >= self._hourly * (10 if kind in URGENT else 1):
            self._left_out[kind] += 1
            return False
        sent.append(now)
        return True

    def left_out(self, kind: AlertKind) -> int:
        """Return how many of a kind were left out since this was last asked."""
        return self._left_out.pop(kind, 0)

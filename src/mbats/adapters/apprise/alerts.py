from __future__ import annotations

import logging
import time
from queue import Full, Queue
from threading import Thread
from typing import TYPE_CHECKING, Any

from mbats.errors.alerts import NoSuchService
from mbats.live.alert_budget import URGENT, AlertBudget

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.live.alerts import AlertKind

_log = logging.getLogger(__name__)
_WAITING = 200
_LAST_CHANCE = 10.0


class AppriseAlerts:
    """Implements `mbats.live.alerts.Alerts`: a thread of its own sends, so that no service holds up a session.

    Parameters
    ----------
    urls
        One a service, as Apprise writes them. They hold passwords and are never shown: errors count them instead.

    Raises
    ------
    mbats.errors.alerts.NoSuchService
    """

    def __init__(self, urls: Sequence[str], budget: AlertBudget | None = None) -> None:
        import apprise

        logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its lines may name an address with its password
        self._services = apprise.Apprise()
        for number, url in enumerate(urls, start=1):
            if not self._services.add(url):
                raise NoSuchService(number=number, count=len(urls))
        self._budget = budget or AlertBudget()
        self._queue: Queue[tuple[str, str, bool] | None] = Queue(_WAITING)
        self._sender = Thread(target=self._send, name="mbats-alerts", daemon=True)
        self._sender.start()

    def tell(self, kind: AlertKind, text: str, facts: Mapping[str, Any]) -> None:
        """Say one thing, unless too many of its kind were said within the hour."""
        if not self._budget.passes(kind, time.monotonic()):
            return
        lines = [text, *(f"{name}: {value}" for name, value in facts.items())]
        if missed := self._budget.left_out(kind):
            lines.append(f"({missed} more of this kind were left out.)")
        try:
            self._queue.put_nowait((f"MBATS: {kind}", "\n".join(lines), kind in URGENT))
        except Full:
            _log.warning("an alert was dropped: no service takes them", extra={"kind": str(kind)})

    def close(self) -> None:
        """Send what waits, for ten seconds at most."""
        try:
            self._queue.put(None, timeout=_LAST_CHANCE)
        except Full:
            return
        self._sender.join(_LAST_CHANCE)

    def _send(self) -> None:
        while (item := self._queue.get()) is not None:
            title, body, urgent = item
            if not self._services.notify(body=body, title=title, notify_type="failure" if urgent else "info"):
                _log.warning("an alert reached not every service", extra={"title": title})

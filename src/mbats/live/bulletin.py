"""What of a session's life is worth a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.execution.broker import Kind
from mbats.execution.order import Reason
from mbats.live.alerts import AlertKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbats.execution.broker import Transaction
    from mbats.live.alerts import Alerts
    from mbats.live.memory import Memory

_USUAL = {
    Reason.LINKED_TRADE_CLOSED,
    Reason.EXPIRED,
    Reason.REPLACED,
    Reason.CLIENT_REQUEST,
    Reason.MARGIN_CLOSEOUT,
    Reason.MARKET_HALTED,  # the order goes out again when the market opens
}
"""Why orders end that nobody has to hear of."""


class Bulletin:
    """Turns news into alerts."""

    def __init__(self, session: str, alerts: Alerts) -> None:
        self._session, self._alerts = session, alerts

    def tell(self, kind: AlertKind, text: str, **facts: object) -> None:
        """Say one thing."""
        self._alerts.tell(kind, text, {"session": self._session, **facts})

    def news(self, memory: Memory, transactions: Iterable[Transaction]) -> None:
        """Tell of fills and rejects of the session's orders."""
        assert memory.book is not None
        for one in transactions:
            ours = memory.book.ours(one.client_id)
            if ours and one.kind is Kind.FILL:
                text = f"{one.instrument}: {one.units} at {one.price}, profit {one.pnl} {memory.book.currency}"
                self.tell(AlertKind.FILL, text, instrument=one.instrument, transaction=one.id)
            elif ours and one.kind is Kind.REJECT:
                text = f"{one.instrument}: {one.units} refused, {one.reason}"
                self.tell(AlertKind.REJECT, text, instrument=one.instrument, transaction=one.id)
            elif ours and one.kind is Kind.CANCEL and one.why not in _USUAL:
                text = f"order {one.client_id} cancelled by the venue, {one.reason}"
                self.tell(AlertKind.REJECT, text, transaction=one.id)

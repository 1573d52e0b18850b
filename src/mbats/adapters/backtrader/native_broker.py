from __future__ import annotations

from typing import TYPE_CHECKING, Any

import backtrader as bt

from mbats.adapters.backtrader.native_journal import NativeJournal
from mbats.execution.order import Reason

if TYPE_CHECKING:
    from mbats.adapters.backtrader.track import Track


class NativeBroker(bt.brokers.BackBroker):
    """Backtrader's own broker, bit for bit; it only tells the journal what it tells the strategies.

    Its cash adds the money of all quote currencies up as if they were one, so it says nothing about an account in
    several currencies; `nav` does.
    """

    params = (("witness", None),)

    def __init__(self) -> None:
        super().__init__()
        self.witness = self.p.witness
        self._matching = False
        self._journal = NativeJournal(self.witness.recorder, self.p.cash)

    def next(self) -> None:
        """Match what waits with the present bars."""
        self._matching = True
        super().next()
        self._matching = False

    def notify(self, order: Any) -> None:
        """Pass a change of an order on, and record it."""
        super().notify(order)
        self._journal.note(order, at_close=not self._matching)

    def cancel(self, order: Any, bracket: bool = False) -> bool:
        """Cancel an order; `bracket`: because its bracket ended."""
        if not bracket:
            order.info.setdefault("reason", Reason.CLIENT_REQUEST)
        cancelled: bool = super().cancel(order, bracket=bracket)
        return cancelled

    def nav(self, tracks: list[Track]) -> float:
        """Return the net asset value in account currency at the mid closes of the present bars."""
        unrealised = 0.0  # Python's sum of floats has other last bits from 3.12 on
        for track in tracks:
            unrealised += self._unrealised(track)
        return self._journal.balance + unrealised

    def _unrealised(self, track: Track) -> float:
        position = self.positions[track.feed]
        if not position.size:
            return 0.0
        profit: float = position.size * (track.feed.lines.close[0] - position.price)
        return profit * track.rate(track.known)

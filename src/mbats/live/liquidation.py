"""Out of everything that a session has at the venue, from outside of it and without its books."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from mbats.execution.broker import Cancel, Submit
from mbats.execution.order import Role

if TYPE_CHECKING:
    from collections.abc import Collection

    from mbats.execution.broker import AccountState, Broker, Instruction


@dataclass(slots=True)
class Liquidation:
    """Cancels a session's waiting orders and closes its trades by reduce-only orders, as often as it takes.

    Parameters
    ----------
    prefix
        How all client ids of the session begin.
    adopted
        The venue's numbers of trades that are the session's though others opened them.
    """

    broker: Broker
    prefix: str
    adopted: Collection[int] = ()
    _round: int = 0

    async def step(self) -> bool:
        """Send what is left to send; True: nothing of the session is left at the venue.

        A halted market leaves trades open: call again.
        """
        state = await self.broker.state()
        todo = self._todo(state)
        self._round += 1
        for instruction in todo:
            await self.broker.send(instruction)
        return not todo

    def _todo(self, state: AccountState) -> list[Instruction]:
        units: dict[str, Decimal] = {}
        for trade in state.trades:
            if trade.client_id.startswith(self.prefix) or trade.id in self.adopted:
                units[trade.instrument] = units.get(trade.instrument, Decimal(0)) + trade.units
        waits = [one for one in state.orders if not one.trade and one.client_id.startswith(self.prefix)]
        closes = [
            Submit(self._id(f"close-{symbol}"), symbol, -held, role=Role.MANUAL, reduce_only=True)
            for symbol, held in units.items()
        ]
        return [*(Cancel(self._id(f"cancel-{one.id}"), one.instrument, one.id) for one in waits), *closes]

    def _id(self, what: str) -> str:
        return f"{self.prefix}watchdog-{self._round}-{what}"

"""The paper exchange in a process of its own, which hands out its own log at the end."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mbats.bootstrap.exchange import ExchangeService
from torture.process import Forked

if TYPE_CHECKING:
    from mbats.bootstrap.exchange_market import Market

CASH = Decimal(100_000)


class Exchange:
    """Serves one market to one account; `address` says where."""

    def __init__(self, market: Market, account: str, **options: Any) -> None:
        self._service = ExchangeService(market, accounts=(account,), cash=CASH, **options)
        self._start()

    def _start(self) -> None:
        self._process = Forked(self._serve)
        self.address: dict[str, Any] = _said(self._process.hear())

    def log(self) -> dict[str, Any]:
        """End it, and return what it knows: its transactions, what is open, and which faults happened."""
        self._process.say()
        told = _said(self._process.hear())
        self._process.bury()
        return told

    def kill(self) -> None:
        """Kill it; what it stored is all that is left."""
        self._process.kill()
        self._process.bury()

    def begin_again(self) -> None:
        """Start it at the same place, from what it stored."""
        ports = [urlsplit(self.address[name]).port or 0 for name in ("url", "admin_url")]
        self._service = replace(self._service, port=ports[0], admin_port=ports[1])
        self._start()

    def _serve(self, tell, ears) -> None:
        asyncio.run(self._live(tell, ears))

    async def _live(self, tell, ears) -> None:
        async with self._service.opened() as server:
            asked = asyncio.Event()
            asyncio.get_running_loop().add_reader(ears, asked.set)
            running = asyncio.create_task(server.run())
            tell(self._service.address(server))
            waiting = asyncio.create_task(asked.wait())
            await asyncio.wait({running, waiting}, return_when="FIRST_COMPLETED")
            if running.done():
                running.result()
            account, exchange = self._service.accounts[0], server.venue.exchange
            tell(
                {
                    "transactions": list(exchange.transactions(account)),
                    "balance": exchange.summary(account)["balance"],
                    "trades": exchange.open_trades(account),
                    "orders": exchange.pending_orders(account),
                    "faults": server.faults.listed(),
                    "time": exchange.time,
                }
            )
            os._exit(0)


def _said(told: Any) -> dict[str, Any]:
    if isinstance(told, Exception):
        raise told
    assert isinstance(told, dict), "the exchange died"
    return told

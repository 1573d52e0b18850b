"""The paper exchange, put together: in the foreground, or in a thread beside whoever trades on it."""

from __future__ import annotations

import asyncio
import secrets
import signal
import threading
from concurrent.futures import Future
from contextlib import asynccontextmanager, closing, nullcontext
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from mbats.errors.base import MbatsError
from mbats.errors.exchange_service import ExchangeNotStarted
from mbats.exchange.opening import NewAccount, open_venue
from mbats.exchange.pacing import Flowing, Stepped
from mbats.exchange.server import HOST, ExchangeServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine
    from types import TracebackType
    from typing import Self

    from mbats.bootstrap.exchange_home import ExchangeHome
    from mbats.bootstrap.exchange_market import Market
    from mbats.exchange.pacing import Pacing
    from mbats.exchange.rest.rate_limit import RateLimit
    from mbats.exchange.store import Store
    from mbats.exchange.streams.timing import Timing

Result = TypeVar("Result")
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class ExchangeService:
    """All that an exchange is made of.

    Attributes
    ----------
    cash, currency, accounts
        Of accounts opened when the exchange is new, and how many.
    home
        Where it keeps its accounts and secrets; None: nowhere, it is gone when it stops.
    host
        Where clients reach it.
    port, admin_port
        0: any free one.
    """

    market: Market
    pacing: Pacing = field(default_factory=Stepped)
    cash: Decimal = Decimal(100_000)
    currency: str = "USD"
    accounts: tuple[str, ...] = ("101-001-1000000-001",)
    home: ExchangeHome | None = None
    host: str = HOST
    port: int = 0
    admin_port: int = 0
    rate_limit: RateLimit | None = None
    timing: Timing | None = None
    token: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)
    admin_token: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[ExchangeServer]:
        """Open accounts and ports, tell where they are, and close all of it in the end."""
        with closing(self.home.store()) if self.home else nullcontext() as store:
            server = await self._server(store)
            if self.home:
                self.home.announce(self.address(server))
            try:
                yield server
            finally:
                if self.home:
                    self.home.withdraw()

    def address(self, server: ExchangeServer) -> dict[str, Any]:
        """Return what others on this machine need to use the exchange."""
        return {
            "url": server.url,
            "token": self.token,
            "account": self.accounts[0],
            "accounts": list(self.accounts),
            "admin_url": server.admin_url,
            "admin_token": self.admin_token,
            "stepped": server.venue.stepped,
            "speed": self.pacing.speed if isinstance(self.pacing, Flowing) else 1.0,
            "synthetic": server.venue.tape.synthetic,
        }

    async def _server(self, store: Store | None) -> ExchangeServer:
        market, new = self.market, [NewAccount(name, self.currency, self.cash) for name in self.accounts]
        venue = await open_venue(
            market.tape,
            market.terms,
            self.pacing,
            new,
            start=market.start,
            store=store,
            rate_changes=market.rate_changes,
        )
        return ExchangeServer(
            venue,
            {self.token: self.accounts},
            self.admin_token,
            host=self.host,
            port=self.port,
            admin_port=self.admin_port,
            rate_limit=self.rate_limit,
            timing=self.timing,
        )


def serve(service: ExchangeService, ready: Callable[[ExchangeServer], None]) -> None:
    """Serve in the foreground until SIGINT or SIGTERM; `ready` is called once the ports are open."""

    async def live() -> None:
        async with service.opened() as server:
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, server.stop)
            ready(server)
            await server.run()

    asyncio.run(live())


class PaperExchange:
    """An exchange in a thread of its own, for as long as a ``with`` block lasts.

    Attributes
    ----------
    url, admin_url, token, admin_token, account, accounts
        How to use it.
    venue
        The running venue; touch it only in the exchange's own loop, by `call`.
    """

    def __init__(self, market: Market, **options: Any) -> None:
        self.service = ExchangeService(market, **options)
        self.token, self.admin_token = self.service.token, self.service.admin_token
        self.accounts, self.account = self.service.accounts, self.service.accounts[0]
        self._started: Future[ExchangeServer] = Future()
        self._thread = threading.Thread(target=self._run, name="paper exchange", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.server = self._started.result(_PATIENCE)
        self.url, self.admin_url, self.venue = self.server.url, self.server.admin_url, self.server.venue
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self.server.stop)
        self._thread.join(_PATIENCE)

    def call(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine in the exchange's loop and return its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE)

    def _run(self) -> None:
        try:
            asyncio.run(self._live())
        except MbatsError as error:
            if self._started.done():
                raise
            self._started.set_exception(error)
        finally:
            if not self._started.done():
                self._started.set_exception(ExchangeNotStarted())

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        async with self.service.opened() as server:
            self._started.set_result(server)
            await server.run()

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mbats.adapters.oanda.broker import OandaBroker
from mbats.adapters.oanda.candles import Candles
from mbats.adapters.oanda.client import Client
from mbats.adapters.oanda.feed import OandaFeed
from mbats.adapters.oanda.instruments import Instruments
from mbats.adapters.oanda.streams import PriceStream, TransactionStream
from mbats.adapters.oanda.wire import nanoseconds
from mbats.errors.broker import MalformedAnswer
from mbats.errors.settings import AccountUnclear

if TYPE_CHECKING:
    from collections.abc import Sequence

    import httpx

    from mbats.adapters.oanda.access import Access
    from mbats.adapters.oanda.timing import Timing


class OandaVenue:
    """Everything of one account behind one HTTP client; use `opened`, and `async with`."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.instruments = Instruments(client)
        self.candles = Candles(client)
        self.broker = OandaBroker(client, self.instruments)
        self.feed = OandaFeed(client, self.instruments, self.candles)

    @classmethod
    async def opened(
        cls, access: Access, transport: httpx.AsyncBaseTransport | None = None, timing: Timing | None = None
    ) -> OandaVenue:
        """Return the venue of `access`; without an account there, of the only one that the token opens.

        Raises
        ------
        mbats.errors.settings.AccountUnclear
            The token opens none, or several.
        """
        client = Client(access, transport, timing)
        if not access.account:
            known = await accounts(client)
            if len(known) != 1:
                await client.close()
                raise AccountUnclear(url=access.url, count=len(known), known=", ".join(known) or "none")
            client.access = replace(access, account=known[0])
        return cls(client)

    async def __aenter__(self) -> OandaVenue:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.close()

    def prices(self, symbols: Sequence[str]) -> PriceStream:
        """Return the stream of prices of these instruments."""
        return PriceStream(self.client, symbols)

    def news(self) -> TransactionStream:
        """Return the stream of what happens on the account."""
        return TransactionStream(self.client)

    async def time(self) -> int:
        """Return the venue's present moment, nanoseconds UTC."""
        path = f"{self.client.access.account_path}/pricing"
        symbols = sorted(await self.instruments.all())
        body = await self.client.get(path, {"instruments": "EUR_USD" if "EUR_USD" in symbols else symbols[0]})
        if not (time := nanoseconds(body.get("time"))):
            raise MalformedAnswer(url=self.client.access.url, path=path, why="prices without a time")
        return time


async def accounts(client: Client) -> list[str]:
    """Return the ids of all accounts that the token opens."""
    path = "/v3/accounts"
    try:
        return [str(row["id"]) for row in (await client.get(path))["accounts"]]
    except (KeyError, TypeError) as error:
        raise MalformedAnswer(url=client.access.url, path=path, why=f"accounts without {error}") from None

"""What the page is told as it happens."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mbats.exchange.rest.rendering import line
from mbats.exchange.web.picture import opening, present, prices

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from mbats.exchange.venue import Venue

_SILENCE = 1.0
_WINDOW = 0.25


async def page_lines(venue: Venue, account: str, accounts: tuple[str, ...]) -> AsyncGenerator[bytes, None]:
    """Yield the opening picture, then what changed, at most four times a second, and a sign of life each second."""
    with venue.prices.subscription() as moved, venue.transactions.subscription() as booked:
        yield line(opening(venue, account, accounts))
        while True:
            changed = {item.symbol for item in await moved.batch(_SILENCE)}
            new = [record for owner, record in await booked.batch(0) if owner == account]
            yield line({**present(venue, account), **prices(venue, changed), "transactions": new})
            await asyncio.sleep(_WINDOW)

"""Lines of the transaction stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.exchange.moment import Moment
from mbats.exchange.rest.rendering import line
from mbats.exchange.streams.heartbeats import Heartbeats

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from mbats.exchange.rest.rendering import TimeStyle
    from mbats.exchange.streams.timing import Timing
    from mbats.exchange.venue import Venue


async def transaction_lines(
    venue: Venue, account: str, style: TimeStyle, timing: Timing
) -> AsyncGenerator[bytes, None]:
    """Yield the transactions of `account` from now on, in order, and heartbeats, for ever.

    There is no replay: what a client missed it asks for by ``sinceid``.
    """
    with venue.transactions.subscription() as subscription:
        beats = Heartbeats(timing.heartbeat)
        while True:
            for owner, record in await subscription.batch(beats.left):
                if owner == account:
                    yield line(record, style)
            if beats.due():
                last = str(venue.exchange.last_transaction(account))
                yield line({"type": "HEARTBEAT", "lastTransactionID": last, "time": Moment(venue.now())}, style)

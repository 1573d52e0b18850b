"""A venue as a session meets it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mbats.execution.broker import Broker
    from mbats.live.feed import Feed, Pace


class Connection(NamedTuple):
    """The account, the prices and the time of one venue."""

    broker: Broker
    feed: Feed
    pace: Pace

"""However often a market is looked at on its way, the same orders are filled at the same prices."""

import asyncio
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.tapes import at, walk
from mbats.exchange.exchange import Exchange
from mbats.exchange.opening import NewAccount, open_venue
from mbats.exchange.pacing import Stepped
from mbats.exchange.tape import FixedTape
from mbats.exchange.terms import Terms
from mbats.exchange.venue import Venue
from mbats.market.local_time import HOUR

START, HOURS, ACCOUNT = at("2024-07-02T18:00"), 9, "a"
NAMES = ("EUR_USD", "AUD_USD")
looks = st.lists(st.integers(1, HOURS * HOUR - 1), max_size=40)
distances = st.integers(5, 60)


async def lived(seed: int, stop: int, target: int, looks: list[int]) -> list[dict[str, Any]]:
    market = {name: walk(name, "2024-07-01", "2024-07-04", seed=seed + row) for row, name in enumerate(NAMES)}
    terms = [Terms.of(bars.instrument) for bars in market.values()]
    venue = await open_venue(FixedTape(market), terms, Stepped(), [NewAccount(ACCOUNT)], start=START)
    orders = {START + hour * HOUR: NAMES[hour % 2] for hour in range(HOURS)}
    for time in sorted({*orders, *(START + look for look in looks)}):
        await venue.step(time)
        if symbol := orders.get(time):
            await venue.act(ACCOUNT, lambda exchange, symbol=symbol: submit(exchange, symbol, stop, target))
    await venue.step(START + (HOURS + 1) * HOUR)
    return told(venue)


def submit(exchange: Exchange, symbol: str, stop: int, target: int) -> Any:
    quote = exchange.quote(symbol)
    assert quote is not None
    tick = Decimal("0.00001")
    bracket = {
        "stopLossOnFill": {"price": str(quote.ask - stop * tick)},
        "takeProfitOnFill": {"price": str(quote.ask + target * tick)},
        "trailingStopLossOnFill": {"distance": str((stop + 50) * tick)},
    }
    return exchange.submit(ACCOUNT, {"type": "MARKET", "instrument": symbol, "units": "1000", **bracket})


def told(venue: Venue) -> list[dict[str, Any]]:
    kept = ("id", "type", "reason", "instrument", "units", "price", "pl", "accountBalance")
    transactions = venue.exchange.transactions(ACCOUNT)
    return [{key: one[key] for key in kept if key in one} for one in transactions]


@settings(max_examples=40)
@given(st.integers(0, 500), distances, distances, looks)
def test_a_look_on_the_way_changes_nothing(seed: int, stop: int, target: int, looks: list[int]) -> None:
    async def both() -> None:
        assert await lived(seed, stop, target, looks) == await lived(seed, stop, target, [])

    asyncio.run(both())

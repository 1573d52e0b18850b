import asyncio
from collections.abc import Coroutine
from typing import Any

from mbats.exchange.turns import Turn, Turns


def run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(story, 5))


async def soon(task: "asyncio.Task[Any]") -> bool:
    """Tell whether a task is done once everybody had a go."""
    for _ in range(10):
        await asyncio.sleep(0)
    return task.done()


def test_the_market_waits_until_somebody_has_joined_and_all_have_finished() -> None:
    async def story() -> None:
        turns = Turns()
        await turns.deal(Turn(10))
        market = asyncio.create_task(turns.settled())
        assert not await soon(market)
        assert await turns.next("one") == Turn(10)
        assert await turns.next("two") == Turn(10)
        first = asyncio.create_task(turns.next("one", after=10))
        assert not await soon(market)
        second = asyncio.create_task(turns.next("two", after=10))
        assert await soon(market)
        await turns.deal(Turn(20))
        assert (await first, await second) == (Turn(20), Turn(20))

    run(story())


def test_a_turn_asked_for_again_is_the_same_and_keeps_the_market_waiting() -> None:
    async def story() -> None:
        turns = Turns()
        await turns.deal(Turn(10))
        await turns.next("one")
        asyncio.create_task(turns.next("one", after=10))  # noqa: RUF006 - the reply is lost
        await turns.settled()
        await turns.deal(Turn(20))
        assert await turns.next("one", after=10) == Turn(20)
        # The participant is killed and begins anew: its turn is open again.
        waiting = asyncio.create_task(turns.next("one", after=20))
        await turns.settled()
        assert await turns.next("one") == Turn(20)
        assert not await soon(asyncio.create_task(turns.settled()))
        waiting.cancel()

    run(story())


def test_nothing_new_within_the_time_to_wait_is_nothing() -> None:
    async def story() -> None:
        turns = Turns()
        await turns.deal(Turn(10))
        assert await turns.next("one", after=10, wait=0.01) is None
        assert await turns.next("one", after=10, wait=0.0) is None

    run(story())


def test_who_leaves_or_dies_holds_nobody_up() -> None:
    async def story() -> None:
        turns = Turns(patience=0.05)
        await turns.deal(Turn(10))
        for name in ("one", "two", "three"):
            await turns.next(name)
        await turns.next("one", after=10, wait=0)
        market = asyncio.create_task(turns.settled())
        await turns.leave("two")
        assert not await soon(market)
        await market
        assert turns.participants == ("one",)

    run(story())


def test_when_all_have_died_the_market_stands_still() -> None:
    async def story() -> None:
        turns = Turns(patience=0.01)
        await turns.deal(Turn(10))
        await turns.next("one")
        market = asyncio.create_task(turns.settled())
        await asyncio.sleep(0.05)
        assert not market.done()
        assert turns.participants == ()
        await turns.next("one", after=10, wait=0)
        await market

    run(story())


def test_who_is_ahead_of_a_restored_exchange_lets_it_catch_up() -> None:
    async def story() -> None:
        turns = Turns()
        await turns.deal(Turn(10))
        waiting = asyncio.create_task(turns.next("one", after=30))
        await turns.settled()
        await turns.deal(Turn(20))
        await turns.settled()
        await turns.deal(Turn(30))
        await turns.settled()
        assert not await soon(waiting)
        await turns.deal(Turn(40))
        assert await waiting == Turn(40)

    run(story())


def test_the_end_is_told_to_everybody_at_once() -> None:
    async def story() -> None:
        turns = Turns(quorum=2)
        await turns.deal(Turn(10))
        waiting = asyncio.create_task(turns.next("one", after=10))
        await turns.deal(Turn(10, done=True))
        assert await waiting == Turn(10, done=True)
        assert await turns.next("two", after=10) == Turn(10, done=True)

    run(story())

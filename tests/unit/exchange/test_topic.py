import asyncio
import time

import pytest

from mbats.errors.exchange_streams import ReaderTooSlow
from mbats.exchange.topic import Topic


def test_every_subscription_hears_everything_from_its_own_beginning():
    async def listen():
        topic = Topic[int]()
        topic.publish(0)
        with topic.subscription() as early:
            topic.publish(1)
            with topic.subscription() as late:
                topic.publish(2)
                return await early.batch(1), await late.batch(1)

    assert asyncio.run(listen()) == ([1, 2], [2])


def test_a_batch_waits_for_the_first_item_and_gives_up_in_time():
    async def listen():
        topic = Topic[int]()
        with topic.subscription() as subscription:
            nothing = await subscription.batch(0.01)
            asyncio.get_running_loop().call_soon(topic.publish, 7)
            return nothing, await subscription.batch(5)

    began = time.perf_counter()
    assert asyncio.run(listen()) == ([], [7])
    assert time.perf_counter() - began < 2


def test_a_listener_that_falls_behind_is_told_and_holds_nothing_any_more():
    async def listen():
        topic = Topic[int]()
        with topic.subscription(limit=3) as slow, topic.subscription() as quick:
            for item in range(100_000):
                topic.publish(item)
                if item % 1_000 == 0:
                    await quick.batch(1)
            with pytest.raises(ReaderTooSlow, match="more than 3 lines"):
                await slow.batch(1)
            return len(slow._waiting)

    assert asyncio.run(listen()) == 0


def test_whoever_leaves_is_forgotten():
    topic = Topic[int]()
    with topic.subscription():
        assert len(topic) == 1
    assert len(topic) == 0

"""Time by the clock and by news, and time by turns."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from fakes.v20 import StillClock
from mbats.adapters.oanda.pace import TurnPace, WallPace
from mbats.adapters.oanda.venue_clock import VenueClock
from mbats.errors.broker import MalformedAnswer, VenueUnreachable, WrongToken

NOW = datetime(2024, 1, 10, 12, tzinfo=UTC)


class Endless(httpx.AsyncByteStream):
    """A stream that brings `parts` and then nothing for a long time."""

    def __init__(self, *parts):
        self._parts = parts

    async def __aiter__(self):
        for part in self._parts:
            yield json.dumps(part).encode() + b"\n"
        await asyncio.sleep(60)


def test_news_wake_before_the_deadline_and_the_clock_wakes_at_it(client, server):
    news = Endless({"type": "HEARTBEAT"}, {"id": "8", "type": "ORDER_FILL"})
    server.answers["/transactions/stream"] = lambda request: httpx.Response(200, stream=news)

    async def live():
        async with WallPace(client, StillClock(NOW)) as pace:
            assert pace.now() == NOW
            assert await pace.next(NOW + timedelta(hours=1))
            assert await pace.next(NOW + timedelta(milliseconds=5))
            assert await pace.next(NOW - timedelta(hours=1))

    asyncio.run(asyncio.wait_for(live(), 5))


def test_a_stream_refused_for_good_ends_the_pace(client, server):
    server.answers["/transactions/stream"] = [httpx.Response(401, json={})]

    async def live():
        async with WallPace(client, StillClock(NOW)) as pace:
            await pace.next(NOW + timedelta(seconds=0.05))

    with pytest.raises(WrongToken):
        asyncio.run(live())


def test_an_accelerated_venue_has_a_time_of_its_own():
    own = StillClock(NOW)
    clock = VenueClock(own, 1_000_000_000 * 10**9, speed=60.0)
    own.moment += timedelta(seconds=2)
    assert clock.now() == datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC) + timedelta(minutes=2)


class Turns:
    """The admin port's side of turns; `answers` first."""

    def __init__(self, times, answers=()):
        self.times, self.answers, self.asked, self.left = times, list(answers), [], False

    def __call__(self, request):
        assert request.headers["Authorization"] == "Bearer key"
        if request.method == "DELETE":
            self.left = request.url.path.rsplit("/", 1)[-1]
            return httpx.Response(204)
        body = json.loads(request.content)
        self.asked.append(int(body["after"]))
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        later = [time for time in self.times if time > self.asked[-1]]
        return httpx.Response(200, json={"time": str(later[0]), "done": len(later) == 1})


def live(turns, timing, count):
    async def go():
        transport = httpx.MockTransport(turns)
        async with TurnPace("http://127.0.0.1:9", "key", "desk", after=5, timing=timing, transport=transport) as pace:
            seen = [pace.now().timestamp()]
            while len(seen) <= count and await pace.next(NOW):
                seen.append(pace.now().timestamp())
            return seen

    return asyncio.run(go())


SECOND = 10**9


def test_a_turn_is_finished_by_asking_for_the_next(timing):
    turns = Turns([SECOND, 2 * SECOND, 3 * SECOND])
    assert live(turns, timing, 5) == [5e-9 // 1e-6, 1.0, 2.0]
    assert turns.asked == [0, SECOND, 2 * SECOND]
    assert turns.left == "desk"


def test_a_lost_answer_is_asked_for_again_with_the_same_words(timing):
    trouble = [httpx.Response(204), httpx.ReadTimeout("late"), httpx.ConnectError("down")]
    turns = Turns([SECOND, 2 * SECOND], trouble)
    assert live(turns, timing, 1) == [0.0, 1.0]
    assert turns.asked == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([httpx.ConnectError("down")] * 6, VenueUnreachable),
        ([httpx.Response(401)], WrongToken),
        ([httpx.Response(200, text="?")], MalformedAnswer),
        ([httpx.Response(200, json={"time": "soon"})], MalformedAnswer),
    ],
)
def test_turns_that_cannot_be_had_say_why(timing, answers, error):
    with pytest.raises(error):
        live(Turns([SECOND], answers), timing, 1)

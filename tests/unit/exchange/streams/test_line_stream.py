"""A stream by itself, in front of readers that read, leave, or do neither."""

import asyncio

import pytest

from mbats.errors.exchange_streams import ReaderTooSlow, TooManyStreams
from mbats.exchange.streams.line_stream import LineStream
from mbats.exchange.streams.seats import Seats

SCOPE = {"type": "http", "path": "/v3/accounts/1/pricing/stream", "client": ("127.0.0.1", 5)}


class Reader:
    def __init__(self, reads=10**9):
        self.reads, self.received, self.gone, self.was_cut = reads, [], asyncio.Event(), False
        self.closing = asyncio.Event()

    async def receive(self):
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        if len(self.received) >= self.reads:
            await asyncio.Event().wait()
        self.received.append(message)

    async def cut(self, scope, receive):
        self.was_cut = True


async def numbers(count, closed, error=None):
    try:
        for number in range(count):
            yield b"%d\n" % number
            await asyncio.sleep(0)
        if error:
            raise error
    finally:
        closed.append(True)


def run(reader_of, lines, seats=None, patience=1.0, leave_after=None):
    async def play():
        reader = reader_of()
        stream = LineStream(lines, seats or Seats(), reader, patience)
        task = asyncio.create_task(stream(SCOPE, reader.receive, reader.send))
        if leave_after is not None:
            while len(reader.received) < leave_after:
                await asyncio.sleep(0)
            reader.gone.set()
        await asyncio.wait_for(task, 5)
        return reader

    return asyncio.run(play())


def test_every_line_is_a_message_of_its_own():
    closed = []
    reader = run(Reader, numbers(3, closed))
    start, *lines = reader.received
    assert dict(start["headers"])[b"content-type"] == b"application/octet-stream"
    assert b"content-length" not in dict(start["headers"])
    assert [message["body"] for message in lines] == [b"0\n", b"1\n", b"2\n", b""]
    assert closed == [True]


def test_a_reader_that_leaves_ends_the_stream_and_frees_its_seat():
    closed, seats = [], Seats(1)
    reader = run(Reader, numbers(10**9, closed), seats, leave_after=5)
    assert closed == [True]
    assert not reader.was_cut
    seats.check(SCOPE)


def test_a_server_that_stops_ends_the_stream_whole():
    async def play():
        reader, closed = Reader(), []
        reader.closing.set()
        await LineStream(numbers(10**9, closed), Seats(), reader, 1.0)(SCOPE, reader.receive, reader.send)
        return reader

    assert asyncio.run(play()).received[-1] == {"type": "http.response.body", "body": b""}


def test_a_reader_that_does_not_read_is_cut():
    closed = []
    reader = run(lambda: Reader(reads=4), numbers(10**9, closed), patience=0.02)
    assert reader.was_cut
    assert len(reader.received) == 4
    assert closed == [True]


def test_a_reader_that_has_fallen_behind_is_cut():
    reader = run(Reader, numbers(2, [], ReaderTooSlow(limit=10)))
    assert reader.was_cut


def test_an_error_of_ours_is_no_end_of_a_stream():
    with pytest.raises(ZeroDivisionError):
        run(Reader, numbers(2, [], ZeroDivisionError()))


def test_seats_are_counted_by_source():
    seats, other = Seats(2), {**SCOPE, "client": ("127.0.0.2", 5)}
    with seats.taken(SCOPE), seats.taken({**SCOPE, "client": ("127.0.0.1", 6)}):
        with pytest.raises(TooManyStreams, match="limit of 2 streams"):
            seats.check(SCOPE)
        seats.check(other)
    seats.check(SCOPE)

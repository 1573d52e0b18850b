"""The layer by itself, around an application that counts: what was applied, and what the client was told."""

import asyncio
import json

import pytest

from mbats.exchange.faults.armed import Faults
from mbats.exchange.faults.fault import Fault, Kind
from mbats.exchange.faults.middleware import FaultMiddleware

REPLY = json.dumps({"applied": True, "lastTransactionID": "7"}).encode()
CUT = "cut"


class Counter:
    def __init__(self):
        self.bodies = []

    async def __call__(self, scope, receive, send):
        self.bodies.append((await receive())["body"])
        await send({"type": "http.response.start", "status": 201, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": REPLY})


async def lines(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for number in range(5):
        await send({"type": "http.response.body", "body": b'{"line": %d}\n' % number, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


class Client:
    """A client's side of one request, and the book of connections in which it can be cut."""

    def __init__(self, body=b"{}"):
        self.parts, self.received = [body[:1], body[1:]], []

    async def receive(self):
        if not self.parts:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": self.parts.pop(0), "more_body": bool(self.parts)}

    async def send(self, message):
        self.received.append(message)

    async def cut(self, scope, receive):
        self.received.append(CUT)

    def saw(self):
        if not self.received:
            return None
        return self.received[0]["status"] if self.received[0] != CUT else CUT


def meet(*faults, app=None, method="POST", path="/v3/accounts/1/orders", body=b'{"order": {}}'):
    armed, client, app = Faults(lambda: 0.0), Client(body), app or Counter()
    for fault in faults:
        armed.add(fault)
    layer = FaultMiddleware(app, armed, client)
    asyncio.run(layer({"type": "http", "method": method, "path": path}, client.receive, client.send))
    return app, client


@pytest.mark.parametrize(
    ("kind", "applied", "seen"),
    [
        (Kind.DROP_BEFORE, 0, CUT),
        (Kind.DROP_AFTER, 1, CUT),
        (Kind.DELAY_BEFORE, 1, 201),
        (Kind.DELAY_AFTER, 1, 201),
        (Kind.DUPLICATE, 2, 201),
        (Kind.STATUS_BEFORE, 0, 502),
        (Kind.STATUS_AFTER, 1, 502),
        (Kind.GARBLE, 1, 201),
    ],
)
def test_each_kind_applies_and_answers_as_it_says(kind, applied, seen):
    app, client = meet(Fault(kind, status=502, delay=0.001))
    assert app.bodies == [b'{"order": {}}'] * applied
    assert client.saw() == seen


def test_without_a_fault_the_layer_is_not_there():
    app, client = meet(Fault(Kind.DROP_BEFORE, method="GET"))
    assert client.received[1]["body"] == REPLY
    assert len(app.bodies) == 1


def test_a_refusal_says_when_to_come_again_only_where_it_is_told_to():
    _, plain = meet(Fault(Kind.STATUS_BEFORE, status=429))
    _, polite = meet(Fault(Kind.STATUS_BEFORE, status=429, retry_after=2.5, body="slow down"))
    assert b"retry-after" not in dict(plain.received[0]["headers"])
    assert dict(polite.received[0]["headers"])[b"retry-after"] == b"2.5"
    assert polite.received[1]["body"] == b"slow down"


def test_a_garbled_body_has_its_length_and_is_no_json():
    _, client = meet(Fault(Kind.GARBLE))
    body = client.received[1]["body"]
    assert dict(client.received[0]["headers"])[b"content-length"] == str(len(body)).encode()
    with pytest.raises(UnicodeDecodeError):
        json.loads(body)


def test_faults_of_one_request_go_around_one_another():
    app, client = meet(Fault(Kind.DUPLICATE), Fault(Kind.DROP_AFTER))
    assert len(app.bodies) == 2
    assert client.received[0] == CUT


def test_a_client_that_leaves_in_the_middle_of_its_body_sent_nothing():
    app, client = Counter(), Client()
    client.parts = []
    armed = Faults(lambda: 0.0)
    armed.add(Fault(Kind.DELAY_BEFORE, delay=0.001))
    layer = FaultMiddleware(app, armed, client)
    asyncio.run(layer({"type": "http", "method": "POST", "path": "/"}, client.receive, client.send))
    assert app.bodies == []


def stream(*faults):
    _, client = meet(*faults, app=lines, method="GET", path="/v3/accounts/1/pricing/stream")
    return [message if message == CUT else message["body"] for message in client.received[1:]]


WHOLE = [b'{"line": %d}\n' % number for number in range(5)]


def test_a_stalled_stream_sends_nothing_and_goes_on_afterwards():
    assert stream(Fault(Kind.STALL, skip=1, times=2)) == [WHOLE[0], *WHOLE[3:], b""]


def test_a_cut_stream_ends_in_the_middle_of_a_line():
    assert stream(Fault(Kind.CUT, skip=2))[:4] == [*WHOLE[:2], WHOLE[2][:6], CUT]


def test_a_repeated_line_comes_twice():
    assert stream(Fault(Kind.REPEAT, skip=1)) == [WHOLE[0], WHOLE[1], *WHOLE[1:], b""]


def test_what_happens_to_replies_does_not_happen_to_streams():
    assert stream(Fault(Kind.DROP_AFTER, times=None), Fault(Kind.GARBLE, times=None)) == [*WHOLE, b""]

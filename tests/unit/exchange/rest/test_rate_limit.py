"""How many requests a source may make within a second."""

import asyncio

from mbats.exchange.rest.rate_limit import RateLimit, RateLimitMiddleware


class Stopwatch:
    def __init__(self):
        self.time = 100.0

    def __call__(self):
        return self.time


async def inner(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def ask(app, source="127.0.0.1"):
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(app({"type": "http", "client": (source, 5_000)}, None, send))
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


def test_refuses_the_one_too_many_within_any_second():
    watch = Stopwatch()
    app = RateLimitMiddleware(inner, RateLimit(requests=3, monotonic=watch))
    assert [ask(app)[0] for _ in range(4)] == [200, 200, 200, 429]
    assert ask(app, "127.0.0.2")[0] == 200
    watch.time += 0.999
    assert ask(app)[0] == 429
    watch.time += 0.001
    assert [ask(app)[0] for _ in range(4)] == [200, 200, 200, 429]


def test_says_what_it_is_told_to_say():
    watch = Stopwatch()
    status, headers, body = ask(RateLimitMiddleware(inner, RateLimit(requests=0, monotonic=watch)))
    assert (status, headers[b"retry-after"]) == (429, b"1")
    assert b"0 requests per second" in body
    told = RateLimit(requests=0, body='{"errorMessage": "Slower"}', retry_after=None, monotonic=watch)
    status, headers, body = ask(RateLimitMiddleware(inner, told))
    assert (status, body) == (429, b'{"errorMessage": "Slower"}')
    assert b"retry-after" not in headers

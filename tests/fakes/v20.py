"""A v20 server of a few questions, for tests of what asks them; its rules are those of the facts, its bars given."""

import json
from datetime import UTC, datetime

import httpx
import numpy as np

ACCOUNT = "101-001-7654321-001"
TOKEN = "token-of-the-tests"
_MOST = 5_000


def rfc3339(time):
    return f"{np.datetime64(int(time), 'ns')}Z"


def nanoseconds(text):
    return int(np.datetime64(text.removesuffix("Z"), "ns").astype(np.int64))


def refusal(status, message, **more):
    return httpx.Response(status, json={"errorMessage": message, **more})


class FakeV20:
    """An httpx handler. `answers` are given first, by path without the account: a response, an exception or a function.

    `asked` holds every request as (method, path without the account, query, body).
    """

    def __init__(self, bars=(), now="2024-01-10T12:00:00", account=ACCOUNT):
        self.bars = {(one.instrument.symbol, one.timeframe.name): one for one in bars}
        self.now = nanoseconds(now)
        self.account = account
        self.answers = {}
        self.asked = []
        self.log = []

    def transport(self):
        return httpx.MockTransport(self)

    def __call__(self, request):
        if request.headers["Authorization"] != f"Bearer {TOKEN}":
            return refusal(401, "Insufficient authorization to perform request.")
        path = request.url.path.removeprefix("/v3")
        if path.startswith("/accounts/") and not path.startswith(f"/accounts/{self.account}"):
            return refusal(403, "The provided request was forbidden.")
        path = path.removeprefix(f"/accounts/{self.account}") or "/"
        query = dict(request.url.params)
        body = json.loads(request.content) if request.content else None
        self.asked.append((request.method, path, query, body))
        waiting = self.answers.get(path, [])
        given = waiting.pop(0) if isinstance(waiting, list) and waiting else None
        given = waiting if callable(waiting) else given
        if isinstance(given, Exception):
            raise given
        if given is not None:
            return given(request) if callable(given) else given
        return self._usual(path, query)

    def _usual(self, path, query):
        if path == "/accounts":
            return httpx.Response(200, json={"accounts": [{"id": self.account, "tags": []}]})
        if path == "/instruments":
            return httpx.Response(200, json={"instruments": [row(b.instrument) for b in self.bars.values()]})
        if path == "/pricing":
            symbols = query["instruments"].split(",")
            return httpx.Response(200, json={"time": rfc3339(self.now), "prices": [self._price(s) for s in symbols]})
        if path == "/transactions/sinceid":
            rows = [one for one in self.log if int(one["id"]) > int(query["id"])]
            return httpx.Response(200, json={"transactions": rows, "lastTransactionID": self._last()})
        if path == "/transactions/idrange":
            rows = [one for one in self.log if int(query["from"]) <= int(one["id"]) <= int(query["to"])]
            return httpx.Response(200, json={"transactions": rows, "lastTransactionID": self._last()})
        if path.startswith("/instruments/") and path.endswith("/candles"):
            return self._candles(path.split("/")[2], query)
        return refusal(404, "No such path")

    def _last(self):
        return self.log[-1]["id"] if self.log else "0"

    def _price(self, symbol):
        (bars,) = [bars for (name, _), bars in self.bars.items() if name == symbol][:1]
        bid, ask = bars.bid.close[-1], bars.ask.close[-1]
        return {
            "instrument": symbol,
            "time": rfc3339(self.now),
            "tradeable": True,
            "bids": [{"price": f"{bid:.5f}", "liquidity": 1_000_000}],
            "asks": [{"price": f"{ask:.5f}", "liquidity": 1_000_000}],
        }

    def _candles(self, symbol, query):
        bars = self.bars.get((symbol, query["granularity"]))
        if bars is None:
            return refusal(400, "Invalid value specified for 'instrument'")
        start, step = nanoseconds(query["from"]), bars.timeframe.nanoseconds
        if start > self.now:
            return refusal(400, "Invalid value specified for 'from'. Time is in the future")
        rows = np.flatnonzero(bars.time <= self.now)
        covering = bars.time + step > start if query.get("includeFirst", "true") == "true" else bars.time > start
        rows = rows[covering[rows]]
        if "to" in query:
            end = nanoseconds(query["to"])
            if end > self.now:
                return refusal(400, "Invalid value specified for 'to'. Time is in the future")
            if (end - start) / step > _MOST or "count" in query:
                return refusal(400, "Maximum value for 'count' exceeded")
            rows = rows[bars.time[rows] < end]
        else:
            count = int(query.get("count", 500))
            if count > _MOST:
                return refusal(400, "Maximum value for 'count' exceeded")
            rows = rows[:count]
        candles = [candle(bars, row, complete=bool(bars.known_at[row] <= self.now)) for row in rows.tolist()]
        return httpx.Response(200, json={"instrument": symbol, "granularity": bars.timeframe.name, "candles": candles})


def candle(bars, row, *, complete):
    return {
        "complete": complete,
        "volume": int(bars.volume[row]),
        "time": rfc3339(bars.time[row]),
        "bid": {letter: repr(float(side[row])) for letter, side in sides(bars.bid)},
        "ask": {letter: repr(float(side[row])) for letter, side in sides(bars.ask)},
    }


def sides(quotes):
    return zip("ohlc", (quotes.open, quotes.high, quotes.low, quotes.close), strict=True)


def row(instrument):
    return {
        "name": instrument.symbol,
        "type": "CURRENCY",
        "pipLocation": instrument.pip.adjusted(),
        "displayPrecision": -instrument.tick.adjusted(),
        "tradeUnitsPrecision": 0,
        "marginRate": "0.0333",
    }


class NoTime:
    """Timing in which waits take no time and are written down; dice always show the same."""

    def __init__(self, share=0.5):
        self.waits = []
        self._now = 0.0
        self._share = share

    def monotonic(self):
        return self._now

    async def sleep(self, seconds):
        self.waits.append(seconds)
        self._now += seconds

    def share(self):
        return self._share


class StillClock:
    """A clock that stands where it was put."""

    def __init__(self, moment=datetime(2024, 1, 10, 12, tzinfo=UTC)):
        self.moment = moment

    def now(self):
        return self.moment

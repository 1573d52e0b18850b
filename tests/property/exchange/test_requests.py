"""Whatever a client sends: an answer in OANDA's form, never an error of ours, and a log without holes."""

import asyncio
import json
from functools import cache
from urllib.parse import quote

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.tapes import at, walk
from mbats.bootstrap.exchange_market import recorded_market
from mbats.exchange.opening import NewAccount, open_venue
from mbats.exchange.pacing import Stepped
from mbats.exchange.rest.access import Access
from mbats.exchange.rest.application import application

ACCOUNT = "101-001-1000000-001"
HOUR = 3_600_000_000_000


@cache
def market():
    bars = {
        symbol: walk(symbol, "2024-01-08", "2024-01-11", begin=level, seed=level) for symbol, level in LEVELS.items()
    }
    return recorded_market(bars, at("2024-01-09T10:00"))


LEVELS = {"EUR_USD": 110_000, "USD_JPY": 145_000}

TEXT = st.text(max_size=8) | st.sampled_from(["", "EUR_USD", "ALL", "NONE", "@me", "-1", "0", "1e400", "null", "٣"])
NUMBER = st.one_of(
    st.integers(-(10**6), 10**6),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.decimals(0, 3, allow_nan=False, places=6).map(str),
    st.sampled_from(["1.1", "1.10000", "145.123", "0.005", "100", "-100", "1e3", "1e-30", "1e99", "9" * 40]),
)
SCRAP = st.recursive(
    st.none() | st.booleans() | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=4,
)


def mostly(usual, scraps=SCRAP):
    """Draw what belongs there, one time in eight anything."""
    return st.integers(0, 7).flatmap(lambda drawn: scraps if drawn == 0 else usual)


def some(**known):
    return st.fixed_dictionaries({}, optional={name: mostly(drawn) for name, drawn in known.items()})


PRICE = st.integers(90_000, 130_000).map(lambda ticks: f"{ticks / 100_000:.5f}")
EXTENSIONS = some(id=st.sampled_from(["me", "you", "x" * 129]), tag=TEXT, comment=TEXT)
FORCE = st.sampled_from(["GTC", "GTD", "GFD", "FOK", "IOC"])
TIME = st.sampled_from(["2024-01-10T00:00:00Z", "1704880800.000000000", "2023-01-01T00:00:00Z", "soon"])
CHILD = some(price=PRICE, distance=st.just("0.005"), timeInForce=FORCE, gtdTime=TIME, clientExtensions=EXTENSIONS)
KIND = st.sampled_from(
    ["MARKET", "LIMIT", "STOP", "MARKET_IF_TOUCHED", "TAKE_PROFIT", "STOP_LOSS", "TRAILING_STOP_LOSS"]
)
ORDER = st.tuples(
    st.fixed_dictionaries(
        {
            "type": mostly(KIND),
            "instrument": mostly(st.sampled_from(list(LEVELS))),
            "units": mostly(st.sampled_from([100, -100, "100", "-250", "0", "0.5", 10**9])),
        }
    ),
    some(
        price=PRICE,
        priceBound=PRICE,
        distance=st.just("0.01"),
        timeInForce=FORCE,
        gtdTime=TIME,
        tradeID=st.sampled_from(["5", 5, "99"]),
        clientTradeID=TEXT,
        positionFill=st.sampled_from(["DEFAULT", "OPEN_ONLY", "REDUCE_FIRST", "REDUCE_ONLY"]),
        triggerCondition=st.sampled_from(["DEFAULT", "INVERSE", "BID", "ASK", "MID"]),
        clientExtensions=EXTENSIONS,
        tradeClientExtensions=EXTENSIONS,
        takeProfitOnFill=CHILD,
        stopLossOnFill=CHILD,
        trailingStopLossOnFill=CHILD,
        guaranteedStopLossOnFill=CHILD,
    ),
).map(lambda parts: parts[0] | parts[1])

SPEC = st.sampled_from(["1", "4", "5", "6", "7", "99", "@me", "@you", "9" * 5_000, "-1", "%00", "٣"]) | TEXT
SYMBOL = st.sampled_from(["EUR_USD", "USD_JPY", "EUR_XXX", ""]) | TEXT
UNITS = st.sampled_from(["ALL", "NONE", 10, "50", "-5", "10000000", "0.1"])
BODIES = {
    ("POST", "/orders"): st.fixed_dictionaries({"order": mostly(ORDER)}),
    ("PUT", "/orders/{spec}"): st.fixed_dictionaries({"order": mostly(ORDER)}),
    ("PUT", "/orders/{spec}/cancel"): st.none(),
    ("PUT", "/orders/{spec}/clientExtensions"): some(clientExtensions=EXTENSIONS, tradeClientExtensions=EXTENSIONS),
    ("PUT", "/trades/{spec}/close"): some(units=UNITS),
    ("PUT", "/trades/{spec}/clientExtensions"): some(clientExtensions=EXTENSIONS),
    ("PUT", "/trades/{spec}/orders"): some(takeProfit=CHILD, stopLoss=CHILD, trailingStopLoss=CHILD),
    ("PUT", "/positions/{symbol}/close"): some(longUnits=UNITS, shortUnits=UNITS, longClientExtensions=EXTENSIONS),
    ("PATCH", "/configuration"): some(alias=TEXT, marginRate=st.sampled_from(["0.02", 0.5, "0", "2"])),
}
PARAMETERS = {
    "": {},
    "/summary": {},
    "/instruments": {"instruments": SYMBOL},
    "/changes": {"sinceTransactionID": SPEC},
    "/candles/latest": {"candleSpecifications": st.sampled_from(["EUR_USD:M5:BM", "EUR_USD:M3:M", "a:b:c", "x"])},
    "/pricing": {"instruments": SYMBOL, "since": TIME, "includeHomeConversions": TEXT, "includeUnitsAvailable": TEXT},
    "/orders": {"ids": SPEC, "state": TEXT, "instrument": SYMBOL, "count": SPEC, "beforeID": SPEC},
    "/pendingOrders": {},
    "/orders/{spec}": {},
    "/trades": {"ids": SPEC, "state": st.sampled_from(["ALL", "CLOSED", "x"]), "instrument": SYMBOL, "count": SPEC},
    "/openTrades": {},
    "/trades/{spec}": {},
    "/positions": {},
    "/openPositions": {},
    "/positions/{symbol}": {},
    "/transactions": {
        "from": TIME,
        "to": TIME,
        "pageSize": SPEC,
        "type": st.sampled_from(["ORDER", "x", "ADMIN,CREATE"]),
    },
    "/transactions/idrange": {"from": SPEC, "to": SPEC, "type": TEXT},
    "/transactions/sinceid": {"id": SPEC, "type": TEXT},
    "/transactions/{spec}": {},
    "/instruments/{symbol}/candles": {
        "price": st.sampled_from(["M", "BA", "x", "MBA"]),
        "granularity": st.sampled_from(["S5", "M5", "H1", "D", "W", "M", "M3"]),
        "count": st.sampled_from(["0", "1", "200", "5001", "-1", "x"]),
        "from": TIME,
        "to": TIME,
        "smooth": TEXT,
        "includeFirst": TEXT,
        "dailyAlignment": st.sampled_from(["0", "23", "24", "x"]),
        "alignmentTimezone": st.sampled_from(["UTC", "Europe/Berlin", "Nowhere", "../x", "\x00"]),
        "weeklyAlignment": st.sampled_from(["Monday", "x"]),
        "units": SPEC,
    },
}


@st.composite
def requests(draw):
    if draw(st.booleans()):
        method, path = draw(st.sampled_from(sorted(BODIES)))
        body = draw(mostly(BODIES[method, path]))
        sent = {"content": json.dumps(body), "headers": {"Content-Type": "application/json"}}
    else:
        method, path = "GET", draw(st.sampled_from(sorted(PARAMETERS)))
        sent = {"params": draw(st.fixed_dictionaries({}, optional=PARAMETERS[path]))}
    return method, draw(filled(path)), sent


def filled(path):
    return st.tuples(SPEC, SYMBOL).map(lambda parts: path.format(spec=parts[0], symbol=parts[1]))


async def play(sent):
    """Send requests, an hour apart, and return the answers and the exchange."""
    venue = await open_venue(market().tape, market().terms, Stepped(), [NewAccount(ACCOUNT)], start=market().start)
    app = application(venue, Access({"token": [ACCOUNT]}))
    headers = {"Authorization": "Bearer token"}
    answers = []
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://exchange", headers=headers) as client:
        for method, path, content in sent:
            answers.append(await client.request(method, f"/v3/accounts/{ACCOUNT}{quote(path)}", **content))
            await venue.step(venue.exchange.time + HOUR)
    return answers, venue.exchange


@settings(max_examples=80)
@given(st.lists(requests(), min_size=1, max_size=8))
def test_every_request_is_answered_in_form(sent):
    answers, exchange = asyncio.run(play(sent))
    for answer in answers:
        body = answer.json()
        assert answer.headers["RequestID"]
        assert answer.status_code < 500
        assert (answer.status_code < 400) != ("errorMessage" in body)
        if answer.status_code >= 400:
            assert isinstance(body["errorMessage"], str)
    log = exchange.transactions(ACCOUNT)
    assert [one["id"] for one in log] == [str(number) for number in range(1, len(log) + 1)]

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from mbats.exchange.moment import Moment
from mbats.exchange.rest.room import units_available

if TYPE_CHECKING:
    from starlette.responses import Response

    from mbats.exchange.quote import Quote
    from mbats.exchange.reply import Record
    from mbats.exchange.rest.call import Call
    from mbats.exchange.terms import Terms

_LIQUIDITY = 10_000_000


async def listed(call: Call) -> Response:
    """``GET /accounts/{id}/pricing``: those whose price is newer than ``since``, where it is given."""
    call.query.required("instruments")
    symbols, since = call.instruments("instruments"), call.query.moment("since")
    conversions = call.exchange.home_conversions(call.account_id)
    with_room = call.query.boolean("includeUnitsAvailable", True)
    summary = call.exchange.summary(call.account_id) if with_room else {}
    prices = []
    for symbol in symbols:
        quote = call.exchange.quote(symbol)
        if quote is not None and (since is None or quote.time > since):
            room = {"unitsAvailable": units_available(call, symbol, summary, conversions)} if with_room else {}
            terms = call.exchange.instrument(symbol)
            prices.append(client_price(quote, terms) | _factors(terms.quote, conversions) | room)
    body: Record = {"time": Moment(call.now), "prices": prices}
    if call.query.boolean("includeHomeConversions", False):
        body["homeConversions"] = _of_instruments(call, symbols, conversions)
    return call.answer(body)


def client_price(quote: Quote, terms: Terms) -> Record:
    """Return a quote as prices and price streams show it; `liquidity` is a count here."""
    return {
        "type": "PRICE",
        "time": Moment(quote.time),
        "bids": [{"price": quote.bid, "liquidity": _LIQUIDITY}],
        "asks": [{"price": quote.ask, "liquidity": _LIQUIDITY}],
        "closeoutBid": quote.bid,
        "closeoutAsk": quote.ask,
        "status": "tradeable" if quote.tradeable else "non-tradeable",
        "tradeable": quote.tradeable,
        "instrument": terms.symbol,
    }


def _factors(currency: str, conversions: list[Record]) -> Record:
    for known in conversions:
        if known["currency"] == currency:
            gain, loss = Decimal(known["accountGain"]), Decimal(known["accountLoss"])
            return {"quoteHomeConversionFactors": {"positiveUnits": gain, "negativeUnits": loss}}
    return {}


def _of_instruments(call: Call, symbols: tuple[str, ...], conversions: list[Record]) -> list[Record]:
    terms = [call.exchange.instrument(symbol) for symbol in symbols]
    wanted = {of_one.base for of_one in terms} | {of_one.quote for of_one in terms}
    return [known for known in conversions if known["currency"] in wanted]

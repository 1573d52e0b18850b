from starlette.responses import Response

from mbats.errors.rest import InvalidValue, TransactionRange
from mbats.exchange.rest.call import Call


async def listed(call: Call) -> Response:
    """``GET /accounts``."""
    return call.answer({"accounts": [{"id": account, "tags": []} for account in call.accounts]})


async def details(call: Call) -> Response:
    """``GET /accounts/{id}``."""
    return call.answer_with("account", call.exchange.details(call.account_id))


async def summary(call: Call) -> Response:
    """``GET /accounts/{id}/summary``."""
    return call.answer_with("account", call.exchange.summary(call.account_id))


async def instruments(call: Call) -> Response:
    """``GET /accounts/{id}/instruments``."""
    terms = [call.terms(symbol, "instruments") for symbol in call.query.names("instruments") or call.exchange.symbols]
    return call.answer_with("instruments", [of_one.record() for of_one in terms])


async def changes(call: Call) -> Response:
    """``GET /accounts/{id}/changes``."""
    since, last = call.query.number("sinceTransactionID"), call.exchange.last_transaction(call.account_id)
    if since is None:
        raise InvalidValue(name="sinceTransactionID")
    if since > last:
        raise TransactionRange(first=since, last=last, newest=last)
    return call.answer(call.exchange.changes(call.account_id, since))


async def configuration(call: Call) -> Response:
    """``PATCH /accounts/{id}/configuration``."""
    body = await call.body()
    return await call.act(lambda exchange: exchange.configure(call.account_id, body, request=call.request_id))

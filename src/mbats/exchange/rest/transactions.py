from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from mbats.errors.rest import InvalidValue, NoSuchTransaction, RangeTooLong, TransactionRange
from mbats.exchange.moment import Moment
from mbats.exchange.rest.answer import written
from mbats.exchange.rest.rendering import encode
from mbats.exchange.rest.transaction_filter import TransactionFilter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.responses import Response

    from mbats.exchange.reply import Record
    from mbats.exchange.rest.call import Call

_DAY = 86_400_000_000_000
_USUALLY_SINCE, _LONGEST = 7 * _DAY, 365 * _DAY
_USUAL, _MOST = 100, 1_000


async def pages(call: Call) -> Response:
    """``GET /accounts/{id}/transactions``: addresses of pages; of the last week, where nothing else is asked for."""
    start, end = _span(call)
    size = call.query.number("pageSize", lowest=1, highest=_MOST) or _USUAL
    kinds = TransactionFilter.of(call.query)
    wanted = [item for item in _log(call) if start <= item["time"] <= end and kinds.admits(item)]
    chunks = [wanted[first : first + size] for first in range(0, len(wanted), size)]
    body = {
        "from": start,
        "to": end,
        "pageSize": size,
        "type": kinds.names or None,
        "count": len(wanted),
        "pages": [_page(call, chunk, kinds) for chunk in chunks],
    }
    return call.answer(body | _last(call))


async def one(call: Call) -> Response:
    """``GET /accounts/{id}/transactions/{transaction_id}``."""
    name, log = call.path("transaction_id"), _log(call)
    known = name.isascii() and name.isdigit() and 1 <= int(name[:18]) <= len(log)
    return call.answer_with("transaction", log[int(name) - 1] if known else None, NoSuchTransaction())


async def id_range(call: Call) -> Response:
    """``GET /accounts/{id}/transactions/idrange``, both ends included."""
    first, last = _id(call, "from"), _id(call, "to")
    newest = len(_log(call))
    if not 1 <= first <= last or first > newest:
        raise TransactionRange(first=first, last=last, newest=newest)
    return _answer(call, _log(call)[first - 1 : last])


async def since_id(call: Call) -> Response:
    """``GET /accounts/{id}/transactions/sinceid``: all that are newer."""
    since, newest = _id(call, "id"), len(_log(call))
    if since > newest:
        raise TransactionRange(first=since, last=newest, newest=newest)
    return _answer(call, _log(call)[since:])


def _span(call: Call) -> tuple[Moment, Moment]:
    start, end = call.query.moment("from"), call.query.moment("to")
    wrong = "from" if end is None else "to"
    end = Moment(call.now) if end is None else end
    start = Moment(max(0, end - _USUALLY_SINCE)) if start is None else start
    if start > end:
        raise InvalidValue(name=wrong)
    if end - start > _LONGEST:
        raise RangeTooLong
    return start, end


def _answer(call: Call, transactions: Sequence[Record]) -> Response:
    kinds, log = TransactionFilter.of(call.query), call.request.app.state.written_log
    chosen = [log.json(call.account_id, item, call.style) for item in transactions if kinds.admits(item)]
    last = encode(_last(call)).removeprefix(b"{")
    return written(call.request, b'{"transactions":[' + b",".join(chosen) + b"]," + last)


def _id(call: Call, name: str) -> int:
    number = call.query.number(name)
    if number is None:
        raise InvalidValue(name=name)
    return number


def _log(call: Call) -> Sequence[Record]:
    return call.exchange.transactions(call.account_id)


def _last(call: Call) -> Record:
    return {"lastTransactionID": str(call.exchange.last_transaction(call.account_id))}


def _page(call: Call, chunk: Sequence[Record], kinds: TransactionFilter) -> str:
    parameters: dict[str, Any] = {"from": chunk[0]["id"], "to": chunk[-1]["id"]}
    if kinds.names:
        parameters["type"] = ",".join(kinds.names)
    path = f"/v3/accounts/{call.account_id}/transactions/idrange"
    return f"{call.address(path)}?{urlencode(parameters, safe=',')}"

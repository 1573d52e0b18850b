from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbats.adapters.oanda.account import account_state
from mbats.adapters.oanda.orders import KINDS, order_body, protection_body
from mbats.adapters.oanda.transactions import transaction, within
from mbats.adapters.oanda.wire import integer
from mbats.errors.broker import (
    LogIncomplete,
    MalformedAnswer,
    RateLimited,
    VenueFailed,
    VenueSilent,
    VenueUnreachable,
)
from mbats.execution.broker import AccountState, Fate, Instruction, Kind, Protect, Reply, Submit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.adapters.oanda.client import Answer, Client
    from mbats.adapters.oanda.instruments import Instruments
    from mbats.execution.broker import Transaction
    from mbats.market.instrument import Instrument

_NO_ANSWER = (VenueUnreachable, VenueSilent, VenueFailed, RateLimited, MalformedAnswer)
_MOST_IN_A_RANGE = 500


class OandaBroker:
    """Implements `mbats.execution.broker.Broker` over OANDA's v20."""

    def __init__(self, client: Client, instruments: Instruments) -> None:
        self._client, self._instruments = client, instruments
        self._account = client.access.account_path

    async def state(self) -> AccountState:
        """Return the account, its open trades and waiting orders, as of one transaction."""
        body = await self._client.get(self._account)
        try:
            return account_state(body)
        except (KeyError, TypeError, AttributeError) as error:
            raise self._malformed(self._account, f"an account without {error}") from None

    async def send(self, instruction: Instruction) -> Reply:
        """Send an instruction once; see the port."""
        try:
            instrument = (await self._instruments.all()).get(instruction.instrument)
        except _NO_ANSWER as error:
            return Reply(Fate.NOT_SENT, message=str(error))
        if isinstance(instruction, Submit) and instruction.type not in KINDS:
            return Reply(
                Fate.REFUSED, reason="ORDER_TYPE_UNKNOWN", message=f"OANDA has no {instruction.type.name} order"
            )
        return _reply(await self._sent(instruction, instrument))

    async def transactions(self, since: int) -> Sequence[Transaction]:
        """Return all transactions after `since`, ascending and without gaps.

        Raises
        ------
        LogIncomplete
            The venue left one out, in spite of being asked again for it.
        """
        path = f"{self._account}/transactions/sinceid"
        body = await self._client.get(path, {"id": str(since)})
        found = self._rows(path, body)
        last = max([since, integer(body.get("lastTransactionID")), *found])
        expected = since + 1
        while expected <= last:
            if expected not in found:
                found |= await self._range(expected, min(expected + _MOST_IN_A_RANGE - 1, last))
            if expected not in found:
                access = self._client.access
                raise LogIncomplete(
                    url=access.url, account=access.account, first=since + 1, last=last, missing=expected
                )
            expected += 1
        return [found[number] for number in range(since + 1, last + 1)]

    async def _sent(self, instruction: Instruction, instrument: Instrument | None) -> Answer:
        if isinstance(instruction, Submit):
            return await self._client.send("POST", f"{self._account}/orders", order_body(instruction, instrument))
        if isinstance(instruction, Protect):
            path = f"{self._account}/trades/{instruction.trade}/orders"
            return await self._client.send("PUT", path, protection_body(instruction, instrument))
        return await self._client.send("PUT", f"{self._account}/orders/{instruction.order}/cancel", {})

    async def _range(self, first: int, last: int) -> dict[int, Transaction]:
        path = f"{self._account}/transactions/idrange"
        return self._rows(path, await self._client.get(path, {"from": str(first), "to": str(last)}))

    def _rows(self, path: str, body: Mapping[str, Any]) -> dict[int, Transaction]:
        rows = body.get("transactions")
        if not (isinstance(rows, list) and all(isinstance(row, dict) for row in rows)):
            raise self._malformed(path, "no list of transactions")
        return {one.id: one for one in map(transaction, rows)}

    def _malformed(self, path: str, why: str) -> MalformedAnswer:
        return MalformedAnswer(url=self._client.access.url, path=path, why=why)


def _reply(answer: Answer) -> Reply:
    """Return the venue's verdict with its own words for it: of a reject, or of a cancel at creation."""
    body = answer.body or {}
    done = within(body)
    said = [one.reason for one in done if one.kind in {Kind.REJECT, Kind.CANCEL}]
    refused = [str(one.raw["rejectReason"]) for one in done if "rejectReason" in one.raw]
    words = (str(body.get("errorCode") or ""), *refused, *said)
    return Reply(answer.fate, done, reason=next(filter(None, words), ""), message=answer.message)

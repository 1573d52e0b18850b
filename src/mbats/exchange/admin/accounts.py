"""What an operator does to accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mbats.exchange.admin.body import Body
    from mbats.exchange.venue import Venue


class AccountDesk:
    """Transfers and margin calls, on one venue."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue

    async def transfer(self, body: Body) -> dict[str, Any]:
        """Move `amount` into an account, negative: out of it; a TRANSFER_FUNDS transaction with `comment`."""
        account, amount = self._account(body), body.decimal("amount")
        comment = body.text("comment") if body.has("comment") else ""
        return (await self._venue.act(account, lambda exchange: exchange.transfer(account, amount, comment))).body

    async def margin_call(self, body: Body) -> dict[str, Any]:
        """Close all trades of an account as a margin closeout does, whatever its margin."""
        account = self._account(body)
        await self._venue.do(lambda exchange: exchange.margin_call(account))
        return {"lastTransactionID": str(self._venue.exchange.last_transaction(account))}

    def _account(self, body: Body) -> str:
        return body.text("account", self._venue.exchange.accounts)

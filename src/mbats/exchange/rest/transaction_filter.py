from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mbats.errors.rest import InvalidValue

if TYPE_CHECKING:
    from mbats.exchange.reply import Record
    from mbats.exchange.rest.query import Query

_ORDERS = ("MARKET", "LIMIT", "STOP", "MARKET_IF_TOUCHED", "TAKE_PROFIT", "STOP_LOSS", "TRAILING_STOP_LOSS")
_OF_ORDERS = (
    *(f"{kind}_ORDER{end}" for kind in (*_ORDERS, "GUARANTEED_STOP_LOSS", "FIXED_PRICE") for end in ("", "_REJECT")),
    *("ONE_CANCELS_ALL_ORDER", "ONE_CANCELS_ALL_ORDER_REJECT", "ONE_CANCELS_ALL_ORDER_TRIGGERED"),
    *("ORDER_FILL", "ORDER_CANCEL", "ORDER_CANCEL_REJECT"),
    *("ORDER_CLIENT_EXTENSIONS_MODIFY", "ORDER_CLIENT_EXTENSIONS_MODIFY_REJECT"),
)
_GROUPS = {
    "ORDER": frozenset(_OF_ORDERS),
    "FUNDING": frozenset({"TRANSFER_FUNDS", "TRANSFER_FUNDS_REJECT"}),
    "ADMIN": frozenset({"CREATE", "CLOSE", "REOPEN", "CLIENT_CONFIGURE", "CLIENT_CONFIGURE_REJECT"}),
}
_OTHERS = (
    *("TRADE_CLIENT_EXTENSIONS_MODIFY", "TRADE_CLIENT_EXTENSIONS_MODIFY_REJECT", "DELAYED_TRADE_CLOSURE"),
    *("MARGIN_CALL_ENTER", "MARGIN_CALL_EXTEND", "MARGIN_CALL_EXIT", "DAILY_FINANCING", "DIVIDEND_ADJUSTMENT"),
    "RESET_RESETTABLE_PL",
)
_KINDS = frozenset().union(*_GROUPS.values(), _OTHERS)


@dataclass(frozen=True, slots=True)
class TransactionFilter:
    """Kinds of transactions that are wanted, and groups of kinds; none named: all."""

    names: tuple[str, ...]
    kinds: frozenset[str]

    @classmethod
    def of(cls, query: Query) -> TransactionFilter:
        """Read the parameter ``type``."""
        names = query.names("type") or ()
        kinds: frozenset[str] = frozenset()
        for name in names:
            if name not in _GROUPS and name not in _KINDS:
                raise InvalidValue(name="type")
            kinds |= _GROUPS.get(name, frozenset({name}))
        return cls(names, kinds)

    def admits(self, transaction: Record) -> bool:
        """Tell whether `transaction` is wanted."""
        return not self.names or transaction["type"] in self.kinds

from mbats.exchange.reply import Record
from mbats.exchange.rest.rendering import TimeStyle, encode

_MOST = 20_000


class WrittenLog:
    """Transactions as JSON, each written once in each way of writing times: they never change."""

    def __init__(self) -> None:
        self._written: dict[tuple[str, str, TimeStyle], bytes] = {}

    def json(self, account: str, transaction: Record, style: TimeStyle) -> bytes:
        """Return a transaction of `account` as compact JSON."""
        key = (account, transaction["id"], style)
        if key not in self._written:
            if len(self._written) >= _MOST:
                self._written.clear()
            self._written[key] = encode(transaction, style)
        return self._written[key]

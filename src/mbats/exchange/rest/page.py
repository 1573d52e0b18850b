from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.responses import Response

    from mbats.exchange.reply import Record
    from mbats.exchange.rest.call import Call

_USUAL, _MOST = 50, 500


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list of orders or trades is asked for: certain ids, the newest so many, those up to an id."""

    call: Call
    count: int
    before: int | None
    ids: tuple[str, ...] | None

    @classmethod
    def of(cls, call: Call) -> Page:
        """Read the parameters ``count``, ``beforeID`` and ``ids``."""
        count = call.query.number("count", lowest=1, highest=_MOST)
        return cls(call, count or _USUAL, call.query.number("beforeID", lowest=1), call.query.names("ids"))

    def answer(self, name: str, records: Sequence[Record]) -> Response:
        """Return the part; the header ``Link`` leads to the next one."""
        fitting = [record for record in records if self._fits(record)]
        chosen, rest = fitting[: self.count], fitting[self.count :]
        headers = {"Link": f'<{self._next(rest[0])}>; rel="next"'} if rest else None
        return self.call.answer_with(name, chosen, headers=headers)

    def _fits(self, record: Record) -> bool:
        named = self.ids is None or record["id"] in self.ids
        return named and (self.before is None or int(record["id"]) <= self.before)

    def _next(self, record: Record) -> str:
        return str(self.call.request.url.include_query_params(beforeID=record["id"]))

"""Which decision stands behind an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.ledger.journal import Kind

if TYPE_CHECKING:
    from mbats.ledger.journal import Journal


class Decisions:
    """Finds the orders of a journal, and what was decided before them."""

    def __init__(self, journal: Journal) -> None:
        orders = journal.rows(Kind.ORDER)
        self._journal = journal
        self._row_of = dict(zip(journal.order[orders].tolist(), orders.tolist(), strict=True))
        self._rows = journal.rows(Kind.DECISION)

    @property
    def told(self) -> bool:
        """Whether anything in the journal says what was decided; orders alone say that in a Backtrader strategy's."""
        return bool(len(self._rows))

    def ordered(self, order: int) -> int | None:
        """Return the row at which an order was created; None: it is not in the journal."""
        return self._row_of.get(order)

    def behind(self, row: int) -> int | None:
        """Return the row of the last decision on the instrument before `row`; None: there is none."""
        mine = self._journal.instrument[self._rows] == self._journal.instrument[row]
        before = self._rows[mine & (self._rows < row)]
        return int(before[-1]) if len(before) else None

from __future__ import annotations

from typing import Any

import numpy as np

from mbats.adapters.backtrader.analyzers.journal_analyzer import JournalAnalyzer
from mbats.execution.order import Role
from mbats.ledger.journal import Kind


class Transactions(JournalAnalyzer):
    """Every fill of the strategy, one column a fact.

    `time` (nanoseconds UTC), `instrument`, `role`, `order`, `units` (signed), `price`, `mid`, `slippage`, `pnl` and
    `fee` (quote currency, above zero when paid), `rate` (account currency per unit of it).
    """

    def analyse(self) -> dict[str, Any]:
        """Return the columns by name."""
        journal = self.journal()
        fills, fees = journal.rows(Kind.FILL), journal.rows(Kind.FEE)
        paid = dict(zip(journal.order[fees].tolist(), (-journal.amount[fees]).tolist(), strict=True))
        columns: dict[str, Any] = {
            "time": journal.time[fills],
            "instrument": [journal.instruments[code] for code in journal.instrument[fills]],
            "role": [Role(code).name for code in journal.role[fills]],
        }
        for name in ("order", "units", "price", "mid", "slippage", "pnl", "rate"):
            columns[name] = getattr(journal, name)[fills]
        columns["fee"] = np.array([paid.get(order, 0.0) for order in columns["order"].tolist()])
        return columns

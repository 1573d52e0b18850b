from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import backtrader as bt
import numpy as np

from mbats.adapters.backtrader.witness import Witness, plain_witness
from mbats.ledger.journal import Event, Kind

if TYPE_CHECKING:
    from mbats.ledger.journal import Journal


class JournalAnalyzer(bt.Analyzer):
    """An analyzer that reads the journal of its strategy once the run is over.

    In our simulator the brokers write the journal. In a plain Cerebro the first analyzer of each strategy writes it
    from the notices that the strategy gets.

    Parameters
    ----------
    currency
        Of the account, in a plain Cerebro.
    """

    params: Any = (("currency", "USD"),)

    def start(self) -> None:
        """Find the run's witness, or call one."""
        broker = self.strategy.broker
        if getattr(broker, "witness", None) is None:
            broker.witness = plain_witness(self.strategy.cerebro.runningstrats, self.p.currency)
        self.witness: Witness = broker.witness
        first = next(one for one in self.strategy.analyzers if isinstance(one, JournalAnalyzer))
        self._notary = self.witness.notary if first is self else None

    def notify_order(self, order: Any) -> None:
        """Write a notice down."""
        if self._notary is not None:
            self._notary.note(order)

    def journal(self) -> Journal:
        """Return the rows of this analyzer's strategy."""
        return of_strategy(self.witness.recorder.journal(), self.code())

    def symbol(self, feed: Any) -> str:
        """Return the name under which the journal knows a feed."""
        everything = self.strategy.cerebro.datas
        return feed._name or next(f"data{number}" for number, one in enumerate(everything) if one is feed)

    def code(self) -> int:
        """Return the strategy's code in the journal."""
        return int(self.strategy._id)

    def stop(self) -> None:
        """Analyse."""
        self.rets = self.analyse()

    def analyse(self) -> dict[str, Any]:
        """Return the result, when the run is over."""
        raise NotImplementedError


def of_strategy(journal: Journal, code: int) -> Journal:
    """Return the rows that belong to one strategy."""
    if len(journal.strategies) == 1:
        return journal
    mine = journal.strategy == code
    decided = mine[journal.rows(Kind.DECISION)]
    columns: dict[str, Any] = {name: getattr(journal, name)[mine] for name in Event._fields}
    extras = {name: np.asarray(values)[decided] for name, values in journal.extras.items()}
    return replace(journal, **columns, extras=extras)

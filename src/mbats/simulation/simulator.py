from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from mbats.execution.fills import FillRules

if TYPE_CHECKING:
    from mbats.execution.costs import Costs
    from mbats.execution.financing import FinancingRates
    from mbats.ledger.journal import Journal
    from mbats.ledger.terms import Account
    from mbats.market.bars import Bars
    from mbats.market.conversion import Conversion
    from mbats.portfolio.sizing import Sizing


@dataclass(frozen=True, slots=True)
class Allocation:
    """One strategy, the instruments it alone trades, and how big.

    `strategy` is a signal strategy, a target strategy, or an object that only one simulator understands (a
    ``bt.Strategy`` subclass with its `parameters`).
    """

    strategy: Any
    instruments: tuple[str, ...]
    sizing: Sizing
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Simulation:
    """Everything that decides a simulated run.

    Attributes
    ----------
    allocations
        Strategies on one account; an instrument belongs to one of them.
    market
        Bars of all traded instruments by symbol, one timeframe. Several instruments with a bar at the same time are
        treated in this order, in every simulator.
    conversion
        Rates from quote currencies to the account's.
    financing
        Dated financing rates; None: not modelled, and said so.
    """

    allocations: tuple[Allocation, ...]
    market: Mapping[str, Bars]
    account: Account
    conversion: Conversion
    costs: Costs
    fills: FillRules = FillRules.VENUE
    financing: FinancingRates | None = None


class Simulator(Protocol):
    """Turns a simulation into the journal of what would have happened."""

    def run(self, simulation: Simulation) -> Journal:
        """Simulate; raises `mbats.errors.MbatsError` with the cause when it cannot be done honestly."""
        ...

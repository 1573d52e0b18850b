"""The port to what decides in a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.live.decision import Decision
    from mbats.live.view import View


class Desk(Protocol):
    """One allocation: a strategy, the instruments that it alone trades, and how big.

    Attributes
    ----------
    name
        The strategy's, for people and the journal.
    symbols
        In the order in which simulators treat them.
    """

    name: str
    symbols: tuple[str, ...]

    def decide(self, view: View, closed: Sequence[str]) -> Sequence[Decision]:
        """Return what is wanted after the bars of `closed`, some of its symbols, have closed.

        At most one decision an instrument. What is read must come from `view` alone, so that the same log gives the
        same decisions.

        Raises
        ------
        mbats.errors.strategy.StrategyFailed, mbats.errors.strategy.MalformedDecision
            The strategy is at fault.
        mbats.errors.market.RateNotYetKnown
            A size depends on a rate that nobody knows yet.
        """
        ...

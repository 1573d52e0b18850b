"""What a reader must know before he believes a figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mbats.reports.numerals import money, percent
from mbats.reports.refusals import refusals

if TYPE_CHECKING:
    from mbats.ledger.run import RunResult


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """Exits whose bar touched both stop and target, and what the run had made if the stop always came first.

    Attributes
    ----------
    exits, ambiguous
        Number of bracket exits, and how many of them one bar leaves open.
    net, net_stop_first
        Net profit as simulated and in the worst case, in account currency.
    """

    exits: int
    ambiguous: int
    net: float
    net_stop_first: float


def cautions(result: RunResult, ambiguity: Ambiguity | None) -> tuple[str, ...]:
    """Return what kept signals from trading, the notes, the fill rules where they flatter, the ambiguous exits."""
    info = result.info
    flattering = (
        ("Backtrader's fill rules trade at mid prices and cannot see a stop or target in the bar of the entry.",)
        if info.fills == "backtrader"
        else ()
    )
    free = ("No costs were charged.",) if info.costs.get("name") == "none" else ()
    touched = (
        (ambiguous_exits(ambiguity, str(info.account.get("currency", ""))),) if ambiguity and ambiguity.exits else ()
    )
    return (*refusals(result.journal), *info.notes, *free, *flattering, *touched)


def ambiguous_exits(ambiguity: Ambiguity, currency: str) -> str:
    """Say how much of the result rests on the order of prices within a bar, which bars do not tell."""
    if not ambiguity.ambiguous:
        return f"None of the {ambiguity.exits:,} bracket exits was ambiguous: no bar touched both stop and target."
    share = percent(ambiguity.ambiguous / ambiguity.exits)
    return (
        f"{ambiguity.ambiguous:,} of {ambiguity.exits:,} bracket exits ({share}) lie in a bar that touched both "
        f"stop and target; had the stop always come first, the net result were "
        f"{money(ambiguity.net_stop_first, currency, 0, signed=True)} instead of "
        f"{money(ambiguity.net, currency, 0, signed=True)}."
    )

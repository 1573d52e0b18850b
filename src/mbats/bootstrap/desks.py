"""Who decides in a session: a desk for each of its strategies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbats.bootstrap.remade import SIZINGS, remade
from mbats.errors.live import NoDesk, SessionSizeUnknown, SessionStrategyChanged
from mbats.live.signal_desk import SignalDesk
from mbats.live.target_desk import TargetDesk
from mbats.simulation.checks import strategy_name
from mbats.strategies.discovery import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mbats.live.desk import Desk
    from mbats.live.store import SessionTerms
    from mbats.settings import Settings
    from mbats.simulation.simulator import Allocation
    from mbats.strategies.discovery import StrategySource


def _backtrader_desk(
    strategy: Any, symbols: Sequence[str], sizing: Any, number: int, parameters: Mapping[str, object]
) -> Desk:
    # Backtrader costs half a second to import, and most sessions need none of it.
    from mbats.adapters.backtrader.live_desk import BacktraderDesk

    return BacktraderDesk(strategy, symbols, sizing, number, parameters)


_KINDS: dict[str, Callable[..., Desk]] = {
    "signal": lambda *told: SignalDesk(*told[:4]),
    "target": lambda *told: TargetDesk(*told[:4]),
    "backtrader": _backtrader_desk,
}


def desks(terms: SessionTerms, settings: Settings) -> list[Desk]:
    """Return the desks of a session, in the order of its strategies.

    Raises
    ------
    SessionStrategyChanged, SessionSizeUnknown, NoDesk
        A strategy or size is not what it was, or of a kind that no desk serves.
    """
    return seated([share for _, share in allocations(terms, settings)])


def refuse_deskless(strategy: str, kind: str) -> None:
    """Raise `NoDesk` where no desk serves strategies of this kind."""
    if kind not in _KINDS:
        raise NoDesk(strategy=strategy, kind=kind)


def allocations(terms: SessionTerms, settings: Settings) -> list[tuple[StrategySource, Allocation]]:
    """Return what each strategy of a session trades, made again from its terms.

    Raises
    ------
    SessionStrategyChanged, SessionSizeUnknown
    """
    return [_allocation(terms, number, settings) for number in range(len(terms.strategies))]


def _allocation(terms: SessionTerms, number: int, settings: Settings) -> tuple[StrategySource, Allocation]:
    stored = terms.strategies[number]
    facts = {"session": terms.name, "strategy": stored["name"], "commit": terms.commit or "unknown"}
    return remade(
        stored,
        settings,
        lambda source: SessionStrategyChanged(path=source.path, **facts),
        lambda rule: SessionSizeUnknown(rule=rule, known=", ".join(SIZINGS), **facts),
    )


def seated(allocations: Sequence[Allocation]) -> list[Desk]:
    """Return a desk for each allocation, in their order.

    Raises
    ------
    NoDesk
    """
    return [_desk(share, number) for number, share in enumerate(allocations)]


def _desk(allocation: Allocation, number: int) -> Desk:
    strategy = allocation.strategy
    kind = kind_of(strategy if isinstance(strategy, type) else type(strategy))
    refuse_deskless(strategy_name(strategy), kind)
    return _KINDS[kind](strategy, allocation.instruments, allocation.sizing, number, allocation.parameters)

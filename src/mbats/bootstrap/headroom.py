"""How much room each limit leaves at this moment."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from mbats.execution.broker import Submit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mbats.live.gate import Gate
    from mbats.live.memory import Memory
    from mbats.portfolio.limit_check import Reading


def headroom(
    gate: Gate, memory: Memory, symbols: Iterable[str], orders: Mapping[str, Submit], now: int
) -> dict[str, tuple[Reading, ...]]:
    """Return the readings of all limits by instrument, with its order counted in where `orders` has one."""
    return {
        symbol: _readings(gate, memory, orders.get(symbol) or Submit("", symbol, Decimal(0)), now)
        for symbol in symbols
        if symbol in gate.quotes and len(memory.history.bars(symbol))
    }


def _readings(gate: Gate, memory: Memory, order: Submit, now: int) -> tuple[Reading, ...]:
    bars = memory.history.bars(order.instrument)
    close, known_at = float(bars.mid.close[-1]), int(bars.known_at[-1])
    return gate.verdict(order, close, known_at, gate.quotes[order.instrument], now).readings

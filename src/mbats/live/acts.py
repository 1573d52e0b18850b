"""What persons ask of a session beside its wish: close a trade, move a stop, adopt a trade."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from mbats.execution.broker import Cancel, Protect, Submit
from mbats.execution.order import Role
from mbats.live.decision import Decision
from mbats.live.plain import plain
from mbats.live.store import Entry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from mbats.live.book import Trade
    from mbats.live.memory import Memory

_ZERO = Decimal(0)
_WISHES = {"run", "pause", "stop", "flatten", "start"}


def answers(memory: Memory, traded: Collection[str], now: int) -> Iterator[Entry]:
    """Yield the decisions, or refusals, that answer what persons asked for since, each on what came of those before.

    Parameters
    ----------
    traded
        The session's instruments; what others trade is none of its business.
    """
    for act in list(memory.acts.values()):
        if act.body.get("act") not in _WISHES and f"act:{act.key}" not in memory.decisions:
            yield _answer(memory, traded, act, now)


def flattening(memory: Memory, symbols: Sequence[str], now: int, why: str, *, close: bool = True) -> list[Decision]:
    """Return the decisions that cancel what waits and `close` what is open; `why` begins their keys.

    Each waits for what is on its way out of the same instrument already.
    """
    assert memory.book is not None
    found, busy = [], {one.decision.instrument for one in memory.open.values() if one.leaves}
    for symbol in symbols:
        held, waiting = memory.book.units(symbol) if close else _ZERO, memory.book.waiting(symbol)
        if (held or waiting) and symbol not in busy:
            orders = [Cancel("", symbol, one.order) for one in waiting]
            out = [Submit("", symbol, -held, role=Role.MANUAL, reduce_only=True)] if held else []
            times = sum(key.startswith(f"{why}:{symbol}:") for key in memory.decisions)
            key = f"{why}:{symbol}:{times + 1}"
            found.append(Decision(key, symbol, now, position=held, units=float(-held), orders=(*orders, *out)))
    return found


def _answer(memory: Memory, traded: Collection[str], act: Entry, now: int) -> Entry:
    key = f"act:{act.key}"
    decision = _decided(memory, traded, act, key, now)
    if isinstance(decision, Decision):
        return Entry("decision", key, now, plain(decision))
    refused = Decision(key, "", now)
    return Entry("decision", key, now, {**plain(refused), "refused": decision})


def _decided(memory: Memory, traded: Collection[str], act: Entry, key: str, now: int) -> Decision | str:
    """Return what follows from an act, or why nothing does."""
    assert memory.book is not None
    trade = memory.book.trades.get(_number(act.body.get("trade")))
    if trade is None:
        return f"no open trade has the number {act.body.get('trade')}"
    if trade.instrument not in traded:
        return f"the session does not trade {trade.instrument}"
    return _RULES.get(str(act.body.get("act")), _unheard)(memory, trade, act, Decision(key, trade.instrument, now))


def _close(memory: Memory, trade: Trade, _: Entry, bare: Decision) -> Decision | str:
    if not trade.mine:
        return f"trade {trade.id} is not the session's; adopt it first"
    book = memory.book
    assert book is not None
    older = [one.id for one in book.trades.values() if one.instrument == trade.instrument and one.id < trade.id]
    if older:
        return f"trade {older[0]} of {trade.instrument} is older, and the venue closes the oldest first"
    order = Submit("", trade.instrument, -trade.units, role=Role.MANUAL, reduce_only=True)
    return replace(bare, position=book.units(trade.instrument), orders=(order,), units=-float(trade.units))


def _move_stop(memory: Memory, trade: Trade, act: Entry, bare: Decision) -> Decision | str:
    if (price := _price(act.body.get("price"))) is None:
        return f"{act.body.get('price')!r} is no price"
    if not trade.mine:
        return f"trade {trade.id} is not the session's; adopt it first"
    order = Protect("", trade.instrument, trade.id, stop=memory.history.on_tick(trade.instrument, price))
    return replace(bare, position=_held(memory, trade), orders=(order,))


def _adopt(memory: Memory, trade: Trade, _: Entry, bare: Decision) -> Decision | str:
    if trade.mine:
        return f"trade {trade.id} is the session's already"
    return replace(bare, position=_held(memory, trade), adopts=trade.id)


def _unheard(_memory: Memory, _trade: Trade, act: Entry, _bare: Decision) -> str:
    return f"nobody here knows how to {act.body.get('act')!r}"


def _held(memory: Memory, trade: Trade) -> Decimal:
    assert memory.book is not None
    return memory.book.units(trade.instrument)


def _price(text: object) -> Decimal | None:
    try:
        price = Decimal(str(text))
    except InvalidOperation:
        return None
    return price if price.is_finite() and price > 0 else None


def _number(text: object) -> int:
    return int(str(text)) if str(text).isdecimal() else 0


_RULES = {"close": _close, "move-stop": _move_stop, "adopt": _adopt}

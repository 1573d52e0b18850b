"""What to send for a signal: the same code decides in simulators and in live trading, and compiles."""

from __future__ import annotations

import math
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from mbats.execution.order import Role
from mbats.strategies.signal import OnOpenPosition

if TYPE_CHECKING:
    from mbats.portfolio.signal_rows import SignalRow


class Verb(IntEnum):
    """What to do about one instrument after a bar."""

    NOTHING = 0
    ENTER = 1
    CLOSE = 2
    REVERSE = 3
    MOVE_STOP = 4


class Holding(NamedTuple):
    """The position of one instrument at the close of a bar.

    Attributes
    ----------
    side
        +1 long, -1 short, 0 flat.
    price
        Of the fill that opened it.
    bars
        Bars it was open, the fill's included.
    moved
        Whether its stop already went to the fill price.
    break_even_trigger
        As the signal that opened it said; NaN: never.
    """

    side: int = 0
    price: float = math.nan
    bars: int = 0
    moved: bool = False
    break_even_trigger: float = math.nan


class Plan(NamedTuple):
    """What to do, and in which role the order goes out."""

    verb: Verb
    role: Role = Role.ENTRY


_CLOSES, _REVERSES = OnOpenPosition.CLOSE.code, OnOpenPosition.REVERSE.code


def plan(row: SignalRow, on_open: int, close: float, holding: Holding) -> Plan:
    """Decide what follows from one row of signals and the position.

    Of several reasons the first counts: a reversal, an exit flag, the time stop, a close by an opposite signal, break
    even. A signal in the direction of the open position never adds to it.

    Parameters
    ----------
    on_open
        What an opposite signal does to an open position: the code of an `OnOpenPosition`.
    close
        Mid close of the bar.
    """
    if holding.side == 0:
        return Plan(Verb.ENTER if row.side != 0 else Verb.NOTHING, Role.ENTRY)
    opposite = row.side == -holding.side
    if opposite and on_open == _REVERSES:
        return Plan(Verb.REVERSE, Role.REVERSAL)
    if row.exit_long if holding.side > 0 else row.exit_short:
        return Plan(Verb.CLOSE, Role.EXIT)
    if 0 < row.max_bars <= holding.bars:
        return Plan(Verb.CLOSE, Role.TIME_STOP)
    if opposite and on_open == _CLOSES:
        return Plan(Verb.CLOSE, Role.EXIT)
    moves = broke_even(close, holding)
    return Plan(Verb.MOVE_STOP if moves else Verb.NOTHING, Role.STOP_LOSS if moves else Role.ENTRY)


def bracket(side: float, anchor: float, stop_distance: float, target_distance: float) -> tuple[float, float]:
    """Return stop and target of a position on `side` around `anchor`; NaN where the distance is NaN."""
    return anchor - side * stop_distance, anchor + side * target_distance


def broke_even(close: float, holding: Holding) -> bool:
    """Tell whether the stop goes to the fill price now."""
    favourable = holding.side * (close - holding.price)
    return not holding.moved and favourable >= holding.break_even_trigger

"""What several rows hold, seen at once by compiled code: no branch that the processor would have to foresee."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from mbats.compiled import compilable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mbats.market.columns import FloatColumn
    from mbats.simulation.kernel.columns import Flag, Row

Value = TypeVar("Value")

BARS, SIDES = np.uint64(8), np.uint64(16)
"""Rows that a glance takes in."""
_DOUBLE, _BYTE, _MASK, _INDEX = ir.DoubleType(), ir.IntType(8), ir.IntType(64), ir.IntType(32)


def until_met(lows: FloatColumn, highs: FloatColumn, row: Row, below: float, above: float) -> np.uint64:
    """Return how many rows from `row` on pass before one meets a price below or one above; `BARS` if none of them does.

    There have to be `BARS` rows.
    """
    passed: np.uint64 = _first_meeting(lows, highs, row, below, above)
    return passed


def until_wanted(sides: NDArray[np.int8], row: Row) -> np.uint64:
    """Return how many rows from `row` on pass before one has a side; `SIDES` if none of them has.

    There have to be `SIDES` rows.
    """
    passed: np.uint64 = _first_side(sides, row)
    return passed


def chosen(first: Flag, one: Value, other: Value) -> Value:
    """Return `one` if it is the first that is asked for, else the other, without a branch."""
    value: Value = _either(first, one, other)
    return value


def _meeting(_typing: Any, lows: Any, highs: Any, row: Any, below: Any, above: Any) -> Any:
    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        low, high = (_rows(context, builder, signature, arguments, place, (2, _DOUBLE, BARS)) for place in (0, 1))
        falls = builder.fcmp_ordered("<=", low, _repeated(builder, arguments[3], BARS))
        rises = builder.fcmp_ordered(">=", high, _repeated(builder, arguments[4], BARS))
        return _before_first(builder, builder.or_(falls, rises), BARS)

    return types.uint64(lows, highs, row, below, above), code


def _side(_typing: Any, sides: Any, row: Any) -> Any:
    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        side = _rows(context, builder, signature, arguments, 0, (1, _BYTE, SIDES))
        wanted = builder.icmp_unsigned("!=", side, ir.Constant(side.type, [0] * int(SIDES)))
        return _before_first(builder, wanted, SIDES)

    return types.uint64(sides, row), code


def _choice(_typing: Any, _first: Any, one: Any, _other: Any) -> Any:
    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.select(builder.trunc(arguments[0], ir.IntType(1)), arguments[1], arguments[2])

    return one(types.boolean, one, one), code


def _rows(context: Any, builder: Any, signature: Any, arguments: Any, place: int, form: tuple[int, Any, Any]) -> Any:
    """Load rows of the column at a place of the arguments; `form` is where the first row stands, type and number."""
    first, kind, count = form
    column = context.make_array(signature.args[place])(context, builder, arguments[place])
    vector = ir.VectorType(kind, int(count))
    address = builder.gep(column.data, [arguments[first]])
    return builder.load(builder.bitcast(address, vector.as_pointer()), align=1)


def _repeated(builder: Any, value: Any, count: Any) -> Any:
    vector = ir.VectorType(value.type, int(count))
    blank = ir.Constant(vector, ir.Undefined)
    first = builder.insert_element(blank, value, _INDEX(0))
    return builder.shuffle_vector(first, blank, ir.Constant(ir.VectorType(_INDEX, int(count)), [0] * int(count)))


def _before_first(builder: Any, flags: Any, count: Any) -> Any:
    """Return how many flags come before the first that is set, all of them if none is."""
    mask = builder.zext(builder.bitcast(flags, ir.IntType(int(count))), _MASK)
    return builder.cttz(builder.or_(mask, _MASK(1 << int(count))), ir.IntType(1)(0))


_first_meeting: Any = intrinsic(_meeting)
_first_side: Any = intrinsic(_side)
_either: Any = intrinsic(_choice)

compilable(until_met, until_wanted, chosen)

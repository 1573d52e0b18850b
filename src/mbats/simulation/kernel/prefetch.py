"""A hint to the processor, which compiled code gives well before it reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llvmlite import ir
from numba import types
from numba.core.cgutils import int32_t, voidptr_t
from numba.extending import intrinsic

from mbats.compiled import compilable

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn

_TO_READ, _TO_STAY, _DATA = 0, 3, 1  # as LLVM's language reference numbers them


def prefetch(column: FloatColumn, row: int) -> None:
    """Have the memory of a row brought near, in compiled code; the row may lie beyond the column's end."""
    _hint(column, row)


def _lowered(_typing: Any, column: Any, row: Any) -> Any:
    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        place = builder.bitcast(builder.gep(array.data, [arguments[1]]), voidptr_t)
        form = ir.FunctionType(ir.VoidType(), [voidptr_t, int32_t, int32_t, int32_t])
        hint = builder.module.declare_intrinsic("llvm.prefetch", [voidptr_t], form)
        builder.call(hint, [place, int32_t(_TO_READ), int32_t(_TO_STAY), int32_t(_DATA)])
        return context.get_dummy_value()

    return types.none(column, row), code


_hint: Any = intrinsic(_lowered)

compilable(prefetch)

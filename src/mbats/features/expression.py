from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from mbats.features.definition import Definition, defaults_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from mbats.features.definition import Bounds, Extent
    from mbats.features.view import View
    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn


def expression(
    *, lookback: Extent | None, unit: str = "", **bounds: Bounds
) -> Callable[[Callable[..., pl.Expr]], Definition]:
    """Make a definition of a function that returns a polars expression over the bars' columns.

    These are `open`, `high`, `low`, `close`, `volume`, `bid_close` and `ask_close` where there are both sides, `time`
    and `known_at`. What polars rolls, accumulates or weights exponentially has other bits on a tail than on the whole
    history: state no lookback for that, and it is for research.
    """

    def defined(function: Callable[..., pl.Expr]) -> Definition:
        @wraps(function)
        def compute(view: View, **parameters: Any) -> FloatColumn:
            import polars as pl

            frame = pl.DataFrame(_columns(view.bars))
            values = frame.select(function(**parameters).cast(pl.Float64).alias("value"))["value"]
            column: FloatColumn = values.to_numpy()
            return column

        return Definition(function.__name__, compute, defaults_of(function, given=0), bounds, lookback, 0, unit)

    return defined


def _columns(bars: Bars) -> dict[str, Any]:
    columns = {name: getattr(bars, name) for name in ("time", "known_at", "open", "high", "low", "close", "volume")}
    if bars.bid and bars.ask:
        columns |= {"bid_close": bars.bid.close, "ask_close": bars.ask.close}
    return columns

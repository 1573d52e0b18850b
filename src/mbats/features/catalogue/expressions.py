"""Features as polars expressions; they serve as a pattern for one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.features.expression import expression

if TYPE_CHECKING:
    import polars as pl


@expression(lookback=lambda period: period + 1, unit="share")
def typical_change(period: int = 1) -> pl.Expr:
    """Mean of high, low and close over what it was `period` bars before, less one."""
    import polars as pl

    typical = (pl.col("high") + pl.col("low") + pl.col("close")) / 3.0
    return typical / typical.shift(period) - 1.0


@expression(lookback=2, unit="flag")
def outside_bar() -> pl.Expr:
    """1 where the bar reaches beyond both ends of the one before, else 0."""
    import polars as pl

    return (pl.col("high") > pl.col("high").shift(1)) & (pl.col("low") < pl.col("low").shift(1))


@expression(lookback=None, unit="share", period=(1, 5_000))
def median_distance(period: int = 20) -> pl.Expr:
    """Close over the median of the last `period` closes, less one; for research, polars rolls it."""
    import polars as pl

    return pl.col("close") / pl.col("close").rolling_median(period) - 1.0

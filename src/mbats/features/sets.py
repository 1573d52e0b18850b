"""Named sets of features, as texts."""

SETS: dict[str, tuple[str, ...]] = {
    "default": (
        "log_return:1",
        "log_return:5",
        "log_return:12",
        "log_return:24",
        "volatility:24",
        "volatility_ratio:12,96",
        "atr_share:14",
        "rsi:14",
        "stochastic_d:14,3",
        "sma_distance:50",
        "range_place:48",
        "efficiency_ratio:24",
        "body_share",
        "hour_sin",
        "hour_cos",
        "trading_weekday",
        "spread_bps",
    ),
    "returns": ("log_return:1", "log_return:2", "log_return:3", "log_return:6", "log_return:12", "log_return:24"),
    "calendar": ("hour_sin", "hour_cos", "weekday_sin", "weekday_cos", "hours_to_week_end", "hours_closed"),
    "sample": ("rsi:30", "stochastic_k:20,3", "stochastic_d:20,3", "atr_share:5"),
}
"""``sample`` holds what the sample strategy RsiBracket looks at."""

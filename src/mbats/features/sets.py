"""Named sets of features, as texts."""

SETS: dict[str, tuple[str, ...]] = {
    "default": (
        "log_return:1",
        "log_return:5",
        "log_return:20",
        "volatility:20",
        "range_share:1",
        "range_place:20",
        "sma_distance:20",
        "hour_sin",
        "hour_cos",
        "trading_weekday",
        "spread_bps",
    ),
}

"""Full-size calibration of the reference market: all fixings, several seeds. Takes some minutes."""

import numpy as np

from calibration.reference_market import (
    hourly,
    information_coefficient,
    rules_that_pass,
    terciles,
    variance_ratio,
    worst_era,
)
from mbats.adapters.ecb.fixings import load

SEEDS = (20, 21, 22)


def main() -> None:
    """Print every figure that `docs/reference-market.md` promises."""
    fixings = load()
    for seed in SEEDS:
        market = hourly(fixings, seed)
        print(f"seed {seed}: {len(market.time)} hours of {len(market.pairs)} pairs")
        for hours in (2, 6, 24, 48):
            by_hour = variance_ratio(market, hours, market.hour)
            print(
                f"  variance ratio over {hours:2} h: by hour {min(by_hour.values()):.3f} .. {max(by_hour.values()):.3f}"
            )
        low, middle, high = list(variance_ratio(market, 24, terciles(market)).values())[1:]
        print(f"  variance ratio from fixing to fixing by volatility tercile {low:.3f}, {middle:.3f}, {high:.3f}")
        for pair in (0, 1, 2, 8):
            closes = np.exp(market.logs[:, pair])
            coefficient, error = information_coefficient(closes, lags=200, trees=100)
            print(f"  information coefficient, {market.name(pair)}: {coefficient:+.4f} +- {error:.4f}")
        for hours in (3, 6, 12):
            spread, worst, where = worst_era(market, hours)
            print(
                f"  following {hours:2} h, every pair and era: spread of t {spread:.2f}, extreme {worst:+.1f} ({where})"
            )
        print(f"  rules that pass gross: {rules_that_pass(market, 500, seed):.1%}")


if __name__ == "__main__":
    main()

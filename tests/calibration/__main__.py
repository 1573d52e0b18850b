"""Full-size calibration of the reference market: all fixings, several seeds. Takes some minutes."""

import sys

import numpy as np

from calibration.reference_market import (
    Hourly,
    fair,
    hourly,
    information_coefficient,
    rules_that_pass,
    terciles,
    terciles_at_fixings,
    variance_ratio,
    worst_era,
)
from mbats.adapters.ecb.fixings import load

SEEDS = (20, 21, 22, 23)
TREES_ON = (0, 1, 2, 8)
"""Columns of EUR_USD, EUR_GBP, EUR_JPY and USD_JPY."""
FAMILY = 2.95
"""Standard errors that 16 fair correlations all stay within with probability 95 %."""


class Demands:
    """What the market must keep to; prints every figure beside its bounds."""

    def __init__(self) -> None:
        self.broken = 0

    def demand(self, what: str, low: float, high: float, *figures: float) -> None:
        """Note whether all figures lie within the bounds, ends included."""
        kept = low <= min(figures) and max(figures) <= high
        self.broken += not kept
        shown = ", ".join(f"{figure:.3f}" for figure in figures)
        print(f"  {'kept  ' if kept else 'BROKEN'}  {what}: {shown}  (demanded {low:g} .. {high:g})", flush=True)


def judge(demands: Demands, market: Hourly, seed: int) -> list[float]:
    """Hold one market to the demands; return its variance ratios by tercile."""
    for hours in (6, 24):
        by_hour = variance_ratio(market, hours, market.hour).values()
        what = f"variance ratio over {hours} h by hour, least and greatest"
        demands.demand(what, 0.97, 1.03, min(by_hour), max(by_hour))
    by_tercile = list(variance_ratio(market, 24, terciles_at_fixings(market)).values())[1:]
    demands.demand("variance ratio from fixing to fixing by tercile of forecast volatility", 0.96, 1.04, *by_tercile)
    for hours in (3, 6, 12):
        spread, worst, where = worst_era(market, hours)
        demands.demand(f"following {hours} h by pair and era: spread of t", 0.0, 1.25, spread)
        demands.demand(f"following {hours} h by pair and era: extreme t ({where})", -5.0, 5.0, worst)
    demands.demand(
        "share of 500 random rules on 28 pairs that pass gross", 0.0, 0.05, rules_that_pass(market, 500, seed)
    )
    return by_tercile


def main() -> int:
    """Print every figure that `docs/reference-market.md` promises; return 1 if a demand is broken."""
    fixings, demands, luck = load(), Demands(), Demands()
    by_tercile = []
    for seed in SEEDS:
        market = hourly(fixings, seed)
        print(f"seed {seed}: {len(market.time)} hours of {len(market.pairs)} pairs")
        by_tercile.append(judge(demands, market, seed))
        for column in TREES_ON:
            coefficient, error = information_coefficient(market, column, trees=100)
            what = f"boosted trees on {market.name(column)}: {coefficient:+.4f} +- {1.96 * error:.4f}; standard errors"
            demands.demand(f"{what} from 0", -FAMILY, FAMILY, coefficient / error)
        for hours in (24, 48):
            shown = ", ".join(f"{ratio:.3f}" for ratio in variance_ratio(market, hours, terciles(market)).values())
            print(f"  (no demand) variance ratio over {hours} h from any hour, by tercile: {shown}")
    print("all seeds")
    demands.demand("mean variance ratio by tercile", 0.97, 1.03, *np.mean(by_tercile, axis=0))
    for seed in SEEDS:
        print(f"a market fair by construction, seed {seed} (not counted): how far luck goes")
        drawn, past = fair(fixings, seed)
        judge(luck, hourly(drawn, seed, past), seed)
    return 1 if demands.broken else 0


if __name__ == "__main__":
    sys.exit(main())

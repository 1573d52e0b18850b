"""Full-size calibration of promotion; docs/promotion.md tells its figures. A minute or two."""

import sys
from math import sqrt
from pathlib import Path
from time import perf_counter

from calibration.promotion_plot import plot
from calibration.promotions import Outcome, outcomes

RUNS, SIGNAL, NOMINAL = 200, 0.1, 0.05
GATES = ("ic_low", "deflated")
"""Those whose bound is a chance; the others ask for size."""
NO_FOLDER = Path("no-own-features")


def passing(found: list[Outcome], gate: str) -> float:
    """Return the share of markets whose best challenger passes a gate."""
    return sum(gate not in one.failed for one in found) / len(found)


def promoted(found: list[Outcome]) -> float:
    """Return the share of markets that get a champion."""
    return sum(one.promoted for one in found) / len(found)


def covered(found: list[Outcome]) -> float:
    """Return in what share of the champions' intervals the planted coefficient lies."""
    champions = [one for one in found if one.promoted]
    return sum(one.covers for one in champions) / max(len(champions), 1)


def told(what: str, figure: float, low: float, high: float) -> bool:
    """Print a share beside its bounds, and return whether it keeps to them."""
    kept = low <= figure <= high
    print(f"  {'kept  ' if kept else 'BROKEN'}  {what}: {figure:.1%}  (demanded {low:.1%} .. {high:.1%})", flush=True)
    return kept


def main(picture: Path) -> int:
    """Print every figure, draw the picture, and return 1 if a promise is broken."""
    begun = perf_counter()
    noise = outcomes(0.0, range(RUNS), NO_FOLDER)
    there = outcomes(SIGNAL, range(RUNS), NO_FOLDER)
    error = sqrt(0.95 * 0.05 / RUNS)
    sound = [
        told(f"noise promoted, {RUNS} markets, gross of costs", promoted(noise), 0.0, NOMINAL),
        told(f"champions' 95 % intervals that hold the planted {SIGNAL:g}", covered(there), 0.95 - 3 * error, 1.0),
        told(f"markets with a signal of {SIGNAL:g} that get a champion", promoted(there), 0.5, 1.0),
    ]
    for gate in GATES:
        print(f"  noise that passes the gate {gate} alone: {passing(noise, gate):.1%}")
    shares = {gate: passing(noise, gate) for gate in GATES} | {"all gates": promoted(noise)}
    picture.write_text(plot(shares, [(one.ic, one.low, one.high) for one in there if one.promoted], SIGNAL))
    print(f"{perf_counter() - begun:.0f} s")
    return 0 if all(sound) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

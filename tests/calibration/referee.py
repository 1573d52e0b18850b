"""Full-size calibration of the deflated Sharpe ratio; docs/evidence.md tells its figures. Takes some minutes."""

import sys
from pathlib import Path
from time import perf_counter

from calibration import walks
from calibration.plot import plot
from calibration.searches import Law, Verdicts, searches, verdicts

SEARCHES = 1_000
CORRELATIONS = (0.0, 0.5, 0.9)
SKILLS = (0.5, 1.0, 1.5)
SEARCHES_WITH_SKILL = 400
WALK_DAYS = 1_040
MANY_TIMES = 3
SKILLED = {
    "all 50 cells have it, correlation 0.9": (0.9, 50),
    "one of 50 has it, correlation 0.9": (0.9, 1),
    "one of 50 has it, independent": (0.0, 1),
}


def kept(what: str, found: Verdicts) -> bool:
    """Print a search without skill, and return whether no more pass than may, and by their own t-test many more."""
    fooled = found.deflated > 0.05 + 2 * found.error
    careless = found.naive >= MANY_TIMES * found.deflated
    print(
        f"  {'BROKEN' if fooled or not careless else 'kept  '}  {what}: deflated {found.deflated:.1%}, naive "
        f"{found.naive:.1%}  ({found.searches} searches, demanded at most {0.05 + 2 * found.error:.1%})",
        flush=True,
    )
    return not fooled and careless


def main(picture: Path) -> int:
    """Print every figure, draw the picture, and return 1 if the referee is fooled more often than it says."""
    begun = perf_counter()
    wrong = {f"correlation\n{rho:g}": verdicts(searches(Law(rho), SEARCHES, seed=1)) for rho in CORRELATIONS}
    walks.search(0, 10)  # compiles once, before the workers do
    wrong["RsiBracket\non walks"] = verdicts(walks.searches(SEARCHES, WALK_DAYS, seed=1))
    sound = [kept(name.replace("\n", " "), found) for name, found in wrong.items()]
    power = {
        name: [
            (skill, verdicts(searches(Law(rho, skill, cells), SEARCHES_WITH_SKILL, seed=2)).deflated)
            for skill in SKILLS
        ]
        for name, (rho, cells) in SKILLED.items()
    }
    for name, points in power.items():
        told = ", ".join(f"{share:.1%} at a true Sharpe of {skill:g}" for skill, share in points)
        print(f"  passes: {name}: {told}")
    picture.write_text(plot({name: (found.deflated, found.naive) for name, found in wrong.items()}, power))
    print(f"{perf_counter() - begun:.0f} s")
    return 0 if all(sound) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

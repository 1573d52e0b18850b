"""One seed: its case is drawn, run and compared; a failure is shrunk and written down."""

from __future__ import annotations

from dataclasses import dataclass

from fuzz.case import Case
from fuzz.comparison import Difference, difference
from fuzz.generator import Family, drawn
from fuzz.plain import difference_to_plain
from fuzz.shrink import shrunk
from fuzz.written import regression_test
from mbats.adapters.backtrader.simulator import BacktraderSimulator
from mbats.strategies.samples.rsi_bracket import RsiBracket


@dataclass(frozen=True)
class Failure:
    """A seed that failed, and the small case that came of it."""

    seed: int
    first: Difference
    small: Case
    source: str

    def __str__(self) -> str:
        return f"seed {self.seed}: {self.first.what}\n{self.first.story}\n\nShrunk to:\n\n{self.source}"


def failure(seed: int, simulator, reference=None, patience: int = 1_500, longest: int = 2_000) -> Failure | None:
    """Hold `simulator` against `reference` (or a plain script, where the case is one for it) on the case of `seed`."""
    family, case = drawn(seed, longest)
    reference = reference or BacktraderSimulator()

    def compared(one: Case) -> Difference | None:
        if family is Family.PLAIN and all(isinstance(share.strategy, RsiBracket) for share in one.allocations):
            return difference_to_plain(one, simulator)
        return difference(one, simulator, reference)

    first = compared(case)
    if first is None:
        return None
    small = shrunk(case, lambda one: _alike(compared(one), first), patience)
    last = compared(small) or first
    return Failure(seed, first, small, regression_test(small, f"seed_{seed}", last.story, assert_same))


def assert_same(case: Case, simulator=None, reference=None) -> None:
    """Fail unless both simulators tell the same story; for regression tests."""
    from fuzz.subject import subject

    found = difference(case, simulator or subject(), reference or BacktraderSimulator())
    assert found is None, found.story


def _alike(found, first):
    return found is not None and found.what == first.what

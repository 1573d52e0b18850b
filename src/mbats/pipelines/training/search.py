from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mbats.models.estimators.dimension import Dimension
    from mbats.pipelines.training.judgement import Judgement


class Tuner(Protocol):
    """Which hyper-parameters to try next."""

    def ask(self) -> Mapping[str, Any]:
        """Return the next set of those that are searched."""
        ...

    def tell(self, value: float | None) -> None:
        """Say how good the last set was, more is better; None: it could not be judged."""
        ...


class Tuners(Protocol):
    """Makes tuners: the same seed and the same answers, the same questions."""

    def __call__(self, space: Mapping[str, Dimension], seed: int) -> Tuner:
        """Return a tuner of what is searched in `space`."""
        ...


def searched(space: Mapping[str, Dimension]) -> dict[str, Dimension]:
    """Return the hyper-parameters that a search may change."""
    return {name: dimension for name, dimension in space.items() if dimension.searched}


def best_of(
    first: Judgement, count: int, tuner: Tuner, judge: Callable[[Mapping[str, Any]], Judgement]
) -> list[Judgement]:
    """Judge `count` sets of hyper-parameters, the estimator's own first, and return all, the best first."""
    judged = [first]
    for _ in range(count - 1):
        judged.append(judge(tuner.ask()))
        tuner.tell(judged[-1].value)
    # Sorting is stable: of equals the earlier wins, and one without a value loses against any.
    return sorted(judged, key=lambda it: float("-inf") if it.value is None else it.value, reverse=True)

"""A sweep in a person's words."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeVar

from mbats.bootstrap import wiring
from mbats.bootstrap.backtesting import BacktestOptions
from mbats.errors.executor import AddressWithoutRay
from mbats.errors.sweep import NothingToDraw, SearchUnclear
from mbats.pipelines.sweep.grid import LIMIT
from mbats.pipelines.sweep.sequential import SequentialExecutor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.pipelines.sweep.executor import Executor

Options = TypeVar("Options")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions:
    """How to search, and for what.

    Without `random` and `bayesian`, which say how many cells to draw, every cell of the grid is judged.

    Raises
    ------
    SearchUnclear, NothingToDraw
    """

    random: int | None = None
    bayesian: int | None = None
    seed: int = 0
    objective: str = "sharpe"
    constraints: Sequence[str] = ()
    max_cells: int = LIMIT

    def __post_init__(self) -> None:
        if self.random is not None and self.bayesian is not None:
            raise SearchUnclear
        for count in (self.random, self.bayesian):
            if count is not None and count < 1:
                raise NothingToDraw(count=count)

    @property
    def kind(self) -> str:
        """Name of the search."""
        if self.random is not None:
            return "random"
        return "grid" if self.bayesian is None else "bayesian"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where cells are judged; it changes nothing about the result.

    `workers` None is one for each core; a single local worker is this process itself.

    Raises
    ------
    AddressWithoutRay
    """

    executor: str = "local"
    workers: int | None = None
    ray_address: str | None = None

    def __post_init__(self) -> None:
        if self.executor == "local" and self.ray_address:
            raise AddressWithoutRay(address=self.ray_address)

    def place(self, few: bool = False) -> Executor:
        """Return the executor; `few` cells are judged sooner than workers start, unless some were asked for."""
        if self.executor == "local" and (self.workers == 1 or (few and self.workers is None)):
            return SequentialExecutor()
        return wiring.executor(self.executor, self.workers, self.ray_address)


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepOptions:
    """A sweep as ``mbats backtest sweep`` is asked for it; its one strategy stands in `backtest`."""

    backtest: BacktestOptions
    grid: Sequence[str] = ()
    search: SearchOptions = field(default_factory=SearchOptions)


def asked(strategy: str, options: dict[str, Any]) -> SweepOptions:
    """Return what a person asked of one strategy, out of `options` by name."""
    search, grid = taken(SearchOptions, options), options.pop("grid")
    return SweepOptions(backtest=BacktestOptions(strategies=(strategy,), **options), grid=grid, search=search)


def taken(kind: type[Options], options: dict[str, Any]) -> Options:
    """Take the fields of a dataclass out of `options` and return it made of them."""
    names = [known.name for known in fields(kind)]  # type: ignore[arg-type]  # a type variable cannot say: a dataclass
    return kind(**{name: options.pop(name) for name in names})


def restored(stored: Mapping[str, Any], snapshot: str) -> SweepOptions:
    """Return options that were kept as plain values, to read a certain snapshot."""
    backtest = BacktestOptions(**{**stored["backtest"], "snapshot": snapshot})
    return SweepOptions(backtest=backtest, grid=stored["grid"], search=SearchOptions(**stored["search"]))

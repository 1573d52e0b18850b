"""Prove on real bars that a strategy does not look ahead: change the future, and the past must stay, bit for bit."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.errors.strategy import MalformedDecision, StrategyFailed, TooFewBars
from mbats.market.bars import Bars
from mbats.market.counterfactual import FUTURES, first_difference
from mbats.strategies.decision import decide_safely, describe
from mbats.strategies.signal import Signals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mbats.market.counterfactual import Future
    from mbats.market.panel import Panel

Columns = dict[str, "NDArray[Any]"]

FEWEST = 50


@dataclass(frozen=True, slots=True)
class Leak:
    """An output that changed although only later bars were changed.

    Attributes
    ----------
    column
        Field of the decision (``side``, ``stop_distance``, ``risk EUR_USD``) or ``columns.NAME`` (an indicator).
    row, time
        First row that changed, and its opening time in nanoseconds UTC.
    cut
        Last row that was left as it was; everything after it was changed.
    change
        What was done to the future: ``truncated``, ``shuffled``, ``missing``; ``nothing`` where two calls on the same
        bars differ.
    """

    column: str
    row: int
    time: int
    cut: int
    change: str


@dataclass(frozen=True, slots=True)
class Causality:
    """What a check found: the first leak of each column, and what else is worth knowing."""

    market: str
    rows: int
    cuts: tuple[int, ...]
    leaks: tuple[Leak, ...]
    notes: tuple[str, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether no output of any row depends on a later bar, as far as the cuts show."""
        return not self.leaks


def check_causality(strategy: Any, market: Bars | Panel, cuts: int = 12) -> Causality:
    """Decide with the future cut off, shuffled and blanked after several rows and compare everything up to them.

    Parameters
    ----------
    cuts
        After how many rows the future is changed: half of them spread over the bars, half where a decision was made,
        since that is where looking ahead pays.

    Raises
    ------
    StrategyFailed, MalformedDecision
        The strategy cannot decide on `market` as it is, or on its beginning.
    TooFewBars
        Fewer than 50 bars.
    """
    if len(market) < FEWEST:
        raise TooFewBars(strategy=strategy.name, market=describe(market), needed=FEWEST)
    past = _Past(strategy, market)
    rows = _cuts(past.truth, len(market), cuts)
    notes = [note for name, change in FUTURES.items() for note in past.examine(name, change, rows)]
    past.compare(past.decide(market), len(market) - 1, "nothing")
    found = tuple(sorted(past.leaks.values(), key=lambda leak: (leak.row, leak.column)))
    return Causality(describe(market), len(market), rows, found, tuple(notes))


class _Past:
    """What a strategy decided on unchanged bars, and where it decided otherwise once later bars were changed."""

    def __init__(self, strategy: Any, market: Any) -> None:
        self._strategy = strategy
        self._market = market
        self.truth = self.decide(market)
        self.leaks: dict[str, Leak] = {}

    def decide(self, market: Any) -> Columns:
        return outputs(decide_safely(self._strategy, market), market)

    def examine(self, name: str, change: Future, cuts: tuple[int, ...]) -> list[str]:
        """Compare at every cut; a strategy may refuse bars without prices, but not fewer or other ones."""
        for cut in cuts:
            try:
                seen = self.decide(change(self._market, cut))
            except (StrategyFailed, MalformedDecision) as failed:
                if name != "missing":
                    raise
                why = failed.facts.get("cause") or failed.facts["problem"]
                return [f"could not be tried with a future that is {name}: {why}"]
            self.compare(seen, cut, name)
        return []

    def compare(self, seen: Columns, cut: int, change: str) -> None:
        """Note the first row up to `cut` at which a column differs from the truth."""
        for name in self.truth | seen:
            row = first_difference(self.truth.get(name), seen.get(name), cut)
            if row is not None and (name not in self.leaks or row < self.leaks[name].row):
                self.leaks[name] = Leak(name, row, int(self._market.time[row]), cut, change)


def outputs(decision: Any, market: Bars | Panel) -> Columns:
    """Return everything a decision says, one array of rows a name; what is said once stands in each row."""
    columns = {f"columns.{name}": column for name, column in decision.columns.items()}
    if isinstance(decision, Signals):
        said = {field.name: getattr(decision, field.name) for field in fields(decision) if field.name != "columns"}
        rows = len(decision)
        return {name: _column(value, rows) for name, value in said.items() if value is not None} | columns
    symbols = () if isinstance(market, Bars) else market.symbols
    return {f"risk {symbol}": decision.risk[:, number] for number, symbol in enumerate(symbols)} | columns


def _column(value: Any, rows: int) -> NDArray[Any]:
    return value if isinstance(value, np.ndarray) else np.full(rows, str(value))


def _cuts(truth: Columns, rows: int, count: int) -> tuple[int, ...]:
    """Spread half of the cuts evenly, put half on decisions; a warm-up before and some future after each are left."""
    first, last = rows // (count + 1), rows - 2
    spread = np.linspace(first, last, count - count // 2).astype(int)
    main = [column for name, column in truth.items() if name == "side" or name.startswith("risk ")]
    decided = np.flatnonzero(np.any([(column != 0) & ~np.isnan(column) for column in main], axis=0))
    decided = decided[(decided >= first) & (decided <= last)]
    chosen = decided[np.linspace(0, len(decided) - 1, count // 2).astype(int)] if len(decided) else decided
    return tuple(sorted({*spread.tolist(), *chosen.tolist()}))

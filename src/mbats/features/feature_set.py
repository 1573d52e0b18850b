from __future__ import annotations

import hashlib
import inspect
import json
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.errors.base import MbatsError
from mbats.errors.feature import (
    FeatureBroken,
    FeatureChanged,
    FeatureDataMissing,
    FeatureHistoryMissing,
    FeatureStateMissing,
    FeatureTwice,
    FeatureWithoutState,
    MalformedFeature,
)
from mbats.features.indicators.presence import write_finite
from mbats.features.indicators.sharing import shared_briefly, shared_columns
from mbats.features.library import find
from mbats.features.reads import read_as
from mbats.market.local_time import moment
from mbats.market.timeframe import Timeframe
from mbats.source import line_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from mbats.features.feature import Feature
    from mbats.features.state import State
    from mbats.features.view import View
    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn

_SHARED = 128 << 20
"""Bytes of columns that features share: beyond that, fresh memory costs more than computing again."""

_FEW = 500
"""Bars that are sooner computed twice than looked up: those of a live tail."""


class FeatureSet:
    """Features side by side: the columns of a dataset, of one instrument at a time.

    Raises
    ------
    FeatureTwice
        Two of them make a column of the same name.
    """

    def __init__(self, features: Iterable[Feature]) -> None:
        self.features = tuple(features)
        self.columns = tuple(feature.column for feature in self.features)
        for column in self.columns:
            if self.columns.count(column) > 1:
                raise FeatureTwice(column=column)

    @classmethod
    def from_spec(cls, spec: Sequence[Mapping[str, Any]], folder: Path) -> FeatureSet:
        """Return the features that `spec` was taken of, if they are still made by the same code.

        Parameters
        ----------
        folder
            Where the user's own features are.

        Raises
        ------
        UnknownFeature, FeatureChanged
        """
        features = [find(item["name"], folder)(**item["parameters"]) for item in spec]
        for feature, item in zip(features, spec, strict=True):
            if feature.code != item["code"]:
                raise FeatureChanged(feature=feature.column, found=feature.code[:12], expected=item["code"][:12])
        return cls(features)

    @property
    def spec(self) -> list[dict[str, Any]]:
        """Name, parameters and digest of the code of each feature, as JSON takes them."""
        return [{"name": it.name, "parameters": dict(it.parameters), "code": it.code} for it in self.features]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of `spec`."""
        return hashlib.sha256(json.dumps(self.spec, sort_keys=True).encode()).hexdigest()

    @property
    def lookback(self) -> int | None:
        """Bars that a row is made of at most, whatever their timeframe from a minute on; None: all since the anchor."""
        return self.bars_needed(Timeframe("M1"))

    def bars_needed(self, timeframe: Timeframe) -> int | None:
        """Return how many bars of `timeframe`, its own included, a row is made of at most; None: recursive."""
        needed = [feature.bars_needed(timeframe) for feature in self.features]
        return None if None in needed else max((count for count in needed if count is not None), default=1)

    @property
    def reach(self) -> int:
        """Nanoseconds that other instruments' bars and higher bars reach back beyond the lookback."""
        return max((feature.reach for feature in self.features), default=0)

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """Symbols of other instruments, and ``series:NAME``, that it needs; sorted."""
        return tuple(sorted({name for feature in self.features for name in feature.reads}))

    @cached_property
    def continuing(self) -> tuple[str, ...]:
        """Columns that go on from a state."""
        return tuple(feature.column for feature in self.features if feature.advance)

    @property
    def research(self) -> tuple[str, ...]:
        """Columns that depend on all bars since the anchor and have no state: no model that trades may use them."""
        return tuple(it.column for it in self.features if it.lookback is None and not it.advance)

    def compute(self, view: View, states: Mapping[str, State] | None = None) -> FloatColumn:
        """Return one row a bar of `view.bars`, one column a feature, shape (n, k), columns contiguous; NaN: no value.

        Parameters
        ----------
        states
            Where recursive features go on from, by column: their rows up to a state's bar are NaN. None: the first bar
            is their anchor.

        Raises
        ------
        FeatureDataMissing, FeatureBroken, MalformedFeature
        FeatureStateMissing, FeatureHistoryMissing, FeatureWithoutState
        """
        return self.advance(view, states)[0]

    def states(self, view: View, states: Mapping[str, State] | None = None) -> dict[str, State]:
        """Return where each recursive feature stands after the last bar, by column; parameters as in `compute`."""
        return self.advance(view, states)[1]

    def advance(self, view: View, states: Mapping[str, State] | None = None) -> tuple[FloatColumn, dict[str, State]]:
        """Return what `compute` and `states` do, at once."""
        if self.reads:
            _refuse_missing(self.features, view)
        values = np.empty((len(view.bars), len(self.features)), order="F")
        after: dict[str, State] = {}
        guarded = view.guarded()
        since = cache(lambda row: guarded.rows(row, len(guarded.bars)) if row else guarded)
        few = len(view.bars) <= _FEW
        with shared_briefly() if few else shared_columns(_SHARED), np.errstate(all="ignore"):
            for number, feature in enumerate(self.features):
                column, state = _computed(feature, since, states)
                _put(feature, column, values[:, number], few)
                if state:
                    after[feature.column] = state
        if few:
            values[np.isinf(values)] = np.nan
        return values, after


def _computed(
    feature: Feature, since: Callable[[int], View], states: Mapping[str, State] | None
) -> tuple[FloatColumn, State | None]:
    """Return a feature's column, NaN up to the bar that is in its state, and where it stands after the last one."""
    view = since(0)
    if feature.lookback is not None or feature.advance is None:
        if feature.lookback is None and states is not None:
            raise FeatureWithoutState(feature=feature.column)
        return _blamed(feature, view, feature.compute, view), None
    state = None
    if states is not None and (state := states.get(feature.column)) is None:
        raise FeatureStateMissing(feature=feature.column)
    known = _rows_known(feature, view.bars, state) if state else 0
    if known == len(view.bars):
        return np.full(known, np.nan), state
    column, after = _blamed(feature, view, feature.advance, since(known), state)
    return np.concatenate([np.full(known, np.nan), column]) if known else column, after


def _rows_known(feature: Feature, bars: Bars, state: State) -> int:
    """Return how many of `bars` are in `state`, whose last bar has to be one of them: no bar may be left out."""
    row = int(np.searchsorted(bars.time, state.time))
    if row == len(bars) or bars.time[row] != state.time:
        raise FeatureHistoryMissing(feature=feature.column, time=_clock(state.time), held=_describe(bars))
    return row + 1


def _blamed(feature: Feature, view: View, compute: Callable[..., Any], *given: Any) -> Any:
    try:
        return compute(*given)
    except MbatsError:
        raise
    except Exception as cause:
        file, line = line_of(cause, _file(feature))
        text = f"{type(cause).__name__}: {cause}".rstrip(".")
        market = _describe(view.bars)
        raise FeatureBroken(file=file, line=line, feature=feature.column, cause=text, market=market) from cause


def _file(feature: Feature) -> str:
    """Return the file of the user's function, which lies inside partials."""
    made: Any = feature.compute
    while isinstance(made, partial):
        made = made.args[0] if made.args else made.func
    return inspect.getsourcefile(inspect.unwrap(made)) or ""


def _put(feature: Feature, column: object, into: FloatColumn, few: bool) -> None:
    """Write a column where it belongs; what is infinite is no value, which among a `few` bars is seen to at the end."""
    values = np.asarray(column)
    if values.shape != into.shape or values.dtype.kind not in "biuf":
        found = f"{type(column).__name__} of shape {values.shape} and type {values.dtype}"
        raise MalformedFeature(feature=feature.column, found=found, rows=len(into))
    if few:
        into[:] = values
    else:
        write_finite(np.ascontiguousarray(values, dtype=np.float64), into)


def _refuse_missing(features: Iterable[Feature], view: View) -> None:
    known = {*view.others, *map(read_as, view.series)}
    for feature in features:
        for name in feature.reads:
            if name not in known:
                shown = ", ".join(sorted(known)) or "nothing"
                raise FeatureDataMissing(feature=feature.column, reads=name, known=shown)


def _describe(bars: Bars) -> str:
    what = f"{bars.instrument.symbol} {bars.timeframe}"
    return f"{what}, {_clock(bars.time[0])} to {_clock(bars.time[-1])}" if len(bars) else f"{what}, no bars"


def _clock(time: int) -> str:
    return moment(time).strftime("%Y-%m-%d %H:%MZ")

"""Unmodified `bt.Strategy` subclasses among others: each sees its own feeds, and a failure names its author's line."""

from __future__ import annotations

import math
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import backtrader as bt
import numpy as np

import mbats
from mbats.errors.base import MbatsError
from mbats.errors.strategy import StrategyFailed
from mbats.portfolio.sizing import Situation, whole_lots

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

_NOT_THE_AUTHORS = (str(Path(bt.__file__).parent), str(Path(mbats.__file__).parent))


def on_its_feeds(strategy: type, feeds: Sequence[Any], alone: bool) -> Callable[..., Any]:
    """Return what Cerebro may call to make `strategy` with `feeds` only.

    A strategy that is not `alone` on the stage is not woken by the bars of others, which plain Backtrader would do.
    """
    made = strategy if alone else _deaf_to_others(strategy)

    def make(*_: Any, **parameters: Any) -> Any:
        return made(*feeds, **parameters)

    return make


def _deaf_to_others(strategy: Any) -> type:
    class Confined(strategy):
        _lengths: tuple[int, ...] = ()

        def _moved(self) -> bool:
            before, self._lengths = self._lengths, tuple(len(feed) for feed in self.datas)
            return self._lengths != before

        def _oncepost(self, dt: float) -> None:
            if self._moved():
                super()._oncepost(dt)
            else:
                self._hear()

        def _next(self) -> None:
            if self._moved():
                super()._next()
            else:
                self._hear()

        def _hear(self) -> None:
            self._notify()
            self.clear()

    Confined.__name__, Confined.__doc__ = strategy.__name__, strategy.__doc__
    return Confined


def turn_away(order: Any, broker: Any) -> None:
    """Reject an order that came before anything may be traded."""
    order.submit(broker)
    order.reject(broker)
    broker.notify(order)


class AllocatedSize(bt.Sizer):
    """The allocation's sizing, for orders that state no size; there is no stop to measure risk from."""

    params = (("stage", None), ("sizing", None))

    def _getsizing(self, comminfo: Any, cash: float, data: Any, isbuy: bool) -> float:  # noqa: ARG002 - Backtrader's
        track = self.p.stage.track(data)
        rate = track.rate(track.known)
        situation = Situation(track.terms, data.close[0], rate, self.p.stage.nav(), math.nan, math.nan)
        return whole_lots(self.p.sizing.units(situation), float(track.terms.lot))


class Blame:
    """Turns what a user's strategy raises into `StrategyFailed`: strategy, bar, file and line."""

    def __enter__(self) -> None:
        return

    def __exit__(
        self, kind: type[BaseException] | None, cause: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not isinstance(cause, Exception) or isinstance(cause, MbatsError):
            return
        strategy = _running(trace)
        if strategy is not None:
            text = f"{type(cause).__name__}: {cause}"
            name = type(strategy).__name__
            raise StrategyFailed(strategy=name, where=_where(cause), market=_bar(strategy), cause=text) from cause


def _running(trace: TracebackType | None) -> Any:
    found = None
    for frame, _ in traceback.walk_tb(trace):
        for name in ("self", "_obj"):
            candidate = frame.f_locals.get(name)
            if isinstance(candidate, bt.Strategy) and not type(candidate).__module__.startswith(_OURS):
                found = candidate
    return found


_OURS = ("mbats.adapters.backtrader.signal_bridge", "mbats.adapters.backtrader.target_bridge")


def _where(cause: BaseException) -> str:
    frames = traceback.extract_tb(cause.__traceback__)
    frame = ([one for one in frames if not one.filename.startswith(_NOT_THE_AUTHORS)] or list(frames))[-1]
    return f"{Path(frame.filename).name}:{frame.lineno}"


def _bar(strategy: Any) -> str:
    feed = strategy.datas[0]
    if not len(feed):
        return f"{feed._name}, before the first bar"
    return f"{feed._name} at the bar of {np.datetime64(feed.opened, 'ns').astype('datetime64[s]')}Z"

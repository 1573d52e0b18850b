"""A Backtrader strategy in a session: Cerebro runs along with the closed bars, and runs them again after a restart."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, NamedTuple

import backtrader as bt
import numpy as np

from mbats.adapters.backtrader.commission import CommissionScheme
from mbats.adapters.backtrader.live_broker import LiveBroker
from mbats.adapters.backtrader.live_feed import LiveFeed
from mbats.adapters.backtrader.live_orders import Errands
from mbats.adapters.backtrader.live_store import Close, LiveStore
from mbats.adapters.backtrader.raw import AllocatedSize
from mbats.errors.live_backtrader import ReplayDiffers
from mbats.execution.broker import Submit
from mbats.execution.costs import OANDA_US
from mbats.live.decision import Decision, bar_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mbats.live.past import News, Past
    from mbats.live.view import View
    from mbats.market.bars import Bars
    from mbats.portfolio.sizing import Sizing


class Step(NamedTuple):
    """Which bars of a strategy closed together, and what was known of the account then."""

    opened: int
    known: int
    closed: tuple[str, ...]
    heard: int
    nav: float
    trading: bool = True


class BacktraderDesk:
    """Implements `mbats.live.desk.Desk` for a `bt.Strategy` class.

    The strategy is begun at the session's anchor and told bar by bar what the session's log says; so it comes to the
    same state in every process. What it decides again has to be what it decided then.

    Parameters
    ----------
    number
        Place of the allocation among all of the session.
    parameters
        Of the strategy.
    """

    def __init__(
        self,
        strategy: type,
        symbols: Sequence[str],
        sizing: Sizing,
        number: int = 0,
        parameters: Mapping[str, object] | None = None,
    ) -> None:
        self.name, self.symbols = strategy.__name__, tuple(symbols)
        self._class, self._sizing, self._number = strategy, sizing, number
        self._parameters = dict(parameters or {})
        self._stage: _LiveStage | None = None

    def decide(self, view: View, closed: Sequence[str]) -> list[Decision]:
        """Run over the bars that closed.

        Raises
        ------
        mbats.errors.live_backtrader.OrderNotLive, mbats.errors.live_backtrader.ReplayDiffers
            It sent what no session can trade, or does not decide again as it did.
        """
        mine = tuple(symbol for symbol in self.symbols if symbol in closed)
        if not mine:
            return []
        # What raises on the way is not to be gone on with.
        stage, self._stage = self._stage, None
        last = next((one.key for one in reversed(list(view.past.decisions.values())) if self._leads(one)), "")
        if stage is None or stage.last != last:
            stage = self._replayed(view)
        known = int(view.bars(mine[0]).known_at[-1])
        found = stage.step(Step(view.time, known, mine, len(view.past.news), view.nav), view)
        self._stage = stage
        return found

    def _leads(self, decision: Decision) -> bool:
        """Tell whether a decision of the log is the first of a step of this strategy."""
        return decision.strategy == self._number and decision.closed[:1] == (decision.instrument,)

    def _replayed(self, view: View) -> _LiveStage:
        """Return the strategy as the log left it."""
        bars = self._bars(view)
        stage = _LiveStage(self._class, self._parameters, self._sizing, self._number, bars=bars, past=view.past)
        for step in _warm_up(bars, view.past):
            stage.step(step, view)
        for first in [one for one in view.past.decisions.values() if self._leads(one)]:
            step = Step(first.bar, first.time, first.closed, first.heard, first.nav)
            self._compare(stage.step(step, view), step, view.past.decisions)
        return stage

    def _bars(self, view: View) -> dict[str, Bars]:
        return {symbol: view.bars(symbol) for symbol in self.symbols}

    def _compare(self, made: Sequence[Decision], step: Step, logged: Mapping[str, Decision]) -> None:
        orders = {one.key: one.orders for one in made}
        for key in dict.fromkeys([*orders, *(_key(symbol, step) for symbol in self.symbols)]):
            then, now = logged[key].orders if key in logged else (), orders.get(key, ())
            if then != now:
                at = np.datetime64(step.opened, "ns").astype("datetime64[s]")
                told = {"then": _told(then), "now": _told(now)}
                raise ReplayDiffers(strategy=self.name, market=f"the bar of {at}Z ({key})", **told)


class _LiveStage:
    """A strategy under way, in a Cerebro of its own."""

    def __init__(
        self,
        strategy: type,
        parameters: Mapping[str, object],
        sizing: Sizing,
        number: int,
        *,
        bars: Mapping[str, Bars],
        past: Past,
    ) -> None:
        self.last = ""
        self._name, self._number = strategy.__name__, number
        self._store, self._heard, self._unheard = LiveStore(), 0, list[Any]()
        make: Any = LiveBroker
        self.broker: LiveBroker = make(store=self._store, past=past)
        self.broker.addcommissioninfo(CommissionScheme(terms=OANDA_US.commission))
        cerebro: Any = bt.Cerebro(stdstats=False)
        cerebro.addstore(self._store)
        cerebro.setbroker(self.broker)
        for symbol, one in bars.items():
            feed = LiveFeed.of(self._store, one.instrument, one.timeframe)
            self.broker.seat(feed)
            cerebro.adddata(feed, name=symbol)
        cerebro.addstrategy(strategy, **parameters)
        cerebro.addsizer(AllocatedSize, stage=self.broker, sizing=sizing)
        weakref.finalize(self, self._store.dismiss)
        self._store.begin(cerebro.run)

    def step(self, step: Step, view: View) -> list[Decision]:
        """Run over one more close and return what follows from it."""
        self._store.step(self._close(step, view))
        if not step.trading:
            return []
        self.last = _key(step.closed[0], step)
        found = [self._decided(symbol, step) for symbol in self.broker.seats]
        return [one for one in found if one.bar or one.orders]

    def _close(self, step: Step, view: View) -> Close:
        rows = {symbol: _row(view.bars(symbol), step.opened) for symbol in step.closed}
        return Close(
            step.opened,
            step.known,
            rows,
            self._told(view.past.news, step),
            step.nav,
            lambda symbol: view.rate(symbol, step.known),
            step.trading,
        )

    def _told(self, news: Sequence[News], step: Step) -> list[News]:
        """Return what is news at a close: what the log held then, as far as it happened before."""
        waits = [*self._unheard, *news[self._heard : step.heard]]
        self._heard = max(self._heard, step.heard)
        self._unheard = [one for one in waits if one.time >= step.known]
        return [one for one in waits if one.time < step.known]

    def _decided(self, symbol: str, step: Step) -> Decision:
        seat, hearing = self.broker.seats[symbol], self.broker.hearing
        wishes = Errands(seat, hearing, self._name)
        errands, key = wishes.all(), _key(symbol, step)
        hearing.sent |= {f"{key}#{number}": errand.slips for number, errand in enumerate(errands)}
        submits = [one.instruction for one in errands if isinstance(one.instruction, Submit)]
        closed = symbol in step.closed
        return Decision(
            key,
            symbol,
            step.known,
            bar=step.opened if closed else 0,
            strategy=self._number,
            close=seat.feed.close[0] if len(seat.feed) else np.nan,
            position=wishes.position,
            units=float(sum(one.units for one in submits)),
            stop=_price(submits, "stop"),
            target=_price(submits, "target"),
            orders=tuple(one.instruction for one in errands),
            beside=True,
            closed=step.closed if closed else (),
            heard=step.heard if closed else 0,
        )


def _warm_up(bars: Mapping[str, Bars], past: Past) -> Iterator[Step]:
    """Yield the closes before the session's start."""
    before = {symbol: one.rows(0, int(np.searchsorted(one.known_at, past.started))) for symbol, one in bars.items()}
    cash = float(past.start.balance)
    for opened in np.unique(np.concatenate([one.time for one in before.values()])).tolist():
        closed = tuple(symbol for symbol, one in before.items() if _holds(one, opened))
        known = int(before[closed[0]].known_at[np.searchsorted(before[closed[0]].time, opened)])
        yield Step(opened, known, closed, 0, cash, trading=False)


def _holds(bars: Bars, opened: int) -> bool:
    row = int(np.searchsorted(bars.time, opened))
    return row < len(bars) and int(bars.time[row]) == opened


def _row(bars: Bars, opened: int) -> tuple[float, ...]:
    row = int(np.searchsorted(bars.time, opened))
    columns = (bars.open, bars.high, bars.low, bars.close, bars.volume)
    return tuple(float(column[row]) for column in columns)


def _key(symbol: str, step: Step) -> str:
    """Return the key of a decision; an instrument without a bar at this close has one that no bar of its own takes."""
    key = bar_key(symbol, step.opened)
    return key if symbol in step.closed else f"{key}:{step.closed[0]}"


def _price(submits: Sequence[Submit], name: str) -> float:
    prices = [getattr(one, name) for one in submits if getattr(one, name) is not None]
    return float(prices[0]) if prices else np.nan


def _told(orders: Sequence[object]) -> str:
    return "; ".join(map(str, orders)) or "nothing"

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from mbats.bootstrap import wiring
from mbats.bootstrap.explaining import explain_state
from mbats.bootstrap.paper import PaperTrading, trade_on_paper
from mbats.bootstrap.reporting import recall
from mbats.face import frames
from mbats.face.backtest import prepared
from mbats.face.moments import nanoseconds
from mbats.face.run import Run
from mbats.live.store import Condition
from mbats.pipelines.explanation.cause import Cause
from mbats.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from mbats.face.data import Data
    from mbats.face.moments import Moment
    from mbats.ledger.terms import Account
    from mbats.live.store import SessionState
    from mbats.pipelines.backtest import Backtest
    from mbats.pipelines.explanation.explanation import ExplainedTrade, Explanation
    from mbats.portfolio.sizing import Sizing

_MONTH = timedelta(days=30)


class Explained:
    """Why a session earned what it earned: `frame`, trade by trade, and the whole difference by cause in `totals`.

    Attributes
    ----------
    expected, live, unexplained
        In account currency; what no cause accounts for is zero, or the books are wrong.
    """

    def __init__(self, found: Explanation) -> None:
        self.expected, self.live, self.unexplained = found.expected, found.live, found.unexplained
        self._found = found

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a trade of either world, in order of their decisions; a column a cause, in account currency."""
        rows = [_row(trade) for trade in self._found.trades]
        columns = ["instrument", "decided_at", "live", "expected", "difference", *map(str, Cause), "note"]
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def totals(self) -> pd.Series:
        """From what was expected, by cause, to what was earned; `unexplained` comes last."""
        parts = {str(cause): float(amount) for cause, amount in self._found.parts.items()}
        told = {"expected": float(self.expected)} | parts
        told |= {"live": float(self.live), "unexplained": float(self.unexplained)}
        return pd.Series(told, name=self._found.currency)

    def __repr__(self) -> str:
        width = max(len(f"{amount:,.2f}") for amount in self.totals)
        return "\n".join(f"{name:<12}{_money(amount):>{width}}" for name, amount in self.totals.items())

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(str(name))}</td><td>{_money(amount)}</td></tr>" for name, amount in self.totals.items()
        )
        return f"<table><tr><th></th><th>{escape(self._found.currency)}</th></tr>{rows}</table>"


class Paper(Run):
    """What a live session on a paper exchange did: a run like any other, and the session behind it.

    Attributes
    ----------
    session
        The session's row: its terms, and how it ended.
    """

    def __init__(self, session: SessionState, backtest: Backtest) -> None:
        super().__init__(recall(str(session.terms.run), Settings.from_environment()))
        self.session, self._backtest = session, backtest

    @cached_property
    def log(self) -> pd.DataFrame:
        """The session's append-only log: bars, decisions, intents, replies, transactions."""
        entries = wiring.session_store(Settings.from_environment()).entries(self.session.terms.id)
        columns = {name: [getattr(entry, name) for entry in entries] for name in ("kind", "key", "body")}
        return pd.DataFrame({"time": frames.utc([entry.time for entry in entries])} | columns)

    def explain(self, run: Run | None = None) -> Explained:
        """Attribute the difference to a backtest, trade by trade.

        Parameters
        ----------
        run
            By default the backtest of the bars that the session saw.
        """
        planned = None if run is None else run.result
        settings = Settings.from_environment()
        return Explained(explain_state(self.session, self._backtest.allocations, settings, planned))

    def __repr__(self) -> str:
        shown = super().__repr__()
        return f"{shown} ({self.session.reason})" if self.session.condition is Condition.FAILED else shown


def paper(
    strategy: Any,
    data: Data,
    account: Account | None = None,
    *,
    speed: float | None = None,
    since: Moment | None = None,
    size: Sizing | None = None,
    limits: Mapping[str, str] | None = None,
    **parameters: Any,
) -> Paper:
    """Trade a strategy on a paper exchange that replays `data`: a live session, over HTTP, as at a broker.

    Parameters
    ----------
    speed
        Seconds of the market in one of ours: bars then close while the strategy thinks. None: turn by turn, as fast as
        the session can follow.
    since
        Where the session begins; strategies warm up on the bars before. By default the data's last 30 days.
    limits
        Stated limits by name, for example ``{"daily_loss": "2", "spread": "off"}``; the others are the usual ones.
    strategy, account, size, parameters
        As in `backtest`. The exchange charges what a venue charges: spread, financing and conversion.
    """
    job = prepared(strategy, data, account, size=size, **parameters)
    last = max(int(job.data.bars[symbol].known_at[-1]) for symbol in data.symbols)
    start = nanoseconds(since, last - int(_MONTH / timedelta(microseconds=1)) * 1_000)
    return Paper(trade_on_paper(PaperTrading(job, start, speed, limits), Settings.from_environment()), job)


def _row(trade: ExplainedTrade) -> dict[str, Any]:
    causes = {str(cause): float(trade.parts.get(cause, 0)) for cause in Cause}
    return {
        "instrument": trade.key.instrument,
        "decided_at": pd.Timestamp(trade.key.decided_at, tz="UTC") if trade.key.decided_at else pd.NaT,
        "live": _number(trade.live),
        "expected": _number(trade.expected),
        "difference": float(trade.difference),
        **causes,
        "note": trade.note,
    }


def _number(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


def _money(amount: float) -> str:
    return f"{round(amount, 2) + 0.0:,.2f}"

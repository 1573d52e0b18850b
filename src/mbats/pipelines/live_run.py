"""A session's log as a run: judged by the ledger that judges backtests, on the bars that the session saw."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mbats.execution.costs import Costs
from mbats.execution.fills import FillRules
from mbats.ledger.judgement import judge
from mbats.ledger.run import LIVE, RunInfo
from mbats.ledger.terms import Account
from mbats.live.journal import journal
from mbats.live.memory import Memory
from mbats.market.conversion import Conversion
from mbats.market.local_time import moment
from mbats.secmaster.snapshot import take

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.ledger.run import RunResult
    from mbats.live.store import Entry, SessionState, SessionTerms
    from mbats.market.bars import Bars
    from mbats.market.instrument import Instrument
    from mbats.secmaster.object_store import ObjectStore

AS_BOOKED = "as booked"
"""What a live run's record has for the cost model: spread, fees and financing are what the venue booked."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """The bars of a session: all since its anchor, and those that opened since it began to decide."""

    whole: Mapping[str, Bars]
    since: Mapping[str, Bars]


def live_run(
    state: SessionState, entries: Sequence[Entry], instruments: Mapping[str, Instrument], store: ObjectStore
) -> RunResult | None:
    """Judge what a session has done so far, and freeze the bars that it saw; None before its first bar.

    The frozen bars begin at the session's anchor, so that its decisions can be made again; the run itself, with its
    returns, begins with the session.
    """
    terms = state.terms
    memory = Memory.of(terms, entries, instruments)
    seen = _seen(memory, instruments, terms)
    if memory.book is None or seen is None:
        return None
    markup = float(terms.options.get("markup", Costs(AS_BOOKED).conversion_markup))
    costs = Costs(AS_BOOKED, conversion_markup=markup)
    account = Account(memory.book.currency, memory.book.opening)
    traded = {symbol: seen.since[symbol] for symbol in terms.instruments}
    info = _info(state, costs, account, seen, take(store, seen.whole).id)
    conversion = Conversion(account.currency, seen.since)
    return judge(info, journal(terms, entries, instruments), traded, conversion, account, costs)


def _seen(memory: Memory, instruments: Mapping[str, Instrument], terms: SessionTerms) -> _Seen | None:
    synthetic = bool(terms.options.get("synthetic"))
    whole = {symbol: replace(memory.history.bars(symbol), synthetic=synthetic) for symbol in instruments}
    if memory.started is None or not all(map(len, whole.values())):
        return None
    since = {symbol: bars.between(_first(bars, memory.started), 2**63 - 1) for symbol, bars in whole.items()}
    return _Seen(whole, since) if all(map(len, since.values())) else None


def _first(bars: Bars, started: int) -> int:
    """Return when the first bar opened that closed after the start."""
    row = int(np.searchsorted(bars.known_at, started, side="right"))
    return int(bars.time[row]) if row < len(bars) else 2**63 - 1


def _info(state: SessionState, costs: Costs, account: Account, seen: _Seen, snapshot: str) -> RunInfo:
    terms = state.terms
    return RunInfo(
        id=terms.run,
        started_at=state.created_at,
        simulator=LIVE,
        fills=FillRules.VENUE,
        costs=asdict(costs),
        account={**asdict(account), "cash": str(account.cash)},
        strategies=terms.strategies,
        instruments=terms.instruments,
        timeframe=terms.timeframe,
        start=moment(min(int(bars.time[0]) for bars in seen.since.values())),
        end=moment(max(int(bars.known_at[-1]) for bars in seen.since.values())),
        snapshot=snapshot,
        commit=terms.commit,
        synthetic=bool(terms.options.get("synthetic")),
        command=terms.command,
        notes=(f"Session {terms.name} on {terms.venue} account {terms.account}.",),
    )

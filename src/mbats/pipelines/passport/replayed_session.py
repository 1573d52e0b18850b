"""A decision of a live session made again, from what its log held at that moment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mbats.errors.passport import NothingToReplay
from mbats.live.decision import Decision
from mbats.live.memory import Memory
from mbats.live.options import Options
from mbats.live.plain import plain, restored
from mbats.pipelines.passport.replay import Check, Replay, differences
from mbats.pipelines.passport.rescored import rescored

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.live.desk import Desk
    from mbats.live.store import Entry, SessionTerms
    from mbats.market.instrument import Instrument
    from mbats.models.scoring.version_scorer import VersionScorer
    from mbats.pipelines.passport.decided import Decided
    from mbats.pipelines.passport.passport import Passport


class SessionLog:
    """A session's log, to be read up to any of its decisions.

    Parameters
    ----------
    instruments
        As the session has them.
    """

    def __init__(self, terms: SessionTerms, entries: Sequence[Entry], instruments: Mapping[str, Instrument]) -> None:
        self._terms, self._entries, self._instruments = terms, entries, instruments
        self._decisions = {
            row: restored(Decision, entry.body) for row, entry in enumerate(entries) if entry.kind == "decision"
        }

    def replayed(self, passport: Passport, desks: Sequence[Desk], scorer: VersionScorer | None = None) -> Replay:
        """Let new desks decide once more where the session decided, and compare with what its log holds.

        Parameters
        ----------
        scorer
            Of the model version that had a say.

        Raises
        ------
        NothingToReplay
            A person opened the trade.
        """
        rows = [row for one in passport.decisions if (row := self._row(one)) is not None]
        if not rows:
            raise NothingToReplay(trade=passport.trade.reference, why="a person opened it")
        checks = tuple(self._again(row, desks) for row in rows)
        if scorer is None:
            return Replay(checks)
        history = Memory.of(self._terms, self._entries, self._instruments).history
        score, inputs = rescored(scorer, passport.decisions[0], history.bars)
        return Replay((score, *checks), inputs)

    def _row(self, one: Decided) -> int | None:
        """Return the row of the log that a decision of the journal comes from; None: no bar stands behind it."""
        same = (
            row
            for row, decision in self._decisions.items()
            if (decision.instrument, decision.time) == (one.instrument, one.time) and decision.bar and decision.wants
        )
        return next(same, None)

    def _again(self, row: int, desks: Sequence[Desk]) -> Check:
        decision = self._decisions[row]
        first, symbols = self._turn(row)
        memory = Memory.of(self._terms, self._entries[:first], self._instruments)
        view = memory.view(decision.bar, decision.time, Options.read(self._terms.options).markup)
        made = [one for desk in desks for one in desk.decide(view, symbols) if one.instrument == decision.instrument]
        again = [replace(one, nav=view.nav) for one in made]
        what = f"the decision {decision.key}, from the log as it was then"
        return Check(what, differences(_flat(plain(decision)), _flat(plain(again[0])) if again else {}))

    def _turn(self, row: int) -> tuple[int, list[str]]:
        """Return the first row of the decisions made at that close, and the instruments whose bars closed."""
        bar, first, last = self._decisions[row].bar, row, row
        while self._made_at(first - 1, bar):
            first -= 1
        while self._made_at(last + 1, bar):
            last += 1
        return first, [self._decisions[one].instrument for one in range(first, last + 1)]

    def _made_at(self, row: int, bar: int) -> bool:
        return row in self._decisions and self._decisions[row].bar == bar


def _flat(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a decision in the log's words, what the strategy showed beside the rest."""
    return {name: value for name, value in body.items() if name != "extras"} | dict(body.get("extras", {}))

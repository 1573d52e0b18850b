from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

from mbats.models.gates.gates import passes

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from mbats.models.gates.figures import Figures
    from mbats.models.gates.gate import Gate


@dataclass(frozen=True, slots=True)
class Judgement:
    """A version, what was measured of it, and the gates that it passed or not.

    Attributes
    ----------
    reference, version
        ``name/number``, and the id that pins it.
    """

    reference: str
    version: str
    figures: Figures
    gates: tuple[Gate, ...]

    @property
    def passed(self) -> bool:
        """Whether it passed every gate."""
        return passes(self.gates)

    @property
    def failed(self) -> tuple[Gate, ...]:
        """The gates that it did not pass."""
        return tuple(gate for gate in self.gates if not gate.passed)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of judging challengers against a champion: written down once, and never changed.

    Attributes
    ----------
    model
        For which one of them is to be champion.
    start, end, bars, snapshot
        The later period that all were judged on, and its data.
    champion
        Reference of the champion they were compared with; None: there was none.
    judgements
        Of the challengers, the best first.
    winner
        Reference, under `model`, of the one that became champion; None: nobody.
    synthetic
        Whether the period, or a candidate's training, was generated.
    """

    model: str
    at: datetime
    start: datetime
    end: datetime
    bars: int
    snapshot: str
    champion: str | None
    judgements: tuple[Judgement, ...]
    winner: str | None
    synthetic: bool
    by: str = ""
    id: UUID = field(default_factory=uuid4)

    @property
    def sentence(self) -> str:
        """What happened, in one sentence."""
        beside = f"the champion {self.champion} stays" if self.champion else f"{self.model} still has no champion"
        if self.winner is None:
            best = self.judgements[0]
            failed = ", ".join(gate.name for gate in best.failed)
            among = f", the best of {len(self.judgements)}," if len(self.judgements) > 1 else ""
            return f"Nobody was promoted: {best.reference}{among} failed {failed}; {beside}."
        instead = f" in place of {self.champion}" if self.champion else ""
        return f"{self.winner} is the champion{instead}: it passed all {len(self.judgements[0].gates)} gates."

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mbats.evidence.track_record import TrackRecord


@dataclass(frozen=True, slots=True)
class Trial:
    """A distinct attempt: what would give the same result again, whatever it is called.

    Attributes
    ----------
    strategy
        Its name when it was tried, which is not part of the trial: a renamed strategy is no new one.
    code
        Digest of the strategy's source.
    snapshot
        Content address of the data.
    start, end
        First moment of the data that was used and first moment after it, aware UTC.
    """

    strategy: str
    code: str
    parameters: Mapping[str, Any]
    snapshot: str
    costs: Mapping[str, Any]
    instruments: tuple[str, ...]
    start: datetime
    end: datetime

    @property
    def fingerprint(self) -> str:
        """SHA-256 of everything but the name."""
        distinct = {
            "code": self.code,
            "parameters": as_json(self.parameters),
            "snapshot": self.snapshot,
            "costs": as_json(self.costs),
            "instruments": sorted(self.instruments),
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
        }
        return hashlib.sha256(as_json(distinct).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class TrialResult:
    """A trial and what came of it.

    Attributes
    ----------
    days
        Daily returns that it was judged by; None: not judged, because it runs, failed or shared its account.
    record
        None where there is none: not judged, or no two returns differ.
    """

    trial: Trial
    days: int | None = None
    record: TrackRecord | None = None


def as_json(value: object) -> str:
    """Return the one text that stands for `value` in fingerprints and in the database."""
    return json.dumps(value, default=str, sort_keys=True)

"""The planted market, whose signal is known, on its way into the securities master."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from mbats.market.planted import SEED, SIGNAL, planted
from mbats.pipelines.reference_market import batch
from mbats.secmaster.repository import IngestionSource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.market.timeframe import Timeframe
    from mbats.secmaster.repository import IngestionCount, SecurityMaster


def import_planted_market(
    master: SecurityMaster,
    symbols: Sequence[str],
    timeframe: Timeframe,
    *,
    start: int,
    end: int,
    signal: float = SIGNAL,
    seed: int = SEED,
) -> list[IngestionCount]:
    """Generate the bars that open in ``[start, end)`` and store them; the same arguments change nothing again."""
    market = planted(symbols, timeframe, start, end, signal=signal, seed=seed)
    text = f"planted market {timeframe} from {start}, signal {signal:g}, seed {seed}"
    source = IngestionSource(text, sha256(text.encode()).hexdigest(), "mbats demo")
    return master.ingest([batch(bars) for bars in market.values()], source)

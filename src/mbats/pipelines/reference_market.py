"""The generated reference market on its way into the securities master."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from mbats.execution.financing import DatedRates
from mbats.market.reference.generator import SEED, generate
from mbats.market.reference.notice import VENDOR
from mbats.market.reference.swaps import swap_rates
from mbats.pipelines.financing import financing_series, table_of
from mbats.secmaster.keys import BarKey
from mbats.secmaster.repository import BarBatch, IngestionSource
from mbats.secmaster.screening import flags

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.market.bars import Bars
    from mbats.market.reference.fixings import Fixings
    from mbats.market.timeframe import Timeframe
    from mbats.secmaster.repository import IngestionCount, SecurityMaster


def import_reference_market(
    master: SecurityMaster,
    fixings: Fixings,
    symbols: Sequence[str],
    timeframe: Timeframe,
    *,
    start: int,
    end: int,
    seed: int = SEED,
) -> list[IngestionCount]:
    """Generate the bars that open in ``[start, end)`` and their assumed swap rates, and store both.

    The same arguments change nothing the second time.
    """
    market = generate(fixings, symbols, timeframe, start, end, seed=seed)
    source = _source(fixings, timeframe, seed)
    counts = master.ingest([batch(bars) for bars in market.values()], source)
    for symbol in symbols:
        rates = swap_rates(symbol, start, end)
        dated = DatedRates(rates.time, rates.long_rate, rates.short_rate, rates.source)
        counts.append(master.ingest_series(financing_series(symbol, VENDOR), table_of(dated), source))
    return counts


def batch(bars: Bars) -> BarBatch:
    """Return generated bars as the master takes them, suspicious ones flagged."""
    key = BarKey(bars.instrument.symbol, bars.vendor, bars.timeframe.name, bars.alignment)
    return BarBatch(key, bars, flags(bars))


def _source(fixings: Fixings, timeframe: Timeframe, seed: int) -> IngestionSource:
    content = sha256(fixings.rates.tobytes() + fixings.dates.tobytes())
    return IngestionSource(f"reference market {timeframe}, seed {seed}", content.hexdigest(), "mbats data import")

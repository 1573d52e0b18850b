"""Which market the paper exchange replays or makes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mbats.bootstrap import wiring
from mbats.errors.exchange_service import NothingToReplay, NotInTheMarket, UnknownMarket
from mbats.errors.snapshot import SnapshotMissing
from mbats.exchange.growing_tape import GrowingTape
from mbats.exchange.tape import FixedTape
from mbats.exchange.terms import Terms
from mbats.exchange.ticker import RateChange
from mbats.execution.financing import DatedRates
from mbats.market.bars import Quotes
from mbats.market.catalogue import fx_pair, known_instruments
from mbats.market.conversion import required
from mbats.market.local_time import DAY
from mbats.market.planted import NOTICE as PLANTED_NOTICE
from mbats.market.planted import SEED, SIGNAL, planted
from mbats.market.reference.continuation import continued
from mbats.market.reference.generator import coverage, generate
from mbats.market.reference.notice import NOTICE
from mbats.market.reference.swaps import swap_rates
from mbats.market.timeframe import Timeframe
from mbats.pipelines.ingest import FileForm, prepare
from mbats.pipelines.market_data import read
from mbats.secmaster.moments import instant, moment, span
from mbats.secmaster.snapshot import open_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mbats.exchange.growing_tape import Generator
    from mbats.exchange.tape import Tape
    from mbats.execution.financing import FinancingRates
    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn
    from mbats.market.instrument import Instrument
    from mbats.market.reference.fixings import Fixings
    from mbats.settings import Settings

REFERENCE, PLANTED = GENERATED = ("reference", "planted")
SYMBOLS = ("EUR_USD", "USD_JPY", "GBP_USD", "USD_CHF", "USD_CAD", "AUD_USD", "NZD_USD", "EUR_GBP", "EUR_JPY", "GBP_JPY")
"""What a generated market trades where nobody says otherwise."""
_HISTORY, _SHORTEST_HISTORY, _BARS_OF_HISTORY = 364 * DAY, 14 * DAY, 20_000
"""How much of a generated market lies behind its start, for warming up: a year, of short bars less."""
_LAST_WEEKS = 56 * DAY
_PLANTED_START = "2025-01-06"


@dataclass(frozen=True, slots=True)
class MarketOptions:
    """Which market, as a person says it.

    Attributes
    ----------
    market
        ``reference``, ``planted``, the beginning of a snapshot's id, or files separated by commas.
    start, end
        When the exchange's time begins and the tape ends; bars before `start` are history. None: see `market`.
    signal, seed
        Of generated markets.
    spread
        Pips between bid and ask, for bars without both sides.
    """

    market: str = REFERENCE
    symbols: tuple[str, ...] = ()
    timeframe: str = "H1"
    start: str | None = None
    end: str | None = None
    signal: float = SIGNAL
    seed: int = SEED
    spread: float | None = None


@dataclass(frozen=True, slots=True)
class Market:
    """A tape, what trades on which terms, how they change, and when the exchange's time begins (nanoseconds UTC)."""

    tape: Tape
    terms: tuple[Terms, ...]
    start: int
    notice: str = ""
    rate_changes: tuple[RateChange, ...] = ()


def market(options: MarketOptions, currency: str, settings: Settings, present: int | None) -> Market:
    """Return the market that `options` name, with the pairs that convert its money to `currency`.

    Parameters
    ----------
    present
        Now, nanoseconds UTC, for a generated market that is to be traded at today's date; None: it begins at its start.

    Raises
    ------
    UnknownMarket, NotInTheMarket, NothingToReplay, mbats.errors.market.MissingRate
    """
    if options.market == REFERENCE:
        return _reference(options, currency, present)
    if options.market == PLANTED:
        return _planted(options, currency, present)
    return _recorded(options, currency, settings)


def recorded_market(
    bars: Mapping[str, Bars],
    start: int | None = None,
    financing: FinancingRates | None = None,
    spread: float | None = None,
) -> Market:
    """Return a market of bars at hand; time begins at `start`, or with the first bar."""
    tape = FixedTape({symbol: _sided(one, spread) for symbol, one in bars.items()})
    begin = tape.begins if start is None else start
    if tape.ends is not None and begin >= tape.ends:
        raise NothingToReplay(start=moment(begin), ends=moment(tape.ends))
    rates = dict(financing.by_symbol) if financing else {}
    instruments = [one.instrument for one in bars.values()]
    return _financed(tape, instruments, rates, begin)


def _reference(options: MarketOptions, currency: str, present: int | None) -> Market:
    fixings, symbols = wiring.fixings(), _convertible(options.symbols or SYMBOLS, currency)
    first, last = coverage(fixings)
    start, end = span(options.start, options.end)
    begin = present if present is not None else start if start is not None else last - _LAST_WEEKS
    made = partial(_reference_bars, fixings, symbols, options)
    history = begin - _history(options.timeframe)
    until = end if end is not None else None if begin >= last else last
    tape = _tape(made, max(first, history), begin, until)
    rates = {symbol: _swaps(symbol, begin) for symbol in symbols}
    return replace(_financed(tape, [fx_pair(symbol) for symbol in symbols], rates, begin), notice=NOTICE)


def _reference_bars(
    fixings: Fixings, symbols: Sequence[str], options: MarketOptions, start: int, end: int
) -> Mapping[str, Bars]:
    until = np.datetime64(end + 14 * DAY, "ns").astype("datetime64[D]")
    longer = continued(fixings, until, options.seed)
    return generate(longer, symbols, Timeframe(options.timeframe), start, end, seed=options.seed)


def _swaps(symbol: str, begin: int) -> DatedRates:
    rates = swap_rates(symbol, begin, 2**62)
    return DatedRates(rates.time, rates.long_rate, rates.short_rate, rates.source)


def _tape(made: Generator, first: int, begin: int, end: int | None) -> Tape:
    """Return a generated tape up to `end`, or without end."""
    if end is not None and end <= begin:
        raise NothingToReplay(start=moment(begin), ends=moment(end))
    return GrowingTape(made, first, begin) if end is None else FixedTape(made(first, end))


def _history(timeframe: str) -> int:
    """Return how long a generated market has been there at its beginning, in nanoseconds."""
    return max(_SHORTEST_HISTORY, min(_HISTORY, _BARS_OF_HISTORY * Timeframe(timeframe).nanoseconds))


def _planted(options: MarketOptions, currency: str, present: int | None) -> Market:
    symbols = _convertible(options.symbols or SYMBOLS, currency)
    begin = present if present is not None else instant(options.start or _PLANTED_START)
    first, timeframe = begin - _history(options.timeframe), Timeframe(options.timeframe)

    def made(start: int, end: int) -> Mapping[str, Bars]:
        whole = planted(symbols, timeframe, first, end, signal=options.signal, seed=options.seed)
        return {symbol: bars.between(start, end) for symbol, bars in whole.items()}

    _, end = span(options.start, options.end)
    tape = _tape(made, first, begin, end)
    return Market(tape, tuple(Terms.of(fx_pair(symbol)) for symbol in symbols), begin, PLANTED_NOTICE)


def _recorded(options: MarketOptions, currency: str, settings: Settings) -> Market:
    start, end = span(options.start, options.end)
    files = [Path(name) for name in options.market.split(",")]
    if all(file.exists() for file in files):
        bars, financing = _of_files(files), None
    else:
        try:
            frozen = open_snapshot(wiring.object_store(settings), options.market)
        except SnapshotMissing:
            raise UnknownMarket(name=options.market) from None
        data = read(frozen, None, end)
        bars, financing = dict(data.bars), data.financing
    bars = {symbol: one.between(-(2**63), end) if end is not None else one for symbol, one in bars.items()}
    return recorded_market(_chosen(bars, options, currency), start, financing, options.spread)


def _of_files(files: Sequence[Path]) -> dict[str, Bars]:
    delivery = prepare(files, FileForm(), wiring.bar_reader(), known_instruments())
    return {batch.bars.instrument.symbol: batch.bars for batch in delivery.batches}


def _chosen(bars: Mapping[str, Bars], options: MarketOptions, currency: str) -> dict[str, Bars]:
    symbols = options.symbols or tuple(bars)
    if absent := [symbol for symbol in symbols if symbol not in bars]:
        raise NotInTheMarket(symbols=", ".join(absent), market=options.market, known=", ".join(bars))
    quotes = [bars[symbol].instrument.quote for symbol in symbols]
    pairs = required(currency, quotes, bars)
    return {symbol: bars[symbol] for symbol in dict.fromkeys((*symbols, *pairs))}


def _convertible(symbols: Sequence[str], currency: str) -> tuple[str, ...]:
    """Return `symbols` with those of the usual pairs that convert their money to `currency`."""
    quotes = [fx_pair(symbol).quote for symbol in symbols]
    return tuple(dict.fromkeys((*symbols, *required(currency, quotes, (*symbols, *SYMBOLS)))))


def _sided(bars: Bars, spread: float | None) -> Bars:
    """Return bars with both sides: their own, or half of `spread` pips on either side of mid."""
    if spread is None:
        return bars
    half = spread * float(bars.instrument.pip) / 2

    def moved(by: float) -> Quotes:
        columns: list[FloatColumn] = [bars.open, bars.high, bars.low, bars.close]
        return Quotes(*(column + by for column in columns))

    return replace(bars, bid=moved(-half), ask=moved(half))


def _financed(tape: Tape, instruments: Sequence[Instrument], rates: Mapping[str, DatedRates], begin: int) -> Market:
    """Return a market whose financing rates change on the days on which the dated ones do."""
    terms, changes = [], list[RateChange]()
    for instrument in instruments:
        dated = rates.get(instrument.symbol)
        first = Terms.of(instrument, days_of_week=dated.days_of_week if dated else None)
        for change in _changes(instrument.symbol, dated) if dated else ():
            if change.time <= begin:
                first = replace(first, long_rate=change.long_rate, short_rate=change.short_rate)
            else:
                changes.append(change)
        terms.append(first)
    return Market(tape, tuple(terms), begin, rate_changes=tuple(changes))


def _changes(symbol: str, dated: DatedRates) -> Iterator[RateChange]:
    for time, *rates in zip(dated.time, dated.long_rate, dated.short_rate, strict=True):
        yield RateChange(int(time), symbol, *(Decimal(repr(float(rate))) for rate in rates))

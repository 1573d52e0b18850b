"""What file names and column names tell: instrument, vendor, timeframe, side."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from mbats.market.catalogue import known_instruments
from mbats.market.timeframe import Timeframe

_FRAME = re.compile(r"([SMHDW])(\d*)", re.IGNORECASE)
_COUNTED = re.compile(r"(\d+) ?(s|sec|m|min|minute|h|hour|d|day|w|week)s?", re.IGNORECASE)
_WORDS = {"daily": "D", "day": "D", "hourly": "H1", "hour": "H1", "minute": "M1", "weekly": "W", "second": "S1"}
# Dukascopy writes EURUSD_Candlestick_5_M_BID_01.01.2024-31.01.2024.csv
_DUKASCOPY = re.compile(r"Candlestick_(\d+)_([A-Za-z]+)", re.IGNORECASE)
_SIDES = {"bid", "ask"}
_NOISE = {"dat", "ascii", "histdata", "com", "candlestick", "ohlc", "ohlcv", "bars", "data"}


@dataclass(frozen=True, slots=True)
class NameFacts:
    """What a file's name says; empty or None where it says nothing."""

    symbol: str = ""
    vendor: str = ""
    timeframe: Timeframe | None = None
    side: str = ""


def name_facts(stem: str) -> NameFacts:
    """Read ``oanda_EUR_USD_H1``, ``EURUSD_Candlestick_1_M_BID_...``, ``DAT_ASCII_EURUSD_M1_2024``, ``us_AAPL_D``."""
    stem = _DUKASCOPY.sub(lambda match: match.group(1) + match.group(2), stem)
    tokens = [token for token in re.split(r"[_\-. ]+", stem) if token and token.lower() not in _NOISE]
    side = next((token.lower() for token in tokens if token.lower() in _SIDES), "")
    frames = [(number, frame) for number, token in enumerate(tokens) if (frame := frame_of(token))]
    first, last, symbol = _symbol(tokens, frames[-1][0] if frames else 0)
    later = [frame for number, frame in frames if number >= last]
    vendor = "_".join(token.lower() for token in tokens[:first] if frame_of(token) is None)
    return NameFacts(symbol, vendor if symbol else "", later[0] if later else None, side)


def frame_of(token: str) -> Timeframe | None:
    """Return the timeframe that a word means: ``H1``, ``1h``, ``D1``, ``daily``."""
    if token.lower() in _WORDS:
        return Timeframe(_WORDS[token.lower()])
    if match := _FRAME.fullmatch(token):
        return _frame(*match.groups())
    if match := _COUNTED.fullmatch(token):
        count, unit = match.groups()
        return _frame(unit[0], count)
    return None


def normal_symbol(text: str) -> str:
    """Write a pair of known currencies as ``EUR_USD`` however it was spelt; anything else in capitals."""
    return _pair(text) or text.strip().upper()


def _pair(text: str) -> str:
    letters = re.sub(r"[^A-Za-z]", "", text).upper()
    pair = letters[:3], letters[3:]
    return "_".join(pair) if len(letters) == 6 and set(pair) <= _currencies() else ""


def _frame(letter: str, count: str) -> Timeframe | None:
    letter = letter.upper()
    if letter in "DW":
        return Timeframe(letter) if count in {"", "1"} else None
    return Timeframe(letter + count) if count.isdecimal() and int(count) else None


def _symbol(tokens: list[str], frame: int) -> tuple[int, int, str]:
    """Return where the symbol begins and ends among the tokens, and the symbol."""
    for first in range(len(tokens)):
        for last in (first + 1, first + 2):
            if symbol := _pair("".join(tokens[first:last])):
                return first, last, symbol
    return (frame - 1, frame, tokens[frame - 1].upper()) if frame else (0, 0, "")


@cache
def _currencies() -> frozenset[str]:
    instruments = known_instruments().values()
    return frozenset(code for instrument in instruments for code in (instrument.base, instrument.quote))

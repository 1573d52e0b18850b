"""Rows of a control file that name strategies to backtest or to trade."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from mbats.schedule.cron import cron
from mbats.schedule.reading import Reading, symbol, text, timeframe, yes

if TYPE_CHECKING:
    from mbats.schedule.control import Cell, ControlTable

COLUMNS = ("strategy", "mode", "instruments", "model", "account", "parameters", "schedule", "enabled")
_APART = re.compile(r"[\s;]+")
_STRATEGY, _NAME = re.compile(r"[A-Za-z_]\w*"), re.compile(r"[a-z0-9_][a-z0-9_.-]{0,99}")
_MODEL, _ACCOUNT = re.compile(r"\w[\w./@-]*"), re.compile(r"\w[\w-]*")
_PARAMETER = re.compile(r"(?:\w+\.)?[A-Za-z_]\w*=[^\s;]+")


class Mode(StrEnum):
    """Where a strategy trades."""

    BACKTEST = "backtest"
    PAPER = "paper"
    PRACTICE = "practice"
    LIVE = "live"


_USUAL = {Mode.BACKTEST: "0 18 * * 1-5"} | dict.fromkeys((Mode.PAPER, Mode.PRACTICE, Mode.LIVE), "*/10 * * * *")


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyRow:
    """What one row wants; `name` is unique in its file, and the name of the session where there is one.

    `account` is the account's name: what opens it is no business of a control file. `schedule` is cron's five fields.
    """

    name: str
    strategy: str
    mode: Mode
    instruments: tuple[str, ...]
    timeframe: str
    model: str
    account: str
    parameters: tuple[str, ...]
    schedule: str
    enabled: bool

    @property
    def arguments(self) -> list[str]:
        """The ``mbats`` command that does it: a backtest, or a session that is asked for or ended."""
        if self.mode is Mode.BACKTEST:
            return ["backtest", "run", *self._told]
        if not self.enabled:
            return ["live", "stop", self.name, "--reason=its row of the control file is not enabled", "--if-there"]
        where = [f"--venue={self.mode}", *(["--live"] if self.mode is Mode.LIVE else [])]
        account = [f"--account={self.account}"] if self.account else []
        return ["live", "start", *self._told, *where, *account, f"--name={self.name}", "--unless-there"]

    @property
    def _told(self) -> list[str]:
        parameters = [f"model={self.model}", *self.parameters] if self.model else self.parameters
        symbols = [f"--symbol={one}" for one in self.instruments]
        return [self.strategy, *symbols, f"--timeframe={self.timeframe}", *(f"--param={one}" for one in parameters)]


@dataclass(frozen=True, slots=True)
class Judged:
    """The rows that can be used, and why others cannot: place, cell and remedy of each."""

    rows: tuple[StrategyRow, ...]
    refused: tuple[str, ...]


def judged(table: ControlTable) -> Judged:
    """Return what the rows want, those that are not enabled, too; a bad row takes itself out and no other.

    Columns beside `COLUMNS`: ``name`` and ``timeframe`` (H1 where there is none).

    Raises
    ------
    mbats.errors.control.ControlColumnMissing
    """
    table.need(COLUMNS)
    taken: dict[str, str] = {}
    rows, refused = list[StrategyRow](), list[str]()
    for cells in table.filled():
        reading = _Row(table, cells)
        row = reading.row_wanted()
        if row:
            reading.refuse_repeated(taken.setdefault(row.name, reading.place), "strategy")
        refused += reading.bad
        if row and not reading.bad:
            rows.append(row)
    return Judged(tuple(rows), tuple(refused))


class _Row(Reading):
    def row_wanted(self) -> StrategyRow | None:
        """Return what the row wants, None where a cell of it is bad, missing or too much."""
        self._refuse_ragged()
        strategy = self.read("strategy", _word(_STRATEGY, "is no strategy: write its class, such as RsiBracket"))
        mode, symbols = self.read("mode", _mode), self.read("instruments", _symbols)
        model, account = self.read("model", _word(_MODEL, "is no model", "")), self._account(mode)
        length = self.read("timeframe", lambda cell: timeframe(text(cell) or "H1").name)
        parameters = self.read("parameters", _parameters)
        clock = self.read("schedule", lambda cell: cron(text(cell) or (_USUAL[mode] if mode else "@daily")))
        enabled = self.read("enabled", yes)
        usual = "-".join((strategy or "", mode or "", *(symbols or ()), length or "")).lower()
        name = self.read("name", _word(_NAME, "is no name: small letters, digits, - _ and .", usual))
        if self.bad or not (strategy and mode and symbols and length and clock and name):
            return None
        return StrategyRow(
            name=name,
            strategy=strategy,
            mode=mode,
            instruments=symbols,
            timeframe=length,
            model=model or "",
            account=account or "",
            parameters=parameters or (),
            schedule=clock,
            enabled=bool(enabled),
        )

    def _refuse_ragged(self) -> None:
        """Refuse a row that ends too early, as half a file does, or has more cells than there are columns."""
        if missing := [column for column in self.table.columns if column not in self.row.cells]:
            self.refuse(missing[0], "is missing: the row ends before it")
        if any(text(cell) for cell in self.row.surplus):
            self.bad.append(f"{self.place}: more cells than columns; put quotes around a cell with commas")

    def _account(self, mode: Mode | None) -> str | None:
        account = self.read("account", _word(_ACCOUNT, "is no account: write its name or number, never a token", ""))
        if account and mode is Mode.BACKTEST:
            self.refuse("account", "is of no use to a backtest: leave it empty")
        return account


def _word(pattern: re.Pattern[str], why: str, usual: str | None = None) -> Callable[[Cell], str]:
    def read(cell: Cell) -> str:
        found = text(cell)
        if not found and usual is not None:
            return usual
        if not pattern.fullmatch(found):
            raise ValueError(why)
        return found

    return read


def _mode(cell: Cell) -> Mode:
    try:
        return Mode(text(cell).lower())
    except ValueError:
        raise ValueError(f"is no mode: write {', '.join(Mode)}") from None


def _symbols(cell: Cell) -> tuple[str, ...]:
    found = tuple(symbol(one) for one in _parts(cell))
    if not found:
        raise ValueError("names no instrument: write EUR_USD, or several with blanks between")
    if len(set(found)) < len(found):
        raise ValueError("names an instrument twice")
    return found


def _parameters(cell: Cell) -> tuple[str, ...]:
    found = tuple(_parts(cell))
    if wrong := [one for one in found if not _PARAMETER.fullmatch(one)]:
        raise ValueError(f"has {wrong[0]!r}: write name=value, several with blanks between")
    return found


def _parts(cell: Cell) -> Sequence[str]:
    return [part for part in _APART.split(text(cell)) if part]

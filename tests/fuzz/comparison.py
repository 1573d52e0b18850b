"""Two simulators on one case: the same journal to the last bit, the same error, or a difference that is told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mbats.errors import MbatsError
from mbats.execution.order import OrderType, Reason, Role
from mbats.ledger.journal import Event, Journal, Kind
from mbats.market.local_time import moment

_LONGEST = 2_000
_ENUMS = {"kind": Kind, "role": Role, "type": OrderType, "reason": Reason}


@dataclass(frozen=True)
class Difference:
    """How two simulators part: `what` in a few words, the same for differences of one sort, and the whole story."""

    what: str
    story: str


def difference(case, one, other) -> Difference | None:
    """Run `case` in both simulators; None when nobody could tell them apart."""
    ours, theirs = outcome(case, one), outcome(case, other)
    names = (_name(one), _name(other))
    if isinstance(ours, Journal) and isinstance(theirs, Journal):
        return compare_journals(ours, theirs, names)
    if isinstance(ours, MbatsError) and type(ours) is type(theirs):
        return None
    said = [_said(result) for result in (ours, theirs)]
    sort = " / ".join(type(result).__name__ for result in (ours, theirs))
    return Difference(sort, "\n".join(f"{name}: {text}" for name, text in zip(names, said, strict=True)))


def outcome(case, simulator):
    """Return the journal, or what was raised: anything, since a fuzzer looks for what nobody expects."""
    try:
        return simulator.run(case.simulation())
    except Exception as error:  # noqa: BLE001 - see above
        return error


def compare_journals(ours, theirs, names=("one", "other")) -> Difference | None:
    """Return the first row and columns in which two journals differ."""
    for table in ("instruments", "strategies", "currencies"):
        if getattr(ours, table) != getattr(theirs, table):
            story = f"{table}: {names[0]} {getattr(ours, table)}, {names[1]} {getattr(theirs, table)}"
            return Difference(table, story)
    rows = min(len(ours), len(theirs))
    unlike = {name: _unlike(getattr(ours, name), getattr(theirs, name), rows) for name in Event._fields}
    first = min((found for found in unlike.values() if found is not None), default=None)
    if first is None and len(ours) != len(theirs):
        first = rows
    if first is not None:
        columns = [name for name, found in unlike.items() if found == first]
        return Difference(_sort(ours, theirs, first), _story((ours, theirs), names, first, columns))
    return _compare_extras(ours, theirs)


def _compare_extras(ours, theirs):
    if list(ours.extras) != list(theirs.extras):
        return Difference("extras", f"extras: {list(ours.extras)} against {list(theirs.extras)}")
    for name, column in ours.extras.items():
        found = _unlike(column, theirs.extras[name], min(len(column), len(theirs.extras[name])))
        if found is not None:
            story = f"extras[{name!r}], decision {found}: {column[found]!r} against {theirs.extras[name][found]!r}"
            return Difference("extras", story)
    return None


def _unlike(one, other, rows):
    found = np.flatnonzero(_bits(one[:rows]) != _bits(other[:rows]))
    return int(found[0]) if len(found) else None


def _bits(column):
    if column.dtype.kind != "f":
        return column
    return np.where(np.isnan(column), np.nan, column).view(np.int64)


def _sort(ours, theirs, row):
    kinds = [Kind(journal.kind[row]).name if row < len(journal) else "nothing" for journal in (ours, theirs)]
    return "journal: " + " / ".join(kinds)


def _story(journals, names, row, columns):
    lines = [f"row {row} differs" + (f" in {', '.join(columns)}" if columns else ": one journal ends before it")]
    for name, journal in zip(names, journals, strict=True):
        lines.append(f"{name} ({len(journal)} rows):")
        shown = range(max(0, row - 4), min(len(journal), row + 3))
        lines += [f"{'>' if at == row else ' '} {at}: {_told(journal, at)}" for at in shown]
    return "\n".join(lines)


def _told(journal, row):
    event = Event._make(getattr(journal, name)[row].item() for name in Event._fields)
    where = journal.instruments[event.instrument] if event.instrument >= 0 else "-"
    parts = [f"{moment(event.time)} {Kind(event.kind).name} {where}"]
    for name, value in event._asdict().items():
        if name in {"time", "kind", "instrument"} or value == Event._field_defaults.get(name) or value != value:
            continue
        parts.append(f"{name}={_ENUMS[name](value).name if name in _ENUMS else repr(value)}")
    return " ".join(parts)


def _said(result):
    if isinstance(result, Journal):
        return f"a journal of {len(result)} rows"
    return f"{type(result).__name__}: {result}"[:_LONGEST]


def _name(simulator):
    return getattr(simulator, "name", type(simulator).__name__)

"""Why a trade was made, on the terminal and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mbats.cli.console import console, plain, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.table import Table

    from mbats.pipelines.passport.events import OrderEvent
    from mbats.pipelines.passport.passport import Passport
    from mbats.pipelines.passport.replay import Replay
    from mbats.pipelines.passport.transactions import VenueTransaction

_EVENT = ("time", "event", "order", "role", "type", "units", "price", "stop", "target", "pnl", "amount", "reason")
_BOOKED = ("id", "time", "kind", "order", "trades", "units", "price", "pnl", "financing", "commission", "reason")


def described(found: Passport) -> dict[str, Any]:
    """Return a passport as plain values."""
    told = plain(asdict(found))
    if found.replay is not None:
        told["replay"] |= {"same": found.replay.same}
    return dict(told)


def print_passport(found: Passport) -> None:
    """Print a passport, part by part."""
    for part in _parts(found):
        console().print(part, highlight=False, markup=False)


def _parts(found: Passport) -> Iterator[Any]:
    from mbats.pipelines.passport.words import (
        NO_DECISION,
        NO_MODEL,
        configuration,
        decision_facts,
        headline,
        model_facts,
    )

    yield f"\n{headline(found)}\n"
    for number, one in enumerate(found.decisions):
        yield _facts("Then it was decided" if number else "It was decided", decision_facts(one))
    if not found.decisions:
        yield f"{NO_DECISION}\n"
    yield _facts("A model said", model_facts(found.model)) if found.model else f"{NO_MODEL}\n"
    yield _events(found.events)
    if found.transactions:
        yield _booked(found.transactions)
    yield _facts("It ran so", configuration(found))
    if found.replay is not None:
        if found.replay.inputs:
            yield _facts("The model read, computed once more", found.replay.inputs)
        yield _replay(found.replay)


def _events(events: Sequence[OrderEvent]) -> Table:
    return _listing("What happened", _EVENT, events, ("amount", "type", "reason", "pnl"))


def _booked(transactions: Sequence[VenueTransaction]) -> Table:
    return _listing("The venue's log", _BOOKED, transactions, ("commission", "financing", "reason"))


def _listing(title: str, names: Sequence[str], things: Sequence[Any], optional: Sequence[str]) -> Table:
    """Return a table of `things`, without the columns in which none of them has anything."""
    columns = {name: [_blank(getattr(one, name)) for one in things] for name in names}
    filled = {name: values for name, values in columns.items() if any(values)}
    rows = list(zip(*filled.values(), strict=True))
    return table(list(filled), rows, title=title, optional=[name for name in optional if name in filled])


def _replay(replay: Replay) -> Table:
    from mbats.pipelines.passport.words import exact

    rows = []
    for check in replay.checks:
        rows.append([check.what, "the same bits" if check.same else "not the same"])
        rows += [[f"  {one.name}", f"was {exact(one.was)}, is {exact(one.now)}"] for one in check.differs]
    return table(["Once more", ""], rows, title=None)


def _facts(title: str, facts: Mapping[str, Any]) -> Table:
    from mbats.pipelines.passport.words import exact

    rows = [[name, exact(value)] for name, value in facts.items()]
    return table(["name", "value"], rows, title=title, header=False)


def _blank(value: Any) -> str:
    """Return a cell of a list: empty where there is nothing, times to the second."""
    if value is None or value == 0 or str(value) == "nan":
        return ""
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    if isinstance(value, float):
        return f"{value:,.10g}"
    return f"{value:%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else str(value)

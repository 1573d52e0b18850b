"""Live sessions on the terminal and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from mbats.cli.console import console, emit, next_step, table
from mbats.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from rich.table import Table

    from mbats.bootstrap.session_rehearsal import Rehearsal
    from mbats.bootstrap.session_status import SessionStatus
    from mbats.execution.broker import Instruction
    from mbats.live.store import SessionState
    from mbats.portfolio.limit_check import Reading

_LISTS = ("trades", "quotes", "limits")
_PRICES = ("stop", "target", "stop_distance", "target_distance", "trailing")
_LENGTHS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def show_sessions(states: Sequence[SessionState], as_json: bool) -> None:
    """Print a line for each session."""
    lines = [_line(state) for state in states]
    if as_json:
        emit(lines, as_json)
    elif not lines:
        console().print("No session is under way.")
    else:
        lines = [{**line, "heartbeat_age": _duration(line["heartbeat_age"])} for line in lines]
        optional = ["account", "reason", "run", "instruments"]
        console().print(table(list(lines[0]), [list(line.values()) for line in lines], optional=optional))
    next_step(f"mbats live status {lines[0]['session']}" if lines else "mbats live start --help")


def show_status(status: SessionStatus, as_json: bool) -> None:
    """Print how one session stands."""
    told = _told(status)
    if as_json:
        emit(told, as_json=True)
        return
    for_people = {name: value for name, value in told.items() if name not in {*_LISTS, "bar_closed", "bar_age"}}
    for_people["heartbeat_age"] = _duration(told["heartbeat_age"])
    console().print(table(["name", "value"], list(for_people.items()), header=False))
    ages = told["bar_age"]
    bars = [
        {"instrument": symbol, "newest closed at": closed, "age": _duration(ages[symbol])}
        for symbol, closed in told["bar_closed"].items()
    ]
    for name, rows in {"bars": bars, **{name: told[name] for name in _LISTS}}.items():
        if rows:
            console().print(_listed(name.capitalize(), rows))
    next_step(f"mbats report {status.state.terms.name}")


def _listed(title: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    optional = [name for name in ("unit", "level") if title == "Limits"]
    return table(list(rows[0]), [list(row.values()) for row in rows], title=title, optional=optional)


def show_rehearsal(rehearsal: Rehearsal, as_json: bool) -> None:
    """Print what a session would do now."""
    from mbats.live.plain import plain

    sent, kept = [plain(one) for one in rehearsal.sent], [{"decision": key, **body} for key, body in _kept(rehearsal)]
    limits = [_reading(symbol, one) for symbol, readings in rehearsal.room.items() for one in readings]
    told: dict[str, Any] = {"time": rehearsal.time, "would_send": sent, "kept_back": kept, "limits": limits}
    if rehearsal.trouble:
        told["trouble"] = rehearsal.trouble
    if as_json:
        emit(told, as_json=True)
        return
    for text in _sentences(rehearsal, kept):
        console().print(text, highlight=False)
    if limits:
        console().print(_listed("Limits", limits))
    next_step("the same command without --dry-run")


def _sentences(rehearsal: Rehearsal, kept: Sequence[Mapping[str, Any]]) -> list[str]:
    if rehearsal.trouble:
        return [f"It could not go on: {rehearsal.trouble}"]
    lines = [f"Would send: {_sentence(one)}." for one in rehearsal.sent]
    lines += [f"Would keep back {one['decision']}: {one.get('text', one.get('limit'))}" for one in kept]
    return lines or ["Would send nothing: the strategy wants nothing at the last closed bar."]


def _sentence(one: Instruction) -> str:
    from mbats.execution.broker import Cancel, Protect

    if isinstance(one, Cancel):
        return f"cancel order {one.order} of {one.instrument}"
    bracket = [f"{name} {price}" for name in _PRICES if (price := getattr(one, name, None)) is not None]
    if isinstance(one, Protect):
        return f"trade {one.trade} of {one.instrument}: {', '.join(bracket)}"
    what = f"{'buy' if one.units > 0 else 'sell'} {abs(one.units):,f} {one.instrument}"
    kind = one.type.name.lower() if one.price is None else f"{one.type.name.lower()} {one.price}"
    whole = [f"{what} at {kind}", *(["only to reduce"] if one.reduce_only else []), *bracket]
    return ", ".join(whole).replace("_distance", " at a distance of")


def _kept(rehearsal: Rehearsal) -> Any:
    return rehearsal.kept_back.items()


def _line(state: SessionState) -> dict[str, Any]:
    terms = state.terms
    return {
        "session": terms.name,
        "strategy": ", ".join(str(one["name"]) for one in terms.strategies),
        "instruments": " ".join(terms.instruments),
        "venue": terms.venue,
        "account": terms.account,
        "wanted": str(state.wish),
        "condition": str(state.condition),
        "running": state.held,
        "heartbeat_age": _age(state.heartbeat_at, SystemClock().now()),
        "reason": state.reason,
        "run": str(terms.run)[:8],
    }


def _told(status: SessionStatus) -> dict[str, Any]:
    account = status.account
    money = ("balance", "nav", "margin_used", "margin_available", "closeout_percent", "currency")
    return {
        **_line(status.state),
        "process": status.state.process if status.state.held else None,
        "venue_time": status.time,
        **{name: getattr(account, name) if account else None for name in money},
        "bar_closed": {symbol: _moment(time) for symbol, time in status.bar_closed.items()},
        "bar_age": {symbol: _age(time, status.time) for symbol, time in status.bar_closed.items()},
        "next_financing": status.financing,
        "trouble": status.trouble,
        "trades": [
            {**asdict(one), "opened_at": _since(one.opened_at), "own": one.id in status.mine} for one in status.trades
        ],
        "quotes": [
            {
                "instrument": symbol,
                "bid": quote.bid,
                "ask": quote.ask,
                "spread": quote.ask - quote.bid,
                "tradeable": quote.tradeable,
            }
            for symbol, quote in status.quotes.items()
        ],
        "limits": [_reading(symbol, one) for symbol, readings in status.room.items() for one in readings],
    }


def _reading(symbol: str, reading: Reading) -> dict[str, Any]:
    return {
        "instrument": symbol,
        "limit": reading.name,
        "scope": reading.scope,
        "level": _short(reading.level),
        "most": _short(reading.limit),
        "room": _short(reading.room),
        "unit": reading.unit,
        "breached": reading.breached,
    }


def _short(number: Any) -> float | None:
    return round(float(number), 4) if number.is_finite() else None


def _age(then: datetime | None, now: datetime | None) -> float | None:
    return round((now - then).total_seconds(), 1) if then and now else None


def _duration(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    length, unit = next(((length, unit) for length, unit in _LENGTHS if abs(seconds) >= 2 * length), (1, "s"))
    return f"{seconds / length:,.0f} {unit}"


def _moment(time: datetime | None) -> str | None:
    return f"{time:%Y-%m-%d %H:%M}" if time else None


def _since(nanoseconds: int) -> str | None:
    from mbats.market.local_time import moment

    return _moment(moment(nanoseconds))

"""What a person should know about an account before anything trades on it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from mbats.adapters.oanda.access import LIVE, PAPER
from mbats.bootstrap.venue import allowed_accounts, reach, venue
from mbats.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.adapters.oanda.venue import OandaVenue
    from mbats.bootstrap.venue import Reach
    from mbats.clock import Clock
    from mbats.execution.broker import AccountState
    from mbats.settings import Settings

_SKEW_NOTICED, _SKEW_MOST = 2.0, 30.0
_SAMPLE = ("EUR_USD",)


class Health(StrEnum):
    """How a finding is to be taken."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what that means."""

    check: str
    health: Health
    text: str


def live_check(
    settings: Settings, environment: str | None, account: str | None, symbols: Sequence[str] = ()
) -> list[Finding]:
    """Ask the account about itself; nothing is sent to it.

    Raises
    ------
    mbats.errors.base.MbatsError
        What makes any further question vain: no token, a wrong one, no network, a forbidden account.
    """
    return asyncio.run(_checked(settings, reach(settings, environment, account), symbols, SystemClock()))


async def _checked(settings: Settings, place: Reach, symbols: Sequence[str], clock: Clock) -> list[Finding]:
    async with venue(place) as opened:
        return await examine(opened, allowed_accounts(settings), symbols, clock)


async def examine(
    opened: OandaVenue, live_accounts: Sequence[str], symbols: Sequence[str], clock: Clock
) -> list[Finding]:
    """Return what there is to know, worst news included; see `live_check`."""
    access = opened.client.access
    state = await opened.broker.state()
    skew = None if opened.client.dated is None else (opened.client.dated - clock.now()).total_seconds()
    offered = await opened.instruments.all()
    token = Finding("token", Health.OK, f"accepted by {access.url}")
    return [
        token,
        _environment(access.environment, access.account, live_accounts),
        Finding("account", Health.OK, f"{state.id}, {state.nav} {state.currency}, {len(state.trades)} open trades"),
        _hedging(state),
        _clock(access.environment, skew),
        Finding("instruments", Health.OK if offered else Health.ERROR, f"{len(offered)} offered"),
        *await _prices(opened, symbols or [symbol for symbol in _SAMPLE if symbol in offered]),
    ]


def _environment(environment: str, account: str, live_accounts: Sequence[str]) -> Finding:
    if environment != LIVE:
        return Finding("money", Health.OK, f"{environment}: nothing real is at stake")
    if account in live_accounts:
        return Finding("money", Health.WARNING, "LIVE: real money; the account is among MBATS_OANDA_LIVE_ACCOUNTS")
    return Finding(
        "money",
        Health.WARNING,
        "LIVE: real money; no session will start: the account is not among MBATS_OANDA_LIVE_ACCOUNTS",
    )


def _hedging(state: AccountState) -> Finding:
    if state.hedging:
        text = "the account keeps long and short side by side (hedging); MBATS counts on netting: open one without"
        return Finding("netting", Health.ERROR, text)
    return Finding("netting", Health.OK, "opposite orders close the oldest trade first")


def _clock(environment: str, skew: float | None) -> Finding:
    """Judge our clock by the server's, which tells whole seconds."""
    if environment == PAPER:
        return Finding("clock", Health.OK, "a paper exchange has a time of its own")
    if skew is None:
        return Finding("clock", Health.WARNING, "the venue does not tell the time")
    text = f"{abs(skew):.0f} s {'behind' if skew > 0 else 'ahead of'} the venue's"
    if abs(skew) > _SKEW_MOST:
        return Finding("clock", Health.ERROR, f"{text}: bars would count as closed at the wrong time; set it (NTP)")
    if abs(skew) > _SKEW_NOTICED:
        return Finding("clock", Health.WARNING, f"{text}; keep it set by NTP")
    return Finding("clock", Health.OK, "agrees with the venue's within two seconds")


async def _prices(opened: OandaVenue, symbols: Sequence[str]) -> list[Finding]:
    if not symbols:
        return []
    known = await opened.instruments.named(symbols)
    quotes = await opened.feed.quotes(list(known))
    findings = []
    for symbol, quote in quotes.items():
        spread = (quote.ask - quote.bid) / known[symbol].pip
        text = f"{quote.bid} / {quote.ask}, spread {spread:.1f} pips"
        closed = "" if quote.tradeable else "; the market is closed: orders would be cancelled (MARKET_HALTED)"
        findings.append(Finding(symbol, Health.OK if quote.tradeable else Health.WARNING, text + closed))
    return findings

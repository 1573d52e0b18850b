"""Which account is traded or read, with whose key, and what it takes to be allowed to."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mbats.adapters.oanda.access import LIVE, PAPER, PRACTICE, Access, host_of
from mbats.bootstrap.accounts import account as named
from mbats.bootstrap.accounts import accounts
from mbats.bootstrap.secret_file import secret
from mbats.clock import SystemClock
from mbats.errors.live import OwnExchange
from mbats.errors.settings import (
    LiveNotAllowed,
    LiveNotAsked,
    NoPaperExchange,
    TokenMissing,
    UrlContradictsEnvironment,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mbats.adapters.oanda.venue import OandaVenue
    from mbats.clock import Clock
    from mbats.live.feed import Pace
    from mbats.live.store import SessionTerms
    from mbats.settings import Settings

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, slots=True)
class PaperPlace:
    """Where a paper exchange is, as `mbats exchange serve` leaves it in ``MBATS_HOME/exchange/address.json``.

    What does not say where its prices come from counts as generated.
    """

    url: str
    token: str
    account: str
    admin_url: str = ""
    admin_token: str = ""
    stepped: bool = False
    speed: float = 1.0
    synthetic: bool = True

    @classmethod
    def under(cls, home: Path) -> PaperPlace:
        """Read the file under `home`; raises NoPaperExchange where there is none."""
        try:
            told = json.loads((home / "exchange" / "address.json").read_text())
        except (OSError, ValueError):
            raise NoPaperExchange(home=home) from None
        return cls(**{name: told[name] for name in cls.__slots__ if name in told})


@dataclass(frozen=True, slots=True)
class Reach:
    """An account and the way to it.

    Attributes
    ----------
    paper
        Where the exchange is our own and tells how its time passes.
    record
        A file to which everything that is said is written.
    """

    access: Access
    paper: PaperPlace | None = None
    record: Path | None = None

    @property
    def synthetic(self) -> bool:
        """Whether the prices are generated, as far as anybody can tell."""
        return self.paper.synthetic if self.paper else self.access.environment == PAPER


def reach(settings: Settings, environment: str | None = None, account: str | None = None) -> Reach:
    """Return the account that is named, practice unless something else is said; nothing is asked of it yet.

    A server on this machine counts as a paper exchange whatever the environment is called.

    Parameters
    ----------
    account
        Its number, or its name in ``accounts.toml``, where its environment stands.  [default: that of the settings]

    Raises
    ------
    mbats.errors.base.MbatsError
        One of `mbats.errors.settings`: no token, a token that others can read, an address of another environment.
    """
    url = settings.oanda_url or ""
    own = accounts(settings.home).get(account) if account and not (url or environment) else None
    name = environment or (own.environment if own else settings.oanda_environment)
    if url and (urlsplit(url).hostname or "") in _LOOPBACK:
        name = PAPER
    if name == PAPER and not url:
        place = PaperPlace.under(settings.home)
        stated = settings.oanda_account if settings.oanda_environment == PAPER else None
        access = Access.at(PAPER, place.token, account or stated or place.account, place.url)
        return Reach(access, place, settings.oanda_record)
    for other in (PRACTICE, LIVE):
        if url and name != other and urlsplit(url).hostname == host_of(other):
            raise UrlContradictsEnvironment(url=url, actual=other, environment=name)
    return Reach(_opened(settings, name, account or settings.oanda_account or "", url), record=settings.oanda_record)


def reach_of(terms: SessionTerms, settings: Settings) -> Reach:
    """Return the account of a session.

    Raises
    ------
    mbats.errors.live.OwnExchange
        Only the process that began the session reaches it.
    mbats.errors.base.MbatsError
        As for `reach`.
    """
    if terms.own_exchange:
        raise OwnExchange(session=terms.name)
    return reach(settings, terms.venue, terms.account)


def allowed_accounts(settings: Settings) -> tuple[str, ...]:
    """Return the numbers of the accounts with real money that may be traded."""
    own = (one.account for one in accounts(settings.home).values() if one.real_money)
    return tuple(dict.fromkeys((*settings.oanda_live_accounts, *own)))


def refuse_unasked(settings: Settings, access: Access, *, live: bool) -> None:
    """Let nobody trade real money by mistake: it takes a flag, and the account's id in the allow-list.

    Raises
    ------
    LiveNotAsked, LiveNotAllowed
    """
    if access.environment != LIVE:
        return
    if not live:
        raise LiveNotAsked(account=access.account)
    if access.account not in (allowed := allowed_accounts(settings)):
        raise LiveNotAllowed(account=access.account, allowed=", ".join(allowed) or "none")


@asynccontextmanager
async def venue(place: Reach) -> AsyncIterator[OandaVenue]:
    """Open the account, and hang up at the end."""
    from mbats.adapters.oanda.recorder import recorded
    from mbats.adapters.oanda.venue import OandaVenue

    transport = recorded(place.record, place.access.account, SystemClock()) if place.record else None
    async with await OandaVenue.opened(place.access, transport) as opened:
        yield opened


@asynccontextmanager
async def pace(place: Reach, opened: OandaVenue, name: str, clock: Clock | None = None) -> AsyncIterator[Pace]:
    """Return how time passes there: by the clock, or in turns on a stepped paper exchange, where `name` takes part."""
    from mbats.adapters.oanda.pace import TurnPace, WallPace
    from mbats.adapters.oanda.venue_clock import VenueClock

    own, paper = clock or SystemClock(), place.paper
    if paper and paper.stepped:
        after = await opened.time()
        turns = TurnPace(paper.admin_url, paper.admin_token, name, after=after, timing=opened.client.timing)
        async with turns as pace:
            yield pace
        return
    if place.access.environment == PAPER:
        own = VenueClock(own, await opened.time(), paper.speed if paper else 1.0)
    async with WallPace(opened.client, own, paper.speed if paper else 1.0) as pace:
        yield pace


def _opened(settings: Settings, environment: str, account: str, url: str) -> Access:
    told = settings.oanda_token or settings.oanda_token_file
    if not url and (account or not told) and (known := named(settings.home, environment, account)):
        return Access.at(environment, known.token, known.account)
    access = Access.at(environment, "", account, url)
    return replace(access, token=_token(settings, access))


def _token(settings: Settings, access: Access) -> str:
    if settings.oanda_token:
        return settings.oanda_token
    if not (file := settings.oanda_token_file):
        raise TokenMissing(environment=access.environment, url=access.url)
    return secret(file, "the token", "MBATS_OANDA_TOKEN_FILE")

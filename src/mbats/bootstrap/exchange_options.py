"""From what a person types to an exchange that can be served."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mbats.bootstrap.exchange import ExchangeService
from mbats.bootstrap.exchange_home import ExchangeHome
from mbats.bootstrap.exchange_market import GENERATED, MarketOptions, market
from mbats.clock import SystemClock
from mbats.errors.exchange_service import ClockUnclear
from mbats.exchange.pacing import Flowing, Stepped
from mbats.exchange.rest.rate_limit import RateLimit
from mbats.exchange.server import HOST
from mbats.market.local_time import nanoseconds

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mbats.exchange.pacing import Pacing
    from mbats.settings import Settings

REAL, STEPPED = "real", "stepped"
ACCOUNT = "101-001-1000000-001"


@dataclass(frozen=True, slots=True)
class Pace:
    """How time passes and where the exchange listens; may differ from one start to the next.

    Attributes
    ----------
    clock
        ``real``, ``stepped``, or how many times as fast.
    participants
        How many must take part before a stepped market moves.
    host
        Where clients reach it; the operator's port stays on loopback.
    """

    clock: str = REAL
    port: int = 8081
    admin_port: int = 8082
    participants: int = 1
    host: str = HOST


def service(said: Mapping[str, Any], pace: Pace, folder: Path | None, settings: Settings) -> ExchangeService:
    """Return the exchange of a folder: as it was asked for at its first start.

    Parameters
    ----------
    said
        What was asked for now: fields of `MarketOptions`, `accounts`, `currency` and `cash`.
    folder
        None: ``exchange`` in the home of MBATS.

    Raises
    ------
    mbats.errors.exchange_service.OtherExchange, mbats.errors.exchange_service.ClockUnclear and what `market` raises
    """
    home = ExchangeHome(folder or settings.home / "exchange")
    clock = _speed(pace.clock)
    today = clock == 1.0 and "start" not in said and said.get("market", GENERATED[0]) in GENERATED
    known = home.known() or _first(said, today=today)
    made = market(_market_options(known), known["currency"], settings, known["present"])
    home.remember(known, said)
    return ExchangeService(
        market=made,
        pacing=_pacing(clock, pace, present=known["present"] is not None),
        cash=Decimal(known["cash"]),
        currency=known["currency"],
        accounts=tuple(known["accounts"]),
        home=home,
        host=pace.host,
        port=pace.port,
        admin_port=pace.admin_port,
        rate_limit=RateLimit() if clock == 1.0 else None,  # OANDA's, per second of its own time
        token=home.token(settings.exchange_token),
        admin_token=home.admin_token(),
    )


def _first(said: Mapping[str, Any], *, today: bool) -> dict[str, Any]:
    usual = {**asdict(MarketOptions()), "accounts": [ACCOUNT], "currency": "USD", "cash": "100000"}
    return {**usual, **said, "present": nanoseconds(SystemClock().now()) if today else None}


def _market_options(known: Mapping[str, Any]) -> MarketOptions:
    told = {field.name: known[field.name] for field in fields(MarketOptions)}
    return MarketOptions(**{**told, "symbols": tuple(told["symbols"])})


def _speed(text: str) -> float | None:
    """Return how many times as fast as the clock time passes; None: in turns."""
    if text in {REAL, STEPPED}:
        return 1.0 if text == REAL else None
    try:
        speed = float(text)
    except ValueError:
        raise ClockUnclear(text=text) from None
    if not 0.0 < speed <= 1e9:
        raise ClockUnclear(text=text)
    return speed


def _pacing(speed: float | None, pace: Pace, *, present: bool) -> Pacing:
    if speed is None:
        return Stepped(quorum=pace.participants)
    return Flowing(SystemClock(), speed, present=present and speed == 1.0)

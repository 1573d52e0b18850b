from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from mbats.bootstrap.exchange import ExchangeService
    from mbats.exchange.server import ExchangeServer

_PORT = click.IntRange(0, 65_535)


@click.group()
def exchange() -> None:
    """Run a paper exchange that speaks OANDA's v20 protocol.

    \b
    Example:
      mbats exchange serve --clock 60
    """


@exchange.command("serve", context_settings={"auto_envvar_prefix": "MBATS_EXCHANGE"})
@click.option(
    "--market",
    metavar="MARKET",
    help="reference (generated), planted (generated, with a known signal), a snapshot's id, or files: FILE[,FILE...].  "
    "[default: reference]",
)
@click.option(
    "-s", "--symbol", "--symbols", "symbols", multiple=True, help="Instrument; may be repeated.  [default: all]"
)
@click.option("--timeframe", metavar="FRAME", help="Length of a generated market's bars.  [default: H1]")
@click.option("--start", metavar="WHEN", help="When the exchange's time begins, UTC; bars before are history.")
@click.option("--end", metavar="WHEN", help="Moment before which the last bar opens.")
@click.option("--signal", type=float, metavar="CORRELATION", help="Strength of the planted signal.  [default: 0.05]")
@click.option("--seed", type=click.IntRange(0), help="Another number is another generated market.  [default: 20]")
@click.option("--spread", type=click.FloatRange(min=0), metavar="PIPS", help="For bars without bid and ask.")
@click.option(
    "--clock", default="real", show_default=True, metavar="PACE", help="real, stepped, or how many times as fast: 60."
)
@click.option(
    "--participants", type=click.IntRange(1), default=1, show_default=True, help="Who must join a stepped market first."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address for clients; containers need their own.")
@click.option("--port", type=_PORT, default=8081, show_default=True, help="For clients; 0: any free one.")
@click.option(
    "--admin-port", type=_PORT, default=8082, show_default=True, help="For faults and turns; 0: any free one."
)
@click.option("--cash", type=click.FloatRange(min=0), help="Balance of a new account.  [default: 100000]")
@click.option("--currency", help="Currency of new accounts.  [default: USD]")
@click.option("--account", "accounts", multiple=True, help="Id of an account to open; may be repeated.")
@click.option(
    "--home", type=click.Path(path_type=Path, file_okay=False), help="Folder.  [default: exchange in MBATS_HOME]"
)
@click.option("--json", "as_json", is_flag=True, help="Print where it is as one JSON document.")
def serve(home: Path | None, as_json: bool, **told: Any) -> None:
    """Serve a market until it is stopped: prices, orders, trades, transactions, streams.

    Generated markets run at today's date, or from --start on; recorded bars are replayed. Accounts survive a stop or a
    crash: the next start with the same folder goes on, a replay where it stopped, a market of today after catching up
    with what has passed. The first start makes a token, in a file that only you can read.

    Every option can come from the environment, too: MBATS_EXCHANGE_CLOCK=60. So can those of the stack's exchange.

    \b
    Example:
      mbats exchange serve
      mbats exchange serve --market reference --start 2025-09-01 --clock 600
      mbats exchange serve --market planted --signal 0.1 --clock stepped
    """
    from mbats.bootstrap.exchange import serve as serve_it
    from mbats.bootstrap.exchange_options import Pace, service
    from mbats.settings import Settings

    pace = Pace(*(told.pop(name) for name in ("clock", "port", "admin_port", "participants", "host")))
    made = service(_said(told), pace, home, Settings.from_environment())
    serve_it(made, lambda server: _show(made, server, as_json))


def _said(told: dict[str, Any]) -> dict[str, Any]:
    """Return what was asked for, and only that."""
    told["symbols"] = [name for text in told["symbols"] for name in text.split(",") if name]
    told["accounts"] = list(told["accounts"])
    told["cash"] = None if told["cash"] is None else format(told["cash"], ".15g")
    return {name: value for name, value in told.items() if value is not None and value != []}


def _show(service: ExchangeService, server: ExchangeServer, as_json: bool) -> None:
    from mbats.cli.console import console, emit, next_step
    from mbats.market.local_time import moment

    home, venue = service.home, server.venue
    assert home
    shown = {
        "url": server.url,
        "account": service.accounts[0] if not as_json else list(service.accounts),
        "token in": str(home.token_file),
        "page": server.page_url,
        "operator's url": server.admin_url,
        "operator's token in": str(home.admin_token_file),
        "instruments": ", ".join(venue.symbols) if not as_json else venue.symbols,
        "time there": moment(venue.now()),
        "clock": "in turns" if venue.stepped else "running",
    }
    if service.market.notice:
        shown["notice"] = service.market.notice
    if as_json:
        emit(shown, as_json=True)
    else:
        screen, page = console(), shown.pop("page")
        emit(shown, as_json=False)
        shown_page = page if screen.is_terminal else f"{server.url} (opened by the token)"  # a log is to hold no key
        screen.print(f"Page: {shown_page}", highlight=False, soft_wrap=True)  # a link broken by a table opens nothing
        next_step("mbats live check --venue paper")

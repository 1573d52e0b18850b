"""Trade strategies live, on paper or at a broker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mbats.cli.console import emit, next_step, waiting
from mbats.cli.live_check import check
from mbats.cli.live_drill import drill
from mbats.cli.live_explain import explain
from mbats.cli.live_options import session_options, why
from mbats.cli.live_watchdog import watchdog

if TYPE_CHECKING:
    from mbats.live.store import SessionState, Wish


@click.group()
def live() -> None:
    """Trade strategies live, on paper or at a broker.

    \b
    Example:
      mbats live start RsiBracket -s EUR_USD
    """


live.add_command(check)
live.add_command(drill)
live.add_command(explain)
live.add_command(watchdog)


@live.command()
@click.argument("strategies", nargs=-1, required=True, metavar="STRATEGY[@SYMBOL,...]...")
@session_options
@click.option("--dry-run", is_flag=True, help="Say what it would send now and what room each limit leaves; no more.")
@click.option("--unless-there", is_flag=True, help="Leave a session of that --name alone that is not over.")
@click.option("--json", "as_json", is_flag=True, help="Print the session as JSON.")
def start(dry_run: bool, unless_there: bool, as_json: bool, **options: Any) -> None:
    """Ask for a session: `mbats trader` runs it, or `mbats live run NAME` in the foreground.

    \b
    Examples:
      mbats live start RsiBracket -s EUR_USD --venue paper
      mbats live start RsiBracket -s EUR_USD --risk 0.25 --limit daily_loss=2 --limit hours=07:00-17:00
      mbats live start RsiBracket -s EUR_USD --dry-run
    """
    import asyncio

    from mbats.bootstrap import sessions, wiring
    from mbats.bootstrap.session_terms import LiveOptions, session_terms
    from mbats.settings import Settings

    settings = Settings.from_environment()
    if unless_there and (state := sessions.under_way(options["name"], settings)):
        _show(state, as_json)
        return
    with waiting("Looking at the account"):
        terms = asyncio.run(session_terms(LiveOptions(**options), settings))
    if dry_run:
        from mbats.bootstrap.session_rehearsal import rehearse
        from mbats.cli.live_table import show_rehearsal

        with waiting("Deciding on the newest bars"):
            rehearsal = asyncio.run(rehearse(terms, settings))
        show_rehearsal(rehearsal, as_json)
        return
    wiring.session_store(settings).create(terms)
    told = ("name", "id", "run", "venue", "account", "instruments", "timeframe")
    emit({"session" if name == "id" else name: getattr(terms, name) for name in told}, as_json)
    next_step(f"mbats trader   # or in the foreground: mbats live run {terms.name}")


@live.command()
@click.argument("session")
def run(session: str) -> int:
    """Run SESSION (its name or the beginning of its id) in the foreground until it is over.

    Ctrl-C ends the process and leaves everything as it is: open trades keep their stops at the broker, and the same
    command goes on where this one ended.

    \b
    Example:
      mbats live run rsibracket-1f2e
    """
    from mbats.bootstrap.session_run import run_session
    from mbats.live.store import Condition
    from mbats.settings import Settings

    state = run_session(session, Settings.from_environment())
    emit({"session": state.terms.name, "condition": state.condition, "reason": state.reason}, as_json=False)
    next_step(f"mbats report {state.terms.name}")
    return 1 if state.condition is Condition.FAILED else 0


@live.command()
@click.argument("session")
@why
@click.option("--if-there", is_flag=True, help="Do nothing where no session of that name is under way.")
def stop(session: str, reason: str, as_json: bool, if_there: bool) -> None:
    """End SESSION for good; open trades keep their stops and targets at the broker.

    \b
    Example:
      mbats live stop rsibracket-1f2e --reason "on holiday"
    """
    from mbats.bootstrap import sessions
    from mbats.live.store import Wish
    from mbats.settings import Settings

    if if_there and not sessions.under_way(session, Settings.from_environment()):
        emit({"session": session, "condition": "not there"}, as_json)
        return
    _want(session, Wish.STOP, reason, as_json)


@live.command()
@click.argument("session")
@why
def pause(session: str, reason: str, as_json: bool) -> None:
    """Let SESSION enter nothing more; what is open is managed on.

    \b
    Example:
      mbats live pause rsibracket-1f2e --reason "payrolls at 14:30"
    """
    from mbats.live.store import Wish

    _want(session, Wish.PAUSE, reason, as_json)


@live.command()
@click.argument("session")
@why
def resume(session: str, reason: str, as_json: bool) -> None:
    """Let SESSION go on that was paused, or that failed and was looked into.

    \b
    Example:
      mbats live resume rsibracket-1f2e --reason "payrolls are over"
    """
    from mbats.live.store import Wish

    _want(session, Wish.RUN, reason, as_json)


@live.command()
@click.argument("session")
@why
def flatten(session: str, reason: str, as_json: bool) -> None:
    """Close everything of SESSION and end it.

    \b
    Example:
      mbats live flatten rsibracket-1f2e --reason "enough for this year"
    """
    from mbats.live.store import Wish

    _want(session, Wish.FLATTEN, reason, as_json)


@live.command()
@click.argument("session")
@click.argument("trade", type=int)
@why
def close(session: str, trade: int, reason: str, as_json: bool) -> None:
    """Close TRADE (the broker's number) of SESSION.

    \b
    Example:
      mbats live close rsibracket-1f2e 17 --reason "news"
    """
    _act(session, "close", reason, as_json, trade=trade)


@live.command("move-stop")
@click.argument("session")
@click.argument("trade", type=int)
@click.argument("price")
@why
def move_stop(session: str, trade: int, price: str, reason: str, as_json: bool) -> None:
    """Move the stop of TRADE (the broker's number) of SESSION to PRICE.

    \b
    Example:
      mbats live move-stop rsibracket-1f2e 17 1.0950 --reason "lock in half"
    """
    _act(session, "move-stop", reason, as_json, trade=trade, price=price)


@live.command()
@click.argument("session")
@click.argument("trade", type=int)
@why
def adopt(session: str, trade: int, reason: str, as_json: bool) -> None:
    """Give SESSION a TRADE (the broker's number) that somebody else opened, to be managed as its own.

    \b
    Example:
      mbats live adopt rsibracket-1f2e 17 --reason "opened by hand"
    """
    _act(session, "adopt", reason, as_json, trade=trade)


@live.command()
@click.argument("session", required=False)
@click.option("--all", "everything", is_flag=True, help="List sessions that are over, too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def status(session: str | None, everything: bool, as_json: bool) -> None:
    """Show how SESSION stands at its broker, or list all sessions.

    \b
    Examples:
      mbats live status
      mbats live status rsibracket-1f2e
    """
    from mbats.bootstrap import sessions, wiring
    from mbats.cli.live_table import show_sessions, show_status
    from mbats.settings import Settings

    settings = Settings.from_environment()
    if session is None:
        states = wiring.session_store(settings).states()
        show_sessions([state for state in states if everything or not state.over], as_json)
        return
    import asyncio

    from mbats.bootstrap.session_status import session_status

    with waiting("Looking at the account"):
        found = asyncio.run(session_status(sessions.session(session, settings), settings))
    show_status(found, as_json)


def _want(session: str, wish: Wish, reason: str, as_json: bool) -> None:
    from mbats.bootstrap import sessions
    from mbats.settings import Settings

    _show(sessions.want(session, wish, reason, Settings.from_environment()), as_json)


def _act(session: str, what: str, reason: str, as_json: bool, **facts: Any) -> None:
    from mbats.bootstrap import sessions
    from mbats.settings import Settings

    with waiting("Waiting for the session's answer"):
        state = sessions.act(session, what, reason, Settings.from_environment(), **facts)
    _show(state, as_json)


def _show(state: SessionState, as_json: bool) -> None:
    told = {"session": state.terms.name, "wanted": state.wish, "condition": state.condition, "running": state.held}
    emit(told, as_json)
    if state.over:
        next_step(f"mbats report {state.terms.name}")
    else:
        next_step(f"mbats live status {state.terms.name}" if state.held else "mbats trader   # nobody runs it now")

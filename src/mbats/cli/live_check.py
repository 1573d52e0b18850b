from __future__ import annotations

from dataclasses import asdict

import click


@click.command("check")
@click.option(
    "--venue",
    type=click.Choice(["paper", "practice", "live"]),
    help="Which account.  [default: MBATS_OANDA_ENVIRONMENT, else practice]",
)
@click.option("--account", help="Number, or name in accounts.toml.  [default: MBATS_OANDA_ACCOUNT, else the only one]")
@click.option("-s", "--symbol", "symbols", multiple=True, help="Instrument to show the price of; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def check(venue: str | None, account: str | None, symbols: tuple[str, ...], as_json: bool) -> int:
    """Check token, account, clock, netting, instruments and prices; exit code 1 on errors.

    It only asks: nothing is sent to the account.

    \b
    Example:
      mbats live check --venue practice -s EUR_USD
      mbats live check --account swing
    """
    from mbats.bootstrap.live_check import Health, live_check
    from mbats.cli.console import console, emit, next_step, table, waiting
    from mbats.settings import Settings

    with waiting("Asking the account"):
        findings = live_check(Settings.from_environment(), venue, account, symbols)
    failed = any(finding.health is Health.ERROR for finding in findings)
    if as_json:
        emit({"ok": not failed, "findings": [asdict(finding) for finding in findings]}, True)
    else:
        rows = [(finding.check, finding.health.value, finding.text) for finding in findings]
        console().print(table(("check", "is", "because"), rows))
        next_step(
            "mbats live check" if failed else "mbats live start STRATEGY -s EUR_USD --dry-run, with the same --venue"
        )
    return 1 if failed else 0

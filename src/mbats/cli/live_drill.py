from __future__ import annotations

from dataclasses import asdict

import click

from mbats.cli.console import console, emit, next_step, table


@click.command("drill")
@click.option("--every", type=click.FloatRange(min=0.01), default=1.0, show_default=True, help="Seconds between looks.")
@click.option("--halt", type=click.FloatRange(min=0.1), default=5.0, show_default=True, help="Seconds of the halt.")
@click.option("--json", "as_json", is_flag=True, help="Print what was measured as JSON.")
def drill(every: float, halt: float, as_json: bool) -> None:
    """Measure how long the watchdog takes to close everything, on a paper exchange of its own.

    A loss limit is breached twice: with the market open, and while one instrument is halted. No session, no account
    and no database of yours is touched.

    \b
    Example:
      mbats live drill --every 1
    """
    import asyncio

    from mbats.bootstrap.drill import drill as exercise

    done = asyncio.run(exercise(every, halt))
    if as_json:
        emit([asdict(one) for one in done], as_json=True)
    else:
        rows = [[one.name, one.trades, f"{one.noticed:.2f} s", f"{one.flat:.2f} s"] for one in done]
        console().print(table(["exercise", "open trades", "noticed after", "flat after"], rows))
        console().print("With a halt, flat counts from its end: nothing trades before.", highlight=False)
    next_step("mbats live watchdog --once")

"""What a person types: one command a module, loaded when it is called."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from contextlib import suppress
from pathlib import Path

import click

from mbats import __version__
from mbats.cli.lazy import LazyGroup
from mbats.errors import MbatsError

COMMANDS = {
    "demo": ("mbats.cli.demo:demo", "Walk the whole story on a generated market, offline."),
    "data": ("mbats.cli.data:data", "Import, list, check and freeze market data."),
    "strategy": ("mbats.cli.strategy:strategy", "Start, list and check strategies."),
    "backtest": ("mbats.cli.backtest:backtest", "Run a strategy on stored bars."),
    "model": ("mbats.cli.model:model", "Train models, judge them and choose which one trades."),
    "live": ("mbats.cli.live:live", "Trade strategies live, on paper or at a broker."),
    "trader": ("mbats.cli.trader:trader", "Keep live sessions as they are wanted."),
    "exchange": ("mbats.cli.exchange:exchange", "Run a paper exchange that speaks OANDA's protocol."),
    "schedule": ("mbats.cli.schedule:schedule", "Say what control files want done by the clock."),
    "stack": ("mbats.cli.stack:stack", "Run all services of the platform."),
    "report": ("mbats.cli.report:report", "Turn a run or a sweep into one HTML file."),
    "why": ("mbats.cli.why:why", "Say why a trade was made, and make its decision again."),
    "config": ("mbats.cli.config:config", "Show the settings in force."),
}
DONE, FAILED, USAGE, BUG, LATER, INTERRUPTED = 0, 1, 2, 3, 75, 130
_OBJECTS_BETWEEN_COLLECTIONS = 250_000


@click.group(cls=LazyGroup, table=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-v", "--verbose", count=True, help="Log what is being done; twice: every detail.")
@click.option("--log-format", type=click.Choice(["text", "json"]), help="Form of the log lines on stderr.")
@click.version_option(__version__, prog_name="mbats")
def root(verbose: int, log_format: str | None) -> None:
    """Take a trading idea from data to a judged backtest, without fooling yourself on the way.

    \b
    Example:
      mbats demo
    """
    from mbats.logs import configure
    from mbats.settings import Settings

    settings = Settings.from_environment()
    usual = "warning" if sys.stderr.isatty() else "info"
    level = {0: settings.log_level or usual, 1: "info"}.get(verbose, "debug")
    configure(level, log_format or settings.log_format)


def main() -> None:
    """Run the command line of this process and leave with its exit code.

    Modules and trades are half a million objects without a cycle to break: seeking one in them among every 700 new
    objects takes a tenth of a backtest.
    """
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for some reads about every installed package
    codes = list[int]()
    atexit.register(_end, codes)  # the first that is registered is the last that is called
    codes.append(run(sys.argv[1:]))
    sys.exit(codes[0])


def _end(codes: list[int]) -> None:
    """End the process once everybody has tidied up, before Python and its libraries take themselves apart.

    Arrow sometimes aborts there, its threads still at work (https://github.com/apache/arrow/issues/34314), and seeking
    cycles in all objects once more takes 0.4 s.
    """
    if codes:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(codes[0])


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code.

    0 done, 1 an expected failure with its remedy on stderr, 2 wrong usage, 3 a bug in MBATS, 75 a service that does not
    answer (the same command may do better later; the number is that of sysexits.h), 130 interrupted.
    """
    try:
        code = root.main(arguments, prog_name="mbats", standalone_mode=False)
        sys.stdout.flush()
    except MbatsError as error:
        click.echo(f"error: {error}", err=True)
        return LATER if error.passing else FAILED
    except click.ClickException as mistake:
        mistake.show()
        return mistake.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        return _leave_quietly()
    except Exception as bug:  # noqa: BLE001 - the outermost edge: nothing above could tell the user what happened
        return _ran_out_of_room(bug) or _own_up(bug)
    return code if isinstance(code, int) else DONE


def _ran_out_of_room(problem: Exception) -> int:
    """Say so and return an exit code where a disk is full; else return nothing but zero."""
    from mbats.errors.disk import DiskFull, no_room

    if not isinstance(problem, OSError) or not no_room(problem):
        return 0
    click.echo(f"error: {DiskFull(path=problem.filename or 'this folder')}", err=True)
    return FAILED


def _leave_quietly() -> int:
    """Leave without a word when the reader of our output has gone: the interpreter flushes once more at its end."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED


def _own_up(bug: Exception) -> int:
    import platform
    import traceback

    lines = [f"mbats {__version__}, Python {platform.python_version()}, {platform.platform()}\n"]
    path = _keep("".join(lines + traceback.format_exception(bug)))
    click.echo(
        f"error: MBATS has a bug: {type(bug).__name__}: {bug}\n"
        f"The traceback is in {path}. Please open an issue with that file and the command you typed;\n"
        "SECURITY.md says how to report privately.",
        err=True,
    )
    return BUG


def _keep(text: str) -> Path:
    """Write a traceback where only the user can read it."""
    import os
    from tempfile import mkstemp

    handle, name = mkstemp(prefix="mbats-bug-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    return Path(name)

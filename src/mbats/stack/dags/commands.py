"""Run ``mbats`` in its own environment: a list of arguments, no shell, and only the variables that it is meant to have.

On the standard library alone. ``MBATS_PROGRAM`` is the absolute path of ``mbats``; ``MBATS_VARIABLES`` names a file
with a line ``NAME=value`` for each variable of its environment. Nothing of Airflow's own reaches it.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, Any, cast

DONE, FAILED, USAGE = 0, 1, 2
_INHERITED = ("PATH", "LANG", "TZ")
_PATIENCE = 30.0
_LAST_LINES = 20


class Refused(Exception):
    """What was asked for cannot be done, and trying again will not help: a person has something to mend."""


class Broken(Exception):
    """It ended as nobody expected, by a bug or a signal: another attempt may do better."""


def run(*arguments: str) -> str:
    """Run one command and return what it printed; its progress goes to this process's stderr.

    Raises
    ------
    Refused
        It ended with 1 (an expected failure) or 2 (wrong usage).
    Broken
        It ended with anything else, or by a signal.
    """
    code, output, told = _ended([os.environ["MBATS_PROGRAM"], *arguments], variables())
    if code == DONE:
        return output
    ending = f"by signal {-code}" if code < 0 else f"with {code}"
    message = f"mbats {' '.join(arguments)} ended {ending}\n{told or output}".strip()
    raise (Refused if code in {FAILED, USAGE} else Broken)(message)


def document(*arguments: str) -> Any:
    """Run one command with ``--json`` and return its answer."""
    return json.loads(run(*arguments, "--json"))


def variables() -> dict[str, str]:
    """Return the environment of a command."""
    own = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    lines = Path(os.environ["MBATS_VARIABLES"]).read_text(encoding="utf-8").splitlines()
    return own | dict(line.split("=", 1) for line in lines if line)


def _ended(command: list[str], environment: dict[str, str]) -> tuple[int, str, str]:
    """Return the exit code of a command, what it printed, and its last words on stderr, passed on as they come."""
    told: list[str] = []
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        process = subprocess.Popen(  # noqa: S603 - words of our own timetables, no shell
            command, env=environment, cwd=_folder(environment), stdout=output, stderr=subprocess.PIPE, text=True
        )
        try:
            for line in cast("IO[str]", process.stderr):
                sys.stderr.write(line)
                told.append(line)
                del told[:-_LAST_LINES]
            code = process.wait()
        finally:
            _end(process)
        output.seek(0)
        return code, output.read(), "".join(told)


def _folder(environment: dict[str, str]) -> str:
    folder = environment["MBATS_HOME"]
    Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _end(process: subprocess.Popen[str]) -> None:
    """End a command that is still there, because the task was stopped or took too long."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

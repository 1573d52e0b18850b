from __future__ import annotations

import subprocess
from functools import cache
from getpass import getuser
from pathlib import Path
from shutil import which

from mbats import __version__


def code_commit(folder: Path | None = None) -> str:
    """Return the commit of the code that runs, with ``+`` where the work tree differs; else MBATS's version.

    The user's strategies are the code in question, so the repository of the working folder counts.
    """
    return _commit_in(folder or Path.cwd())


def author() -> str:
    """Return who declares what the register is told: the user's name on this machine."""
    try:
        return getuser()
    except (OSError, KeyError):
        return "unknown"


@cache
def _commit_in(folder: Path) -> str:
    git = which("git")
    commit = _ask(git, folder, "rev-parse", "--short=12", "HEAD") if git else ""
    if not git or not commit:
        return f"mbats {__version__}"
    changed = _ask(git, folder, "status", "--porcelain", "--untracked-files=no")
    return commit + ("+" if changed else "")


def _ask(git: str, folder: Path, *question: str) -> str:
    asked = [git, "-C", str(folder), *question]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words, no shell
    return answer.stdout.strip() if answer.returncode == 0 else ""

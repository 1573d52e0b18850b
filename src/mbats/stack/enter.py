"""Run one service from its unit: ``python enter.py UNIT.json``; words behind it are run in its place, as it would be.

It stands alone, on the standard library of any Python, because it runs inside every service's own environment: writes
the service's files, takes its first steps where they were not taken yet, and becomes the service. All that it imports
it imports at once: where root starts it, Python's own files may be out of reach of the account that it becomes.
"""

import ctypes
import hashlib
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

_LIBRARY = ctypes.CDLL(None)
_PARENT_DEATH_SIGNAL = 1


def main(unit_file: str, *instead: str) -> None:
    """Become the service that a unit describes, or another command in its environment.

    Secrets reach it by its environment and its files alone.
    """
    unit = json.loads(Path(unit_file).read_text(encoding="utf-8"))
    folder = Path(unit["folder"])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    become(unit["account"], folder)
    environment = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
    environment |= {"HOME": str(folder)} | unit["variables"]
    if not instead:
        end_with_parent(signal.SIGINT if unit["account"] else signal.SIGTERM)
        make_ready(unit, folder, environment)
    command = list(instead) or unit["command"]
    os.chdir(folder)
    os.execvpe(command[0], command, environment)  # noqa: S606 - to become it is the point


def make_ready(unit: dict[str, Any], folder: Path, environment: dict[str, str]) -> None:
    """Write a service's files, and take its first steps."""
    for name, content in unit["files"].items():
        write_private(folder / name, content)
    for name, command, fresh in unit["first"]:
        take(folder / ".first" / name, command, environment, folder, fresh)


def become(account: str, folder: Path) -> None:
    """Go on as `account` where root has started us for a service that refuses root; its folder becomes its own."""
    if not account or os.geteuid() != 0:
        return
    entry = pwd.getpwnam(account)
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


def end_with_parent(word: int = signal.SIGKILL) -> None:
    """Be sent `word` when the process manager dies, so that the next one finds no port taken; Linux alone knows how."""
    if sys.platform == "linux":
        _LIBRARY.prctl(_PARENT_DEATH_SIGNAL, int(word))


def take(mark: Path, command: list[str], environment: dict[str, str], folder: Path, fresh: str) -> None:
    """Run a first step unless its mark says that this very step was taken."""
    digest = hashlib.sha256(json.dumps(command).encode()).hexdigest()
    if mark.exists() and mark.read_text(encoding="utf-8") == digest:
        return
    if fresh:
        shutil.rmtree(fresh, ignore_errors=True)
    subprocess.run(  # noqa: S603 - our own table's words, no shell
        command,
        env=environment,
        cwd=folder,
        check=True,
        preexec_fn=end_with_parent,
    )
    mark.parent.mkdir(exist_ok=True)
    mark.write_text(digest, encoding="utf-8")


def write_private(file: Path, content: str) -> None:
    """Write a file of mode 600, whole or not at all."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(file.name + ".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
        handle.write(content)
    draft.replace(file)


if __name__ == "__main__":
    main(*sys.argv[1:])

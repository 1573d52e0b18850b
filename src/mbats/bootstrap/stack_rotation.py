"""New passwords for the stack: drawn, told to whoever keeps one, and taken over by all services."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mbats import private_file
from mbats.bootstrap.stack import StackOptions, native_launcher, secrets_file
from mbats.errors.stack import NothingToRotate, SecretKept, UnknownSecret
from mbats.stack.services.postgres import ADMIN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from mbats.settings import Settings
    from mbats.stack.native.launcher import NativeLauncher

KEPT = ("airflow_fernet", "superset_session")
"""Airflow and Superset have encrypted with these what they store; nobody could read it any more."""


def rotate(settings: Settings, names: Sequence[str] = (), told: Callable[[str], None] = lambda _: None) -> list[str]:
    """Draw some secrets anew, all but `KEPT` without names, restart what knows them, and return their names.

    They are drawn into a file beside the one in force, which takes its place once PostgreSQL knows its administrator by
    the new password. Whatever interrupts this, the same call goes on with the very secrets that were drawn.

    Raises
    ------
    NothingToRotate, UnknownSecret, SecretKept
    """
    file = secrets_file(settings)
    known = private_file.read(file)
    drawn = file.with_suffix(".drawn.json")
    wanted = private_file.read(drawn) or _draw(drawn, known, _chosen(known, names, file))
    running = _well(native_launcher(settings, StackOptions()))
    postgres = native_launcher(settings, StackOptions(services=["postgres"]), told)
    postgres.up()
    _change_administrator(postgres.deployment.port["postgres"], known["postgres"], wanted["postgres"])
    drawn.replace(file)
    again = native_launcher(settings, StackOptions(services=running or ["postgres"]), told)
    again.up()
    if not running:
        again.down()
    return sorted(name for name in wanted if wanted[name] != known.get(name))


def _chosen(known: dict[str, str], names: Sequence[str], file: Path) -> list[str]:
    if not known:
        raise NothingToRotate(file=file)
    for name in names:
        if name not in known:
            raise UnknownSecret(name=name, known=", ".join(sorted(known)))
        if name in KEPT:
            raise SecretKept(name=name)
    return list(names) or [name for name in known if name not in KEPT]


def _draw(drawn: Path, known: dict[str, str], names: Sequence[str]) -> dict[str, str]:
    fresh = private_file.drawn(names)
    private_file.write(drawn, json.dumps(known | fresh, indent=2, sort_keys=True))
    return known | fresh


def _well(launcher: NativeLauncher) -> list[str]:
    return [name for name, finding in launcher.status().items() if finding.well]


def _change_administrator(port: int, known: str, wanted: str) -> None:
    from mbats.adapters.postgres.address import Address
    from mbats.adapters.postgres.administrator import change_password

    change_password(Address("127.0.0.1", port, "postgres", ADMIN, known), wanted)

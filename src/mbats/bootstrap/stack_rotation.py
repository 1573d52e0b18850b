"""New passwords for the stack: drawn, told to whoever keeps one, and taken over by all services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.bootstrap.stack import StackOptions, secrets_file
from mbats.bootstrap.stack_launcher import compose_launcher, launcher
from mbats.errors.stack import NothingToRotate, SecretKept, UnknownSecret
from mbats.stack.choice import Choice
from mbats.stack.launcher import COMPOSE
from mbats.stack.safe import FileSafe
from mbats.stack.services.postgres import ADMIN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mbats.settings import Settings
    from mbats.stack.launcher import Launcher
    from mbats.stack.safe import Safe

KEPT = ("airflow_fernet", "superset_session")
"""Airflow and Superset have encrypted with these what they store; nobody could read it any more."""


def rotate(settings: Settings, names: Sequence[str] = (), told: Callable[[str], None] = lambda _: None) -> list[str]:
    """Draw some secrets anew, all but `KEPT` without names, restart what knows them, and return their names.

    They are drawn beside those in force, whose place they take once PostgreSQL knows its administrator by the new
    password. Whatever interrupts this, the same call goes on with the very secrets that were drawn.

    Raises
    ------
    NothingToRotate, UnknownSecret, SecretKept
    """
    safe = _safe(settings)
    known = safe.known()
    if not known:
        raise NothingToRotate(home=settings.home)
    wanted = safe.drawn() or safe.draw(_chosen(known, names))
    running = _well(launcher(settings))
    postgres = launcher(settings, StackOptions(services=["postgres"]), told)
    postgres.up()
    _change_administrator(postgres.port["postgres"], known["postgres"], wanted["postgres"])
    safe.accept()
    again = launcher(settings, StackOptions(services=running or ["postgres"], anew=True), told)
    again.up()
    if not running:
        again.down()
    return sorted(name for name in wanted if wanted[name] != known.get(name))


def _safe(settings: Settings) -> Safe:
    """Return where the secrets are, without bringing any into being."""
    if Choice.load(settings.home / "stack").launcher == COMPOSE:
        return compose_launcher(settings, StackOptions()).safe
    return FileSafe(secrets_file(settings))


def _chosen(known: Mapping[str, str], names: Sequence[str]) -> list[str]:
    for name in names:
        if name not in known:
            raise UnknownSecret(name=name, known=", ".join(sorted(known)))
        if name in KEPT:
            raise SecretKept(name=name)
    return list(names) or [name for name in known if name not in KEPT]


def _well(stack: Launcher) -> list[str]:
    return [name for name, finding in stack.status().items() if finding.well]


def _change_administrator(port: int, known: str, wanted: str) -> None:
    from mbats.adapters.postgres.address import Address
    from mbats.adapters.postgres.administrator import change_password

    change_password(Address("127.0.0.1", port, "postgres", ADMIN, known), wanted)

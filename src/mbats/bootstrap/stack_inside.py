"""The settings that commands have inside the stack, for those that a person types outside of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mbats.bootstrap.stack import StackOptions
from mbats.bootstrap.stack_launcher import compose_launcher, launcher
from mbats.errors.backup import NoStack
from mbats.errors.engine import FolderApart
from mbats.settings import Settings
from mbats.stack.choice import Choice
from mbats.stack.launcher import COMPOSE
from mbats.stack.services.mbats import HOME, TRADER, WORKING
from mbats.stack.services.superset import DASHBOARDS

if TYPE_CHECKING:
    from collections.abc import Sequence


def contained(settings: Settings) -> bool:
    """Tell whether this home's stack is in containers, and this process in none of them."""
    return not settings.database_url and Choice.load(settings.home / "stack").launcher == COMPOSE


def run_contained(settings: Settings, words: Sequence[str], place: str = "") -> int | None:
    """Run an ``mbats`` command in a container where the stack of this home has any, and return its exit code.

    None: it is this process's own business, in a container or beside processes of this machine.

    Raises
    ------
    FolderApart
        Containers do not see `place`.
    """
    if not contained(settings):
        return None
    if place and "://" not in place:
        raise FolderApart(place=place)
    service = DASHBOARDS if tuple(words[:2]) == ("stack", DASHBOARDS.name) else TRADER
    return compose_launcher(settings, StackOptions()).run(service.name, words)


def enter(settings: Settings, words: Sequence[str]) -> int | None:
    """Run an ``mbats`` command in a container where services are in some, and return its exit code.

    None: services are processes of this machine, and from now on this process has the settings of one.

    Raises
    ------
    NoStack
    """
    code = run_contained(settings, words)
    if code is None:
        inside(settings, "run commands on")
    return code


def inside(settings: Settings, what: str) -> Settings:
    """Return the settings of the stack's own commands: as they are where a server is named, else those of this home.

    Credentials of the object store and of MLflow go into this process's environment, where their clients look; those of
    the database's roles, which processes beside this one keep in this home, come to it from the containers' secrets.

    Raises
    ------
    NoStack
        This home has none, so there is nothing to `what`.
    """
    if settings.database_url:
        return settings
    if not (settings.home / "stack").is_dir():
        raise NoStack(home=settings.home, what=what)
    apart, deployment = contained(settings), launcher(settings).deployment
    os.environ.update(deployment.filled(HOME))
    within = Settings.from_environment()
    if apart and within.database_url:
        from mbats.adapters.postgres.own import OwnServer

        passwords = {role: deployment.secret[f"{role}_database"] for role in WORKING}
        OwnServer(within.home, within.database_url).agree(passwords)
    return within

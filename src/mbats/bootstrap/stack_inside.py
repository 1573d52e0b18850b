"""The settings that commands have inside the stack, for those that a person types outside of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mbats.bootstrap.stack_launcher import launcher
from mbats.errors.backup import NoStack
from mbats.settings import Settings
from mbats.stack.services.mbats import HOME

if TYPE_CHECKING:
    from collections.abc import Mapping


def inside(settings: Settings, what: str) -> Settings:
    """Return the settings of the stack's own commands: as they are where a server is named, else those of this home.

    Credentials of the object store and of MLflow go into this process's environment, where their clients look.

    Raises
    ------
    NoStack
        This home has none, so there is nothing to `what`.
    """
    if settings.database_url:
        return settings
    if not (settings.home / "stack").is_dir():
        raise NoStack(home=settings.home, what=what)
    os.environ.update(variables(settings))
    return Settings.from_environment()


def variables(settings: Settings) -> Mapping[str, str]:
    """Return the environment of a command inside the stack of this home."""
    deployment = launcher(settings).deployment
    return {name: deployment.fill(text) for name, text in HOME.items()}

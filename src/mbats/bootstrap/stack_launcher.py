"""Which launcher brings a home's stack up: containers where there is an engine, processes where there is none."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import mbats
from mbats.bootstrap.stack import StackOptions, native_launcher
from mbats.bootstrap.stack_choice import choose, wanted
from mbats.errors.engine import ComposeMissing, EngineAsleep, EngineMissing, NoComposeFile
from mbats.errors.stack import UnknownLauncher
from mbats.stack.choice import WORKERS, Choice
from mbats.stack.compose.engine import Engine
from mbats.stack.compose.launcher import ComposeLauncher
from mbats.stack.doors import variable
from mbats.stack.launcher import COMPOSE, NATIVE
from mbats.stack.table import chosen, ports

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbats.settings import Settings
    from mbats.stack.launcher import Launcher

VARIABLE = "MBATS_STACK_LAUNCHER"


def launcher(
    settings: Settings, options: StackOptions | None = None, told: Callable[[str], None] = lambda _: None
) -> Launcher:
    """Return the launcher that was asked for, or that brought this home's stack up, or else that suits this machine.

    Raises
    ------
    UnknownLauncher, NoComposeFile, EngineMissing, EngineAsleep, ComposeMissing
    """
    options = options or StackOptions()
    name = options.launcher or os.environ.get(VARIABLE) or Choice.load(settings.home / "stack").launcher or _suitable()
    if name == NATIVE:
        return native_launcher(settings, options, told)
    if name == COMPOSE:
        return compose_launcher(settings, options, told)
    raise UnknownLauncher(name=name, variable=VARIABLE, known=f"{NATIVE}, {COMPOSE}")


def compose_launcher(
    settings: Settings, options: StackOptions, told: Callable[[str], None] = lambda _: None
) -> ComposeLauncher:
    """Return the launcher of this home's stack as containers."""
    choice = replace(choose(settings.home / "stack", options.profiles, os.environ), launcher=COMPOSE)
    services = chosen(choice.profiles, WORKERS)
    published = ports(services) | dict(choice.ports)
    moved = {variable(name): str(port) for name, port in choice.ports.items()}
    variables = {**choice.passed, **moved, "COMPOSE_PROFILES": ",".join(choice.profiles)}
    engine = Engine.found(_checkout(), variables)
    names = wanted(services, options.services)
    return ComposeLauncher(settings.home, engine, services, published, choice, names, told, options.anew)


def _suitable() -> str:
    """Return the launcher for a machine where nobody chose: Compose needs an engine and a checkout to build from."""
    try:
        Engine.found(_checkout(), {})
    except (NoComposeFile, EngineMissing, EngineAsleep, ComposeMissing):
        return NATIVE
    return COMPOSE


def _checkout() -> Path:
    """Return the checkout that this very MBATS runs from."""
    folder = Path(mbats.__file__).parents[2]
    if not (folder / "compose.yaml").exists():
        raise NoComposeFile
    return folder

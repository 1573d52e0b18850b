"""What is chosen for a stack: what its home remembers, and what is asked for now."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from mbats.errors.stack import PortNotANumber, UnknownPort, UnknownProfile, UnknownService, WorkersNotANumber
from mbats.stack.choice import Choice
from mbats.stack.doors import PREFIX, variable
from mbats.stack.table import PROFILES, SERVICES, chosen, ports

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mbats.stack.service import Service

_MOST_WORKERS = 16


def choose(folder: Path, profiles: Sequence[str] | None, environ: Mapping[str, str]) -> Choice:
    """Return what `folder` remembers, changed by what is asked for; `profiles` None: as last time.

    Raises
    ------
    UnknownProfile, WorkersNotANumber, PortNotANumber, UnknownPort
    """
    before = Choice.load(folder)
    asked = before.profiles if profiles is None else tuple(name for name in PROFILES if name in profiles)
    for name in profiles or ():
        if name not in PROFILES:
            raise UnknownProfile(name=name, known=", ".join(PROFILES))
    workers = _workers(environ.get("MBATS_WORKERS"), before.workers)
    usual = ports(chosen(tuple(PROFILES), workers))
    _refuse_unknown(environ)
    moved = {name: _port(name, environ, before.ports.get(name, port)) for name, port in usual.items()}
    return replace(
        before,
        profiles=asked,
        workers=workers,
        ports={name: port for name, port in moved.items() if port != usual[name]},
        passed={**before.passed, **_passed(environ)},
    )


def wanted(services: Sequence[Service], names: Sequence[str]) -> frozenset[str]:
    """Return the names of some services and of all that they need; without names all.

    Raises
    ------
    UnknownService
    """
    known = {service.name: service for service in services}
    pending, found = list(names or known), set[str]()
    while pending:
        name = pending.pop()
        if name not in known:
            raise UnknownService(name=name, known=", ".join(known))
        found.add(name)
        pending += [need for need in known[name].needs if need not in found]
    return frozenset(found)


def _passed(environ: Mapping[str, str]) -> dict[str, str]:
    names = {name for service in SERVICES for name in service.passed}
    return {name: environ[name] for name in sorted(names) if environ.get(name)}


def _workers(text: str | None, before: int) -> int:
    if not text:
        return before
    if not text.isdecimal() or not 0 < int(text) <= _MOST_WORKERS:
        raise WorkersNotANumber(text=text, most=_MOST_WORKERS)
    return int(text)


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = [variable(name) for name in ports(chosen(tuple(PROFILES), _MOST_WORKERS))]
    for name in environ:
        if name.startswith(PREFIX) and name not in known:
            raise UnknownPort(variable=name, known=", ".join(get_close_matches(name, known) or known))


def _port(name: str, environ: Mapping[str, str], before: int) -> int:
    text = environ.get(variable(name)) or str(before)
    if not text.isdecimal() or not 0 < int(text) < 1 << 16:
        raise PortNotANumber(variable=variable(name), text=text)
    return int(text)

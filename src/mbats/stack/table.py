"""The table of services: what the stack is. Launchers, the opening page and the documentation read it."""

from __future__ import annotations

from string import Formatter
from typing import TYPE_CHECKING

from mbats.stack.choice import WORKERS
from mbats.stack.services.airflow import AIRFLOW, PARTS
from mbats.stack.services.celery import CELERY
from mbats.stack.services.consoles import JUPYTER, PGADMIN
from mbats.stack.services.mbats import EXCHANGE, PREPARE, TRADER
from mbats.stack.services.mlflow import MLFLOW
from mbats.stack.services.objects import OBJECTS
from mbats.stack.services.opening import opening
from mbats.stack.services.postgres import POSTGRES
from mbats.stack.services.ray import CLUSTER
from mbats.stack.services.superset import DASHBOARDS, SUPERSET

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mbats.stack.profile import Profile
    from mbats.stack.service import Service

PROFILES = {profile.name: profile for profile in (CELERY, CLUSTER)}
_ALWAYS: tuple[Service, ...] = (
    POSTGRES,
    OBJECTS,
    PREPARE,
    MLFLOW,
    AIRFLOW,
    *PARTS,
    SUPERSET,
    DASHBOARDS,
    JUPYTER,
    PGADMIN,
    EXCHANGE,
    TRADER,
)


def services(workers: int = WORKERS) -> tuple[Service, ...]:
    """Return every row, those of all profiles included, each after all that it needs."""
    return _with_opening(_rows(PROFILES.values(), workers))


def chosen(profiles: Sequence[str] = (), workers: int = WORKERS) -> tuple[Service, ...]:
    """Return the services that run under some profiles, as they are there, each after all that it needs."""
    asked = [profile for name, profile in PROFILES.items() if name in profiles]
    rows = _rows(asked, workers)
    for profile in asked:
        rows = tuple(profile.change(row, workers) for row in rows)
    return _with_opening(rows)


def _rows(profiles: Iterable[Profile], workers: int) -> tuple[Service, ...]:
    return (*_ALWAYS, *(row for profile in profiles for row in profile.rows(workers)))


def _with_opening(rows: tuple[Service, ...]) -> tuple[Service, ...]:
    return (*rows, opening(rows))


SERVICES = services()
"""Every row, with as many workers as a profile has usually."""


def ports(services: Sequence[Service]) -> dict[str, int]:
    """Return the usual port of each service, and those that only itself uses as ``service.name``."""
    own = {service.name: service.port for service in services if service.port}
    inner = {f"{service.name}.{name}": port for service in services for name, port in service.inner.items()}
    return own | inner


def secret_names(services: Sequence[Service]) -> tuple[str, ...]:
    """Return the names of all secrets that the table speaks of, sorted."""
    logins = {service.login.secret for service in services if service.login}
    return tuple(sorted(logins | {name for service in services for name in _secrets(service)}))


def _secrets(service: Service) -> Iterator[str]:
    texts = (*service.variables.values(), *service.files.values())
    for text in texts:
        for _, field, _, _ in Formatter().parse(text):
            if field and field.startswith("secret["):
                yield field[len("secret[") : -1]
            elif field == "store.secret":
                yield "objects"

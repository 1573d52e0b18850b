from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Probe(StrEnum):
    """How a service shows that it is well."""

    HTTP = "http"
    """A GET of `Health.path` is answered with a status below 400."""
    TCP = "tcp"
    """Its port accepts a connection."""
    POSTGRES = "postgres"
    """It asks the role that `Health.path` names for its password: its port accepts connections before it does that."""
    PROCESS = "process"
    """It has been running for some seconds."""


@dataclass(frozen=True, slots=True)
class Health:
    """What is asked of a service, and how long its first answer may take, in seconds."""

    probe: Probe
    path: str = "/"
    patience: int = 600


@dataclass(frozen=True, slots=True)
class Login:
    """Who may enter: a user's name and the secret that is the password; `page` is where a person begins."""

    user: str
    secret: str
    page: str = "/"


@dataclass(frozen=True, slots=True)
class Step:
    """A command that runs before a service's first start, and again when the step itself has changed.

    One that gives somebody his password ends in ``{mark[NAME]}``, a word that changes whenever that secret does.

    Attributes
    ----------
    fresh
        A folder that the command makes; what an attempt that was cut short has left there is removed first.
    """

    name: str
    command: str
    fresh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One row of the table: everything that a launcher must know.

    Texts may hold what `mbats.stack.deployment.Deployment` fills in: ``{host[postgres]}``, ``{port[mlflow]}``,
    ``{published[mlflow]}``, ``{secret[airflow_admin]}``, ``{folder[superset]}``, ``{program[weed]}``. Secrets may stand
    in `variables` and `files`, never in a command.

    Attributes
    ----------
    name
        Also its host's name under Compose.
    title
        What it is for, in a few words.
    environment
        Which locked environment (natively) or image (Compose) it runs in.
    command
        Words as a shell would split them, before anything is filled in; no shell ever sees them.
    variables
        Its whole environment beside ``PATH``, ``HOME`` and what is passed.
    passed
        Variables that it has from whoever starts the stack, where they are set there.
    files
        Files of its folder by name, of mode 600, written anew before each start.
    needs
        Services that must be well before it starts.
    once
        Whether it ends when its work is done, as the preparation of databases does.
    port
        The usual port; ``MBATS_PORT_<NAME>`` changes it. None: nobody connects to it.
    inner
        Ports by name that only the service itself uses (``{port[objects.filer]}``).
    guard
        What keeps strangers from its ports that ask for no user's password, in a sentence.
    memory
        Limit in MiB.
    shared_memory
        MiB of it that its processes may share; 0: the 64 that engines give where nobody asks.
    profile
        Empty: always; else only where the profile is asked for.
    """

    name: str
    title: str
    environment: str
    command: str
    variables: Mapping[str, str] = field(default_factory=dict)
    passed: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    first: tuple[Step, ...] = ()
    needs: tuple[str, ...] = ()
    once: bool = False
    port: int | None = None
    health: Health = Health(Probe.PROCESS)
    login: Login | None = None
    inner: Mapping[str, int] = field(default_factory=dict)
    guard: str = ""
    memory: int = 512
    shared_memory: int = 0
    pages: Mapping[str, str] = field(default_factory=dict)
    """Where a person begins, by what the opening page calls it: a path of its port; none where nobody looks in."""
    profile: str = ""
    account: str = ""
    """Whom it becomes natively where root starts it, because it refuses to run as root."""

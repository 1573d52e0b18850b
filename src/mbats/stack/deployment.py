from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from shlex import split
from typing import TYPE_CHECKING, Any

from mbats.stack.store import Store

if TYPE_CHECKING:
    from mbats.stack.service import Service


@dataclass(frozen=True, slots=True)
class Deployment:
    """What differs from launcher to launcher and from home to home: where things are, and their secrets.

    Attributes
    ----------
    host, port
        Of each service, as the other services reach it.
    secret
        Passwords and keys by name.
    folder
        Where each service keeps what must survive.
    program
        Programs that are no part of a Python environment, by name.
    given
        The environment of whoever starts the stack, of which services have what they are passed.
    published
        The port of each service for people at this machine, where that is another than services use.
    tuned
        PostgreSQL's settings for the memory and cores that it may use.
    """

    host: Mapping[str, str]
    port: Mapping[str, int]
    secret: Mapping[str, str]
    folder: Mapping[str, str]
    program: Mapping[str, str]
    given: Mapping[str, str] = field(default_factory=dict)
    published: Mapping[str, int] = field(default_factory=dict)
    tuned: Mapping[str, str] = field(default_factory=dict)

    def fill(self, text: str) -> str:
        """Return `text` with everything filled in; doubled braces stand for single ones."""
        return text.format(
            host=self.host,
            port=self.port,
            published={**self.port, **self.published},
            secret=self.secret,
            folder=self.folder,
            program=self.program,
            store=Store(self.host, self.port, self.secret, self.given),
            mark={name: _mark(value) for name, value in self.secret.items()},
            tuned="\n".join(f"{name} = {value}" for name, value in self.tuned.items()),
        )

    def filled(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Return `texts`, each filled in."""
        return {name: self.fill(text) for name, text in texts.items()}

    def words(self, command: str) -> list[str]:
        """Return the words of a command, filled in."""
        return [self.fill(word) for word in split(command)]

    def unit(self, service: Service) -> dict[str, Any]:
        """Return all that `mbats.stack.enter` needs to run a service: plain values, secrets included."""
        return {
            "name": service.name,
            "account": service.account,
            "folder": self.folder[service.name],
            "command": self.words(service.command),
            "variables": self.filled(service.variables)
            | {name: value for name in service.passed if (value := self.given.get(name))},
            "files": self.filled(service.files),
            "first": [[step.name, self.words(step.command), self.fill(step.fresh)] for step in service.first],
        }


def _mark(secret: str) -> str:
    """Return what tells a secret from its successor and nothing else: a few digits of the digest of 32 random bytes."""
    return hashlib.sha256(secret.encode()).hexdigest()[:12]

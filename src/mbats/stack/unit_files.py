"""Units on disk: each for its service's eyes only, because secrets are in it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from mbats import private_file

if TYPE_CHECKING:
    from pathlib import Path

    from mbats.stack.deployment import Deployment
    from mbats.stack.service import Service


def write(file: Path, service: Service, deployment: Deployment) -> None:
    """Write the unit of a service."""
    private_file.write(file, json.dumps(deployment.unit(service)))


def digest(file: Path) -> str:
    """Return what tells a unit from one with any other content."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]

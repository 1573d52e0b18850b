"""Units on disk: each for its service's eyes only, because secrets are in it."""

from __future__ import annotations

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

"""Units on disk: each for its service's eyes only, because secrets are in it."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from mbats.stack.deployment import Deployment
    from mbats.stack.service import Service


def write(file: Path, service: Service, deployment: Deployment) -> None:
    """Write the unit of a service, of mode 600, whole or not at all."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
        json.dump(deployment.unit(service), handle)
    draft.replace(file)

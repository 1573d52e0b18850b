from __future__ import annotations

from typing import TYPE_CHECKING

import uvicorn

from mbats.stack.opening.application import application, doors_from

if TYPE_CHECKING:
    from pathlib import Path


def run(doors: Path, host: str, port: int) -> None:
    """Serve the page until this process is told to end."""
    served = application(doors_from(doors), host)
    uvicorn.run(served, host=host, port=port, log_level="warning", access_log=False)

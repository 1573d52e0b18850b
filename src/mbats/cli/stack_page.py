from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("doors", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen at.")
def page(doors: Path, host: str, port: int) -> None:
    """Serve the page that links all services with their health; DOORS says where they are.

    \b
    Example:
      mbats stack page doors.json
    """
    from mbats.stack.opening.server import run

    run(doors, host, port)

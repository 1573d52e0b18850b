"""Write compose.yaml from the table of services."""

import sys
from pathlib import Path

import yaml

from mbats import __version__
from mbats.stack.compose.rendering import rendered
from mbats.stack.table import SERVICES

HEAD = """# Made from the table of services (src/mbats/stack) by `make docs`; change it there.
# docker compose up -d --build      the first service makes the secrets; MBATS_PORT_<SERVICE> changes a port
"""


class Plain(yaml.SafeDumper):
    """Writes what is said twice twice: no anchors for a reader to follow."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the form of its base
        """Do without, whatever the value."""
        return True


def text() -> str:
    """Return the whole file."""
    return HEAD + yaml.dump(rendered(SERVICES, __version__), Dumper=Plain, sort_keys=False, width=120)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text(), encoding="utf-8")

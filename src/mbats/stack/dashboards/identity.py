"""What an asset is called by, for ever."""

from uuid import NAMESPACE_DNS, uuid5

from mbats.stack.dashboards.dashboard import Chart, Dashboard, Dataset

_ROOTS = uuid5(NAMESPACE_DNS, "dashboards.mbats")


def identity(thing: Dataset | Chart | Dashboard | str) -> str:
    """Return the UUID of something by what it is and its name (a database is its name): ever the same."""
    name = thing.slug if isinstance(thing, Dashboard) else thing if isinstance(thing, str) else thing.name
    return str(uuid5(_ROOTS, f"{type(thing).__name__} {name}"))

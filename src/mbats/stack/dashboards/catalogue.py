"""Every dashboard that the stack brings along."""

from mbats.stack.dashboards.backtests import BACKTESTS
from mbats.stack.dashboards.dashboard import Dataset
from mbats.stack.dashboards.data_health import DATA_HEALTH
from mbats.stack.dashboards.live import LIVE
from mbats.stack.dashboards.models import MODELS
from mbats.stack.dashboards.trades import TRADES_PAGE

DATABASES = ("risk", "secmaster")
DASHBOARDS = (BACKTESTS, TRADES_PAGE, LIVE, DATA_HEALTH, MODELS)


def datasets() -> tuple[Dataset, ...]:
    """Return every dataset once, in the order of the dashboards."""
    found = {one.name: one for page in DASHBOARDS for one in page.datasets}
    return tuple(found.values())
